/** Causes that are no rule of the model, with what each means: docs/explain.md lists them. */
export const causes = {
  reached: 'nothing is in the way; the evidence says which way the packets went',
  'container.not-running': 'one of the two does not run',
  'engine.down': 'a Docker Engine has ended',
  'engine.paused': 'a Docker Engine is there and does not answer: it is stopped by a signal, or hangs',
  'segment.link-down': 'the interface of a node on the segment is switched off, or has lost its address',
  'segment.partitioned': 'two nodes hear nothing of each other on the segment',
  'segment.loses-packets': 'a share of the packets between two nodes is lost',
  'segment.delays': 'packets between two nodes take much longer than between others',
  'segment.mtu': 'small packets pass and large ones do not',
  'segment.filters-macs':
    'the segment passes only the MAC addresses of the machines themselves, not those of their containers',
  'overlay.data-path-blocked': "the port that carries overlays' packets (4789/udp) is closed on the way",
  'overlay.esp-blocked': 'ESP (IP protocol 50), which carries encrypted overlays, is closed on the way',
  'overlay.gossip-blocked': 'port 7946, by which nodes tell each other of containers and names, is closed on the way',
  'overlay.gossip-behind': 'news of a container has not come to a node yet, though the way for it is open',
  'swarm.wrong-address': 'a node tells the swarm an address that is not its own on the segment',
  'firewall.blocks': 'a rule of a node drops the packets, or a program of tc at its interface',
  'address.duplicate': 'two have one address',
  'neighbours.table-full': "the kernel's table of neighbours is full",
  'dns.not-answering': "the asker's resolver does not answer",
  'name.unknown': 'the resolver answers, and knows no such name',
  'target.not-listening': 'the target is reached, and nothing listens at the port',
  'clock.skewed': 'the clocks of two nodes differ',
  undecided: 'what was seen does not show the cause; the sentence says what is missing',
} as const satisfies Readonly<Record<string, string>>;

export type CauseId = keyof typeof causes;

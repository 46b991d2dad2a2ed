// What is broken, who asks whom then, and which causes are right. `breaks`: the fault must be seen to keep small probes
// from getting through before anybody is asked why; null: it need not, or cannot be looked at by `probe`.
const overlay = { from: 'ov-m1', to: 'ov-w1', by: 'ip', protocol: 'icmp' };
const byName = { ...overlay, by: 'name' };
const macvlan = { from: 'mac-m1', to: 'mac-w1', by: 'ip', protocol: 'icmp' };
const host = { from: 'host-m1', to: 'node:w1', by: 'ip', protocol: 'icmp' };
const published = { from: 'lan', to: 'web-w1', by: 'published', protocol: 'tcp', port: 8080 };

const ask = (pair, cause, more = {}) => ({ ...pair, cause, nodes: null, breaks: true, ...more });
const at = (...nodes) => ({ nodes });

const healthy = [
  ['overlay', overlay],
  ['overlay', byName],
  ['macvlan', macvlan],
  ['host', host],
  ['published', { ...published, breaks: null }],
  ['bridge', { from: 'red-m1', to: 'red2-m1', by: 'name', protocol: 'icmp' }],
  ['bridge', { from: 'red-m1', to: 'node:w1', by: 'ip', protocol: 'icmp' }],
  ['overlay', { from: 'ov-m1', to: 'world', by: 'ip', protocol: 'icmp' }],
].map(([driver, pair]) => ({ driver, ...ask(pair, /^reached$/, { breaks: null }) }));

/** Docker's own design: the cause is the model's rule. */
const byDesign = [
  ['bridge', { from: 'red-m1', to: 'red-w1', by: 'ip', protocol: 'icmp' }, /^bridge\./],
  ['bridge', { from: 'red-m1', to: 'blue-m1', by: 'ip', protocol: 'icmp' }, /^bridge\./],
  ['bridge', { from: 'plain-m1', to: 'plain2-m1', by: 'name', protocol: 'icmp' }, /^bridge\.default\.no-dns$/],
  ['bridge', { from: 'lan', to: 'red-m1', by: 'ip', protocol: 'icmp' }, /^bridge\./],
  ['macvlan', { from: 'mac-m1', to: 'node:m1', by: 'ip', protocol: 'icmp' }, /^macvlan\.own-host$/],
  ['macvlan', { from: 'mac-m1', to: 'mac-w1', by: 'name', protocol: 'icmp' }, /^macvlan\.names-stay-on-the-node$/],
  ['none', { from: 'none-m1', to: 'red-m1', by: 'ip', protocol: 'icmp' }, /^none\./],
  ['overlay', { from: 'lan', to: 'ov-m1', by: 'ip', protocol: 'icmp' }, /^overlay\./],
].map(([driver, pair, cause]) => ({ driver, ...ask(pair, cause, { breaks: null }) }));

const each = (pairs, cause, more) =>
  Object.entries(pairs).map(([driver, pair]) => ({ driver, ...ask(pair, cause, more) }));

export const cases = [
  { id: 'healthy', faults: [], cells: healthy },
  { id: 'by-design', faults: [], cells: byDesign },
  ...['both', 'in', 'out'].map((way) => ({
    id: `block-4789-${way}`,
    faults: [`block 4789/udp --on w1 --direction ${way}`],
    cells: [
      ...each({ overlay }, /^overlay\.data-path-blocked$|^firewall\.blocks$/, at('w1')),
      {
        driver: 'overlay',
        ...ask({ ...overlay, from: 'ov-w1', to: 'ov-m1' }, /^overlay\.data-path-blocked$|^firewall\.blocks$/, at('w1')),
      },
    ],
  })),
  {
    id: 'block-7946',
    faults: ['block 7946/tcp --on w1', 'block 7946/udp --on w1'],
    cells: each({ overlay: byName }, /^overlay\.gossip-blocked$|^firewall\.blocks$/, at('w1')),
  },
  {
    id: 'block-icmp',
    faults: ['block icmp --on w1'],
    cells: each({ host, bridge: { ...host, from: 'red-m1' } }, /^firewall\.blocks$/, at('w1')),
  },
  {
    id: 'block-published',
    faults: ['block 8080/tcp --on w1'],
    cells: each({ published }, /^firewall\.blocks$/, { ...at('w1'), breaks: null }),
  },
  {
    id: 'partition',
    faults: ['partition m1 w1'],
    cells: each({ overlay, macvlan, host }, /^segment\.partitioned$/, at('m1', 'w1')),
  },
  {
    id: 'partition-lan',
    faults: ['partition o1 w1'],
    cells: each({ published }, /^segment\.partitioned$/, { ...at('o1', 'w1'), breaks: null }),
  },
  {
    id: 'drop-all',
    faults: ['drop 100% --on w1'],
    cells: each({ overlay, macvlan, host }, /^segment\.(partitioned|loses-packets)$/, at('w1', 'm1')),
  },
  {
    id: 'drop-most',
    faults: ['drop 60% --on w1'],
    cells: each({ overlay, host }, /^segment\.loses-packets$/, { ...at('w1', 'm1'), breaks: null }),
  },
  {
    id: 'mtu',
    faults: ['mtu 1300 --on w1'],
    cells: each({ overlay, macvlan, host }, /^segment\.mtu$/, { ...at('w1', 'm1'), breaks: null }),
  },
  {
    id: 'filter-macs',
    faults: ['filter-macs'],
    cells: each({ macvlan, 'macvlan-lan': { ...macvlan, from: 'lan' } }, /^segment\.filters-macs$/, at('m1', 'w1')),
  },
  {
    id: 'filter-macs-one',
    faults: ['filter-macs --on w1'],
    cells: each({ macvlan }, /^segment\.filters-macs$/, at('w1')),
  },
  {
    id: 'link-down',
    faults: ['link-down --on w1'],
    cells: each({ overlay, macvlan, host }, /^segment\.link-down$/, at('w1')),
  },
  ...['stop', 'kill'].map((action) => ({
    id: `engine-${action}`,
    faults: [`engine ${action} --on w1`],
    cells: each({ overlay, bridge: { ...overlay, to: 'web-w1' } }, /^engine\.down$/, { ...at('w1'), breaks: null }),
  })),
  {
    id: 'engine-pause',
    faults: ['engine pause --on w1'],
    cells: each({ overlay, macvlan }, /^engine\.paused$/, { ...at('w1'), breaks: null }),
  },
  {
    id: 'neighbour-table',
    faults: ['neighbour-table 1'],
    cells: each({ host, macvlan }, /^neighbours\.table-full$/, { breaks: true }),
  },
  {
    id: 'duplicate-address',
    faults: ['duplicate-address mac-m1 mac-w1'],
    cells: each(
      {
        'macvlan-lan': { ...macvlan, from: 'lan', to: 'mac-m1' },
        macvlan: { ...macvlan, from: 'mac2-m1', to: 'mac-m1' },
      },
      /^address\.duplicate$/,
      // Who answers first is who is reached: on one node it may be the right one.
      { breaks: null },
    ),
  },
  {
    id: 'wrong-advertise',
    faults: ['wrong-advertise w1'],
    // With such an address a container has no place on the overlay: there is no probe between the two that could be watched.
    cells: each({ overlay: byName }, /^swarm\.wrong-address$/, { ...at('w1'), breaks: null }),
  },
  {
    id: 'no-dns-container',
    faults: ['no-dns ov-m1'],
    cells: each({ overlay: byName }, /^dns\.not-answering$/, at('m1')),
  },
  {
    id: 'no-dns-node',
    faults: ['no-dns --on m1'],
    cells: each(
      { bridge: { from: 'plain-m1', to: 'world', by: 'name', protocol: 'icmp' } },
      /^dns\.not-answering$/,
      at('m1'),
    ),
  },
  // From the field: a firewall's own rules, and a reload of it that wiped Docker's.
  {
    id: 'docker-user-drop',
    faults: [],
    after: ({ must }) => must('exec', 'w1', 'iptables', '-I', 'DOCKER-USER', '-i', 'eth1', '-j', 'DROP'),
    mended: ({ must }) => must('exec', 'w1', 'iptables', '-D', 'DOCKER-USER', '-i', 'eth1', '-j', 'DROP'),
    cells: each({ published }, /^firewall\.blocks$/, { ...at('w1'), breaks: null }),
  },
  {
    id: 'container-stopped',
    faults: [],
    after: ({ docker }) => docker('w1', 'stop', '-t', '0', 'web-w1'),
    mended: ({ docker }) => docker('w1', 'start', 'web-w1'),
    cells: each({ published }, /^container\.not-running$/, { ...at('w1'), breaks: null }),
  },
];

/** Kinds that cannot be made in namespaces, or with what this kernel lacks: named, so that nobody takes them for covered. */
export const notHere = [
  'delay (sch_netem)',
  'clock (shared by namespaces)',
  'block esp on encrypted overlays (esp4)',
  'TX checksum offload (no such card)',
];

import { sameEngine } from './aspects.ts';
import type { Rules } from './expectation.ts';

/** macvlan and ipvlan in mode l2: addresses of the LAN itself. `kind` words the ids and the sentences. */
function onSegmentRules(kind: 'macvlan' | 'ipvlan-l2', docs: string, apart: string, kernel: string): Rules {
  return [
    {
      id: `${kind}.embedded-dns`,
      expected: 'reached',
      sentence:
        "the engine's embedded DNS server knows the names of the containers that the engine has on this network",
      reference: 'https://docs.docker.com/engine/network/#dns-services',
      applies: (question) => question.by === 'name' && sameEngine(question),
    },
    {
      id: `${kind}.names-stay-on-the-node`,
      expected: 'no-name',
      sentence: 'the network has local scope: each engine knows the names of its own containers only',
      reference: docs,
      applies: (question) => question.by === 'name' && question.ring === 'peer',
    },
    {
      id: `${kind}.same-parent`,
      expected: 'reached',
      sentence: 'the kernel switches between the interfaces on one parent',
      reference: kernel,
      applies: (question) => sameEngine(question),
    },
    {
      id: `${kind}.own-node`,
      expected: 'not-reached',
      sentence: apart,
      reference: docs,
      applies: (question) => question.ring === 'node',
    },
    {
      id: `${kind}.on-the-lan`,
      expected: 'reached',
      sentence:
        'each container has an address of its own on the LAN, so it and the other machines there are neighbours',
      reference: docs,
      applies: () => true,
    },
  ];
}

export const macvlanRules = onSegmentRules(
  'macvlan',
  'https://docs.docker.com/engine/network/drivers/macvlan/',
  'the kernel keeps a macvlan parent and its children apart',
  'Linux, drivers/net/macvlan.c (mode bridge)',
);

/*
 * An ARP request of a child goes to the other children and out on the wire (ipvlan_xmit_mode_l2), never to the parent,
 * so neither learns the other's address. Seen so on kernel 6.1, with Docker 20.10.24 and, rp_filter 0 and 1, with `ip link`.
 */
export const ipvlanL2Rules = onSegmentRules(
  'ipvlan-l2',
  'https://docs.docker.com/engine/network/drivers/ipvlan/',
  'the kernel keeps an ipvlan parent and its children apart',
  'https://docs.kernel.org/networking/ipvlan.html#l2-mode',
);

const l3Kernel = 'https://docs.kernel.org/networking/ipvlan.html#l3-mode';

/*
 * In mode l3 the parent's namespace routes what children send (ipvlan_process_outbound), and every packet that comes in
 * on the parent with a child's address is the child's (ipvlan_handle_mode_l3), before any FORWARD chain. All machines of
 * a lab have routes to the nodes' container subnets, so the network is a routed one. The own node is reached too: it
 * routes its own address to itself, and its packets to a child leave by the default route and come back from the
 * gateway, which routes the subnet to this node. Seen so on kernel 6.1, with Docker 20.10.24
 * and, rp_filter 0 and 1, with `ip link`.
 */
export const ipvlanL3Rules: Rules = [
  {
    id: 'ipvlan-l3.embedded-dns',
    expected: 'reached',
    sentence: "the engine's embedded DNS server knows the names of the containers that the engine has on this network",
    reference: 'https://docs.docker.com/engine/network/#dns-services',
    applies: (question) => question.by === 'name' && sameEngine(question),
  },
  {
    id: 'ipvlan-l3.names-stay-on-the-node',
    expected: 'no-name',
    sentence: 'the network has local scope: each engine knows the names of its own containers only',
    reference: 'https://docs.docker.com/engine/network/drivers/ipvlan/',
    applies: (question) => question.by === 'name' && question.ring === 'peer',
  },
  {
    id: 'ipvlan-l3.same-parent',
    expected: 'reached',
    sentence: 'the kernel passes packets between the interfaces on one parent',
    reference: l3Kernel,
    applies: (question) => sameEngine(question),
  },
  {
    id: 'ipvlan-l3.own-node',
    expected: 'reached',
    sentence:
      "the node routes for its containers, and the gateway's route to their subnet brings the node's own packets back to them",
    reference: l3Kernel,
    applies: (question) => question.ring === 'node',
  },
  {
    id: 'ipvlan-l3.routed',
    expected: 'reached',
    sentence: 'the node routes for its containers without translation: who has a route to their subnet reaches them',
    reference: l3Kernel,
    applies: () => true,
  },
];

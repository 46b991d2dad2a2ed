import { amongContainers } from './aspects.ts';
import type { Rules } from './expectation.ts';

const reference = 'https://docs.docker.com/engine/network/drivers/overlay/';

/** Encrypted or not: encryption changes what is on the wire between the nodes, and nothing about who reaches whom. */
export const overlayRules: Rules = [
  {
    id: 'overlay.swarm-dns',
    expected: 'reached',
    sentence: 'the engines of a swarm tell each other the names and addresses of the containers on an overlay',
    reference,
    applies: (question) => question.by === 'name' && amongContainers(question),
  },
  {
    id: 'overlay.one-segment',
    expected: 'reached',
    sentence: 'an overlay is one segment across the nodes: VXLAN carries its frames between them',
    reference,
    applies: (question) => amongContainers(question),
  },
  {
    id: 'overlay.gateway-bridge',
    expected: 'reached',
    sentence: "what leaves an overlay goes by docker_gwbridge and takes the node's address",
    reference: 'https://docs.docker.com/engine/swarm/networking/#customize-the-docker_gwbridge',
    applies: (question) => question.direction === 'out',
  },
  {
    id: 'overlay.closed-from-outside',
    expected: 'not-reached',
    sentence:
      "an overlay's addresses exist inside the overlay alone: no machine has an interface in it, not even the node itself",
    reference,
    applies: () => true,
  },
];

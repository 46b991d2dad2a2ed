import { amongContainers } from './aspects.ts';
import type { Rules } from './expectation.ts';

const reference = 'https://docs.docker.com/engine/network/drivers/host/';

export const hostRules: Rules = [
  {
    id: 'host.no-container-names',
    expected: 'no-name',
    sentence:
      'a container on the host network has no address of its own, so no DNS knows its name; it resolves as its node does',
    reference,
    applies: (question) => question.by === 'name' && amongContainers(question),
  },
  {
    id: 'host.own-node',
    expected: 'reached',
    sentence: "the container is in the node's own network namespace: the node's addresses are its addresses",
    reference,
    applies: (question) => question.ring === 'self' || question.ring === 'node',
  },
  {
    id: 'host.as-the-node',
    expected: 'reached',
    sentence:
      "the container reaches what its node reaches, and is reached at its node's address with nothing published",
    reference,
    applies: () => true,
  },
];

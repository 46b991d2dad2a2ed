import type { Rules } from './expectation.ts';

const reference = 'https://docs.docker.com/engine/network/drivers/none/';

export const noneRules: Rules = [
  {
    id: 'none.no-resolver',
    expected: 'no-resolver',
    sentence: 'with no interface but loopback there is no way to any DNS server',
    reference,
    applies: (question) => question.by === 'name',
  },
  {
    id: 'none.loopback',
    expected: 'reached',
    sentence: 'loopback is there',
    reference,
    applies: (question) => question.ring === 'self',
  },
  {
    id: 'none.isolated',
    expected: 'not-reached',
    sentence: 'the container has loopback and no other interface, so there is no route to anything',
    reference,
    applies: () => true,
  },
];

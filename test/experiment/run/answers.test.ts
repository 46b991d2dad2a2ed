import { expect, it } from 'vitest';
import { compareAnswers } from '../../../src/experiment/run/answers.ts';

const two = [
  ['10.0.0.2', '10.0.0.3'],
  ['10.0.0.3', '10.0.0.2'],
];

it.each<[string, Parameters<typeof compareAnswers>, boolean | null]>([
  ['both addresses', [{ count: 2, fairShare: null }, two, [['10.0.0.2'], ['10.0.0.3', '10.9.0.3']]], true],
  ['an address that is nobody of them', [{ count: null, fairShare: null }, two, [['10.0.0.2']]], false],
  ['one where two are told', [{ count: 1, fairShare: null }, two, null], false],
  ['a fair share each', [{ count: null, fairShare: 0.5 }, two, null], true],
  ['always the same first', [{ count: null, fairShare: 0.2 }, [two[0] ?? [], two[0] ?? []], null], false],
  ['none, as it should be', [{ count: 0, fairShare: null }, [[]], null], true],
  ['a resolver that never answered', [{ count: 2, fairShare: null }, [null, null], null], null],
  ['no address, of a resolver that never answered', [{ count: 0, fairShare: null }, [null], null], null],
  ['one of two targets', [{ count: null, fairShare: null }, [['10.0.0.2']], [['10.0.0.2'], ['10.0.0.3']]], false],
  ['a fair share of nothing', [{ count: null, fairShare: 0.3 }, [[], []], null], false],
  ['a look-up without an answer among others', [{ count: 1, fairShare: null }, [['10.0.0.2'], null], null], true],
])('%s', (_what, given, holds) => {
  expect(compareAnswers(...given).holds).toBe(holds);
});

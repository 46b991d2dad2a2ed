import { expect, it } from 'vitest';
import { leaveAgainWhileStopping } from '../../src/fabric/leave-swarm.ts';

const slow = new Error('(HTTP code 500) server error - context deadline exceeded');

/** An engine that fails so, one time after the other, and then leaves. */
function engine(...failures: readonly Error[]) {
  const left = [...failures];
  let asked = 0;
  const leave = async () => {
    asked += 1;
    const failure = left.shift();
    if (failure !== undefined) throw failure;
  };
  return { leave, asked: () => asked };
}

it.each([0, 1, 4])('an engine whose node was too slow to stop %i times is asked again, and leaves', async (times) => {
  const { leave, asked } = engine(...Array(times).fill(slow));
  await leaveAgainWhileStopping(leave, new AbortController().signal);
  expect(asked()).toBe(times + 1);
});

it.each([
  ['will not stop', Array(9).fill(slow), 5],
  ['says something else', [new Error('the socket is gone')], 1],
])('an engine that %s has not left', async (_, failures, times) => {
  const { leave, asked } = engine(...failures);
  await expect(leaveAgainWhileStopping(leave, new AbortController().signal)).rejects.toBe(failures[0]);
  expect(asked()).toBe(times);
});

it('nobody is asked again after an interruption', async () => {
  const { leave, asked } = engine(slow, slow);
  const stopped = AbortSignal.abort(new Error('stop'));
  await expect(leaveAgainWhileStopping(leave, stopped)).rejects.toThrow('stop');
  expect(asked()).toBe(1);
});

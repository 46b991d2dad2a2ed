import { expect, it } from 'vitest';
import { drawnProgress, linesProgress, type RunProgress } from '../../src/cli/run-progress.ts';
import { type RunSteps, runStep } from '../../src/core/steps.ts';
import type { RunEvent } from '../../src/verdict/run-types.ts';
import { experiment, skippedExperiment } from '../report/run-documents.ts';

const events: readonly RunEvent[] = [
  { kind: 'started', experiment: 'user-bridge', title: 'A bridge of your own' },
  { kind: 'building', experiment: 'user-bridge', awaiting: '4 containers' },
  { kind: 'waiting', experiment: 'red-blue', for: 'its turn' },
  { kind: 'step', experiment: 'user-bridge', index: 1, count: 2, title: 'By name' },
  { kind: 'awaiting', experiment: 'user-bridge', what: 'the agents' },
  { kind: 'awaiting', experiment: 'user-bridge', what: 'the agents' },
  { kind: 'undoing', experiment: 'user-bridge' },
  { kind: 'ended', experiment: 'user-bridge', result: experiment('user-bridge', []) },
  { kind: 'ended', experiment: 'ipvlan-l2', result: skippedExperiment('ipvlan-l2', 'ipvlan') },
];

async function play(progress: RunProgress): Promise<string> {
  return progress.around(async () => {
    await runStep(progress.runSteps, 'Connect to the nodes', async (awaiting) => awaiting('m1 to answer'));
    events.forEach(progress.onEvent);
    return 'done';
  });
}

function recorder() {
  const lines: string[] = [];
  const runSteps: RunSteps = async (steps) => {
    for (const step of steps) {
      lines.push(step.title);
      await step.run((what) => lines.push(`waiting for ${what}`));
    }
  };
  return { lines, runSteps };
}

it('tells each experiment in lines of its own, and nothing twice', async () => {
  const { lines, runSteps } = recorder();
  await expect(play(linesProgress(runSteps, (line) => lines.push(line)))).resolves.toBe('done');
  expect(lines).toEqual([
    'Connect to the nodes',
    'waiting for m1 to answer',
    '-> user-bridge: A bridge of your own',
    '   user-bridge: building, waiting for 4 containers',
    '   red-blue waits for its turn',
    '   user-bridge: step 1 of 2: By name',
    '   user-bridge: waiting for the agents',
    '   user-bridge: undoing',
    '   user-bridge: as expected, 2.4 s',
    '   ipvlan-l2: skipped: kernel of m1 lacks ipvlan',
  ]);
});

it('draws one step, which tells how many are left and what the running ones are at', async () => {
  const { lines, runSteps } = recorder();
  await expect(play(drawnProgress(runSteps, 3))).resolves.toBe('done');
  expect(lines.filter((line) => !line.startsWith('waiting'))).toEqual(['Run 3 experiments']);
  expect(lines).toContain('waiting for Connect to the nodes: m1 to answer');
  expect(lines).toContain('waiting for 3 of 3 experiments, user-bridge (step 1 of 2: By name)');
  expect(lines.at(-1)).toBe('waiting for 1 of 3 experiments');
});

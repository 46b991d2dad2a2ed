import { expect, it } from 'vitest';
import { cellNotes } from '../../src/report/run-problems.ts';
import type { StepResult } from '../../src/verdict/run-types.ts';
import { probeStep } from './run-documents.ts';

const apart = { id: 'bridge.other-network', sentence: 'another bridge', node: 'm1' };
const shut = { id: 'firewall.blocks', sentence: 'a rule of w1 drops it', node: 'w1' };

/** With those causes, by `from -> to`, on what did not arrive. */
function lookedInto(step: StepResult, causes: Readonly<Record<string, typeof apart>>): StepResult {
  const probes = step.probes.map((probe) => {
    const cause = probe.outcome === 'reached' ? null : (causes[`${probe.from} -> ${probe.to}`] ?? null);
    return { ...probe, cause };
  });
  return { ...step, probes };
}

const texts = (step: StepResult) => cellNotes(step).map(({ text }) => text);
const table = `
          ruby rose sky
  ruby    yes  no   no
  rose    no   yes  no
`;

it('pairs that were looked into, and are as expected, are told once for each cause', () => {
  const causes = { 'ruby -> rose': apart, 'ruby -> sky': apart, 'rose -> ruby': apart, 'rose -> sky': shut };
  expect(texts(lookedInto(probeStep('t', 'ip', table), causes))).toEqual([
    'ruby -> rose, sky; rose -> ruby by ip: not reached. Cause: another bridge (bridge.other-network)',
    'rose -> sky by ip: not reached. Cause: a rule of w1 drops it (firewall.blocks)',
  ]);
});

it('nothing is told of pairs that were not looked into', () => {
  expect(texts(probeStep('t', 'ip', table))).toEqual([]);
});

it('what differs has its cause in its own line', () => {
  const step = probeStep('t', 'ip', table, { 'ruby -> ruby': { outcome: 'timeout' } });
  const [only, ...others] = texts(lookedInto(step, { 'ruby -> ruby': shut }));
  expect(others).toEqual([]);
  expect(only).toMatch(/^ruby -> ruby by ip: expected yes, seen .* Cause: a rule of w1 drops it \(firewall\.blocks\)$/);
});

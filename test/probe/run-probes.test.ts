import { expect, it } from 'vitest';
import { runProbes } from '../../src/probe/run-probes.ts';
import type { Probe } from '../../src/probe/types.ts';

it('does not measure two probes with one id, as they would have one nonce', async () => {
  const probe = (id: number): Probe => {
    return { id, from: 'a', to: 'b', aim: { by: 'ip', address: '10.0.0.9' }, protocol: 'icmp', port: null };
  };
  const { observations } = await runProbes({
    connections: new Map(),
    places: [],
    probes: [probe(1), probe(2), probe(1)],
    signal: new AbortController().signal,
    timeoutMs: 1000,
  });
  expect(observations.get(1)).toMatchObject({ outcome: 'not-measured', detail: 'two probes have the id 1' });
  expect(observations.get(2)).toMatchObject({ outcome: 'not-measured', detail: 'a is no place of the batch' });
});

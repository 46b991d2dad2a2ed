import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DownDocument, StatusDocument } from '../../src/report/documents.ts';
import { createSwarmlab, type Swarmlab } from './swarmlab.ts';

describe('two labs side by side', () => {
  let swarmlab: Swarmlab;
  const size = ['--workers', '1', '--outsiders', '0'] as const;
  beforeAll(async () => {
    swarmlab = await createSwarmlab();
  });
  afterAll(() => swarmlab[Symbol.asyncDispose]());

  it('have the same addresses and know nothing of each other', async () => {
    const labs = await Promise.all(
      ['red', 'blue'].map((lab) => swarmlab.json<StatusDocument>(0, 'up', '--lab', lab, ...size)),
    );
    expect(labs[0]?.nodes).toEqual(labs[1]?.nodes);
    expect(labs[0]?.swarm?.id).not.toBe(labs[1]?.swarm?.id);
    await swarmlab.run('exec', '--lab', 'red', 'm1', 'docker', 'network', 'create', 'only-red');
    const list = ['m1', 'docker', 'network', 'ls', '--format', '{{.Name}}'];
    expect((await swarmlab.run('exec', '--lab', 'red', ...list)).stdout).toContain('only-red');
    expect((await swarmlab.run('exec', '--lab', 'blue', ...list)).stdout).not.toContain('only-red');
  });

  it('one goes, the other works on', async () => {
    const down = await swarmlab.json<DownDocument>(0, 'down', '--lab', 'red');
    expect(down.leaks).toEqual([]);
    const blue = await swarmlab.json<StatusDocument>(0, 'status', '--lab', 'blue');
    expect(blue.swarm).toMatchObject({ managers: 1, workers: 1 });
    await swarmlab.json(0, 'scope', '--lab', 'blue', 'overlay');
  });
});

import { describe, expect, it } from 'vitest';
import { type Claim, conflictOf } from '../../../src/experiment/run/claims.ts';
import { chooseJobs, type Job, type Lane, runJobs } from '../../../src/experiment/run/schedule.ts';

const thing = (key: string): Claim => ({ kind: 'thing', key });
const subnet = (node: string, text: string): Claim => ({ kind: 'subnet', node, subnet: text });
const job = (id: string, lane: Lane = 'beside', claims: readonly Claim[] = []): Job => ({ id, lane, claims });
const idsOf = (jobs: readonly Job[]) => jobs.map(({ id }) => id);

describe('conflictOf', () => {
  it.each<[string, Claim[], Claim[], boolean]>([
    ['the same container on one node', [thing('container m1 web')], [thing('container m1 web')], true],
    ['the same container on two nodes', [thing('container m1 web')], [thing('container w1 web')], false],
    ['overlapping subnets of one node', [subnet('m1', '172.20.0.0/16')], [subnet('m1', '172.20.5.0/24')], true],
    ['the same subnet on two nodes', [subnet('m1', '172.20.0.0/16')], [subnet('w1', '172.20.0.0/16')], false],
    ['disjoint subnets of one node', [subnet('m1', '10.0.42.0/24')], [subnet('m1', '10.0.43.0/24')], false],
  ])('%s', (_what, left, right, conflicts) => {
    expect(conflictOf(left, right) !== null).toBe(conflicts);
    expect(conflictOf(right, left) !== null).toBe(conflicts);
  });
});

describe('chooseJobs', () => {
  it('never starts two that want the same, also of those that start now', () => {
    const choice = chooseJobs(
      [job('a', 'beside', [thing('parent m1')]), job('b', 'beside', [thing('parent m1')]), job('c')],
      [],
      6,
    );
    expect(idsOf(choice.start)).toEqual(['a', 'c']);
    expect(choice.waiting.get('b')).toBe('a (parent m1)');
  });

  it('starts no more than may run at once', () => {
    expect(idsOf(chooseJobs([job('a'), job('b'), job('c')], [job('z')], 3).start)).toEqual(['a', 'b']);
  });

  it('leaves the lab to one that needs it alone, after those that run side by side', () => {
    expect(idsOf(chooseJobs([job('a'), job('x', 'alone')], [], 6).start)).toEqual(['a']);
    expect(idsOf(chooseJobs([job('x', 'alone'), job('y', 'alone')], [job('a')], 6).start)).toEqual([]);
    expect(idsOf(chooseJobs([job('x', 'alone'), job('y', 'alone')], [], 6).start)).toEqual(['x']);
  });

  it('makes one lab at a time, beside one that has this lab alone', () => {
    expect(idsOf(chooseJobs([job('x', 'alone'), job('o', 'own-lab'), job('p', 'own-lab')], [], 6).start)).toEqual([
      'x',
      'o',
    ]);
  });
});

describe('runJobs', () => {
  it('runs every one once, and those that exclude each other one after the other', async () => {
    const active = new Set<string>();
    const ran: string[] = [];
    const jobs = [
      job('a', 'beside', [thing('k')]),
      job('b', 'beside', [thing('k')]),
      job('x', 'alone'),
      job('y', 'alone'),
      job('c'),
    ];
    await runJobs(
      jobs,
      6,
      async ({ id, lane }) => {
        active.add(id);
        if (lane === 'alone') expect([...active]).toEqual([id]);
        expect(active.has('a') && active.has('b')).toBe(false);
        await new Promise((resolve) => setImmediate(resolve));
        ran.push(id);
        active.delete(id);
      },
      () => undefined,
    );
    expect(ran.toSorted()).toEqual(['a', 'b', 'c', 'x', 'y']);
  });

  it('waits for the others before it passes an interruption on', async () => {
    const ended: string[] = [];
    const failing = runJobs(
      [job('a'), job('b')],
      6,
      async ({ id }) => {
        if (id === 'a') throw new Error('interrupted');
        await new Promise((resolve) => setImmediate(resolve));
        ended.push(id);
      },
      () => undefined,
    );
    await expect(failing).rejects.toThrow('interrupted');
    expect(ended).toEqual(['b']);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DownDocument, StatusDocument } from '../../src/report/documents.ts';
import { box } from './prepared.ts';
import { note } from './report.ts';
import { roomWithoutNetwork } from './room.ts';
import { createTestbed, type Testbed } from './testbed.ts';
import { fourMachines, patience, type TruthLab, truthLab } from './truth-lab.ts';

// What namespaces of one kernel cannot show: delays, clocks and ESP, each broken on purpose and explained; and experiments
// that need what such a kernel has not. The tests build on each other, in this order.

/** `npm run test:vagrant -- --long truth`: half an hour or so. */
const isLong = process.env.SWARMLAB_TEST_LONG === '1';

/** What namespaces skip here for want of the kernel's modules. Two networks on one parent, ipvlan-l3-two-subnets, want a newer engine. */
const kernelsOwn = [
  'ipvlan-l2',
  'ipvlan-l3',
  'macvlan-vlan',
  'macvlan-no-parent',
  'overlay-encrypted',
  'overlay-service',
  'routing-mesh',
];

describe.runIf(isLong)('truth on virtual machines', () => {
  let testbed: Testbed;
  let lab: TruthLab;

  beforeAll(async () => {
    testbed = await createTestbed({ room: await roomWithoutNetwork() });
    lab = truthLab(testbed);
    await testbed.writeConfig(fourMachines('truth', box));
  });

  afterAll(async () => {
    await testbed[Symbol.asyncDispose]();
  });

  it('comes up, with containers on an overlay and on an encrypted one', async () => {
    const document = await testbed.json<StatusDocument>(0, ['up', ...patience]);
    note('truth: up of four machines', document.durationMs);
    expect(document.swarm).toMatchObject({ managers: 1, workers: 2 });
    await lab.build();
  });

  it('whole, a pair is reached and nothing is found wrong', async () => {
    const { outcome, cause, evidence } = await lab.explains('c1', 'c2');
    expect([outcome, cause.id], JSON.stringify({ cause, evidence })).toEqual(['reached', 'reached']);
  });

  it('delay: echoes take that long, explain names the queue and its node, and clear ends it', async () => {
    expect((await lab.echoes(10)).fastestMs).toBeLessThan(400);
    await lab.breaks('delay 400ms --on w1');
    expect((await lab.echoes(10)).fastestMs).toBeGreaterThanOrEqual(400);
    const { outcome, cause, durationMs } = await lab.explains('c1', 'c2');
    note('truth: explain, delay', durationMs);
    expect([outcome, cause]).toMatchObject(['reached', { id: 'segment.delays', node: 'w1', confidence: 'certain' }]);
    await lab.mends();
    expect((await lab.echoes(10)).fastestMs).toBeLessThan(400);
  });

  it('a delay beyond all patience is told from a partition', async () => {
    await lab.breaks('delay 5s --on w1');
    const { outcome, cause } = await lab.explains('c1', 'c2');
    await lab.mends();
    expect(outcome).not.toBe('reached');
    expect(cause).toMatchObject({ id: 'segment.delays', node: 'w1', confidence: 'certain' });
  });

  it('loss: that share of the echoes is lost, explain names it and the node, and clear ends it', async () => {
    expect((await lab.echoes(40)).answered).toBeGreaterThan(35);
    await lab.breaks('drop 60% --on w1');
    // 0.4 * 0.4 of 40 is 6.4; six standard deviations of that many draws are 14.
    expect((await lab.echoes(40)).answered).toBeLessThan(21);
    const { cause, durationMs } = await lab.explains('c1', 'c2');
    note('truth: explain, loss', durationMs);
    expect(cause).toMatchObject({ id: 'segment.loses-packets', node: 'w1' });
    await lab.mends();
    expect((await lab.echoes(40)).answered).toBeGreaterThan(35);
  });

  it('clock: it is two hours fast, explain names it and the node, and clear sets it right', async () => {
    expect(Math.abs(await lab.aheadSeconds())).toBeLessThan(30);
    await lab.breaks('clock 2h --on w1');
    expect(Math.abs((await lab.aheadSeconds()) - 7200)).toBeLessThan(30);
    const { outcome, cause, durationMs } = await lab.explains('c1', 'c2');
    note('truth: explain, clock', durationMs);
    expect([outcome, cause]).toMatchObject(['reached', { id: 'clock.skewed', node: 'w1', confidence: 'certain' }]);
    await lab.mends();
    expect(Math.abs(await lab.aheadSeconds())).toBeLessThan(30);
  });

  it('an encrypted overlay: explain counts ESP at both ends, and nothing that could be read', async () => {
    const { outcome, cause, evidence, durationMs } = await lab.explains('e1', 'e2', '--by', 'ip');
    note('truth: explain, encrypted overlay', durationMs);
    expect(outcome).toBe('reached');
    expect(cause.id, JSON.stringify({ cause, evidence })).toBe('reached');
    expect(cause.sentence).toContain('in ESP (encrypted VXLAN), from m1 to w1');
    const seen = Object.fromEntries(evidence.map(({ what, seen: text }) => [what, text]));
    expect(seen['ESP to w1']).toMatch(/^[1-9]\d* left$/);
    expect(seen['ESP from m1']).toMatch(/^[1-9]\d* arrived$/);
    expect(seen['VXLAN to w1 with packets of the pair']).toBe('0 left');
  });

  it.each(['both', 'in', 'out'])(
    'ESP blocked at w1, direction %s: explain names it and the node',
    async (direction) => {
      await lab.breaks(`block esp --on w1 --direction ${direction}`);
      const there = await lab.explains('e1', 'e2');
      const back = await lab.explains('e2', 'e1');
      const plain = await lab.explains('c1', 'c2');
      await lab.mends();
      for (const { outcome, cause } of [there, back]) {
        expect(outcome).not.toBe('reached');
        expect(cause).toMatchObject({ id: 'overlay.esp-blocked', node: 'w1', confidence: 'certain' });
      }
      // The other overlay does not travel in ESP.
      expect([plain.outcome, plain.cause.id]).toEqual(['reached', 'reached']);
      expect((await lab.explains('e1', 'e2')).outcome).toBe('reached');
    },
  );

  it('what namespaces skip here: as the files say, and as the model foretold', async () => {
    const { run, diff } = await lab.compare(kernelsOwn, 'kernel');
    note('truth: run of seven experiments', run.durationMs);
    expect(run.experiments.map(({ id, verdict }) => [id, verdict])).toEqual(
      kernelsOwn.map((id) => [id, 'as-expected']),
    );
    expect(diff.differences).toEqual([]);
    expect(diff.notCompared).toEqual([]);
    expect(diff.totals.probes).toBeGreaterThan(100);
  });

  it('goes without a trace while all of that is broken at once', async () => {
    for (const fault of ['delay 100ms', 'drop 10%', 'clock 2h', 'block esp']) {
      const { status, stderr } = await testbed.run(['fault', 'add', ...fault.split(' '), '--on', 'w1', ...patience]);
      expect(status, stderr).toBe(0);
    }
    const document = await testbed.json<DownDocument>(0, ['down', ...patience]);
    expect(document.leaks).toEqual([]);
    expect((await testbed.program('VBoxManage', ['list', 'vms'])).stdout).not.toMatch(/swarmlab-[0-9a-f]{10}-/);
  });
});

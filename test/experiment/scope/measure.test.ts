import { describe, expect, it } from 'vitest';
import { type LookIntoDriver, measureDrivers } from '../../../src/experiment/scope/measure.ts';
import type { RunBatch } from '../../../src/experiment/scope/run-batch.ts';
import { chooseSites } from '../../../src/experiment/scope/sites.ts';
import { type DriverId, driverIds } from '../../../src/experiment/types.ts';
import { labPlan } from '../lab-fixture.ts';
import { fakeBatch } from './fake-batch.ts';
import { type FakeLabOptions, fakeLab } from './fake-lab.ts';

const plan = labPlan();
const sites = chooseSites(plan);
const image = 'swarmlab/busybox:1';

const asSeen: LookIntoDriver = async (seen) => seen;

function start(
  drivers: readonly DriverId[],
  runBatch: RunBatch,
  options: FakeLabOptions = {},
  controller = new AbortController(),
  lookInto: (lab: ReturnType<typeof fakeLab>) => LookIntoDriver = () => asSeen,
) {
  const lab = fakeLab(plan, options);
  const request = {
    ...{ connections: lab.connections, plan, sites, drivers, image, runBatch, lookInto: lookInto(lab) },
    awaiting: () => undefined,
  };
  return { lab, controller, done: measureDrivers({ ...request, signal: controller.signal }) };
}

describe('a run', () => {
  it('probes every cell with every protocol in one batch a wave, and leaves nothing', async () => {
    const { runBatch, batches } = fakeBatch(() => 'reached');
    const { lab, done } = start(driverIds, runBatch);
    const { drivers } = await done;
    expect(drivers.map(({ driver }) => driver)).toEqual(driverIds);
    // The first batch is the overlays' readiness.
    const measured = batches.filter(({ probes }) => probes.some(({ protocol }) => protocol === 'udp'));
    expect(measured).toHaveLength(3);
    for (const { probes } of measured) expect(new Set(probes.map(({ id }) => id)).size).toBe(probes.length);
    const cells = drivers.flatMap((driver) => driver.cells);
    expect(
      cells.every(({ observations }) => observations.map(({ protocol }) => protocol).join() === 'icmp,tcp,udp'),
    ).toBe(true);
    expect(lab.containers.size + lab.networks.size).toBe(0);
  });

  it('looks into each driver while its containers stand, one after the other, and gives what was found', async () => {
    const { runBatch } = fakeBatch(() => 'timeout');
    const standing: Record<string, boolean> = {};
    let inside = 0;
    const { done } = start(['none', 'bridge-user'], runBatch, {}, new AbortController(), (lab) => async (seen) => {
      inside += 1;
      expect(inside).toBe(1);
      await Promise.resolve();
      standing[seen.driver] = seen.cells.every(({ from }) => !from.includes('/') || lab.containers.has(from));
      inside -= 1;
      const cause = { id: 'a.b', sentence: seen.driver, node: null };
      return { ...seen, cells: seen.cells.map((cell) => ({ ...cell, cause })) };
    });
    const { drivers } = await done;
    expect(standing).toEqual({ none: true, 'bridge-user': true });
    for (const { driver, cells } of drivers)
      expect(new Set(cells.map(({ cause }) => cause?.sentence))).toEqual(new Set([driver]));
  });

  it('aims every probe at a place of its batch, and never takes two places for one', async () => {
    const { runBatch, batches } = fakeBatch(() => 'reached');
    await start(driverIds, runBatch).done;
    for (const { places, probes } of batches) {
      const ids = places.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const { from, to } of probes) expect(ids).toEqual(expect.arrayContaining([from, to]));
    }
  });

  it("asks a sharer by its origin's name and address, from the namespace of its own process", async () => {
    const { runBatch, batches } = fakeBatch(() => 'reached');
    await start(['container'], runBatch).done;
    const inward =
      batches[0]?.probes.filter(({ from, to }) => from === 'm1/container-b' && to === 'm1/container-a') ?? [];
    const origin = batches[0]?.probes.find(({ to, aim }) => to === 'm1/container-origin' && aim.by === 'ip')?.aim;
    expect(inward.map(({ aim }) => aim)).toEqual(
      expect.arrayContaining([{ by: 'name', name: 'container-origin' }, origin]),
    );
    const place = batches[0]?.places.find(({ id }) => id === 'm1/container-a');
    expect(place?.namespacePath).toMatch(/^\/proc\/\d+\/ns\/net$/);
    expect(place?.hostsPath).toContain('container-origin');
  });

  it('ties macvlan to the interface that has the address on the segment', async () => {
    const { lab, done } = start(['macvlan'], async ({ probes }) => {
      parents.push(...[...lab.networks.values()].map(({ spec }) => spec.options.parent));
      return { observations: new Map(probes.map(({ id }) => [id, reached(id)])), notes: [] };
    });
    const parents: unknown[] = [];
    await done;
    expect(parents).toEqual(['seg7', 'seg7']);
  });
});

describe('what goes wrong', () => {
  it('gives a driver that cannot be built the message of the engine, and goes on with the others', async () => {
    const { runBatch } = fakeBatch(() => 'reached');
    const refuse: FakeLabOptions['refuse'] = (what, name) =>
      what === 'network' && name === 'sl-macvlan' ? 'already using parent seg7' : null;
    const { lab, done } = start(['host', 'macvlan'], runBatch, { refuse });
    const { drivers } = await done;
    const outcomes = drivers.map(
      ({ cells }) => new Set(cells.flatMap(({ observations }) => observations.map(({ outcome }) => outcome))),
    );
    expect(outcomes).toEqual([new Set(['reached']), new Set(['not-measured'])]);
    expect(drivers[1]?.cells[0]?.observations[0]?.detail).toBe('already using parent seg7');
    expect(lab.containers.size + lab.networks.size).toBe(0);
  });

  it('takes probe agents that fail for not measured, never for not reached', async () => {
    const { done } = start(['host'], async () => {
      throw new Error('no python3 on m1');
    });
    const seen = (await done).drivers.flatMap(({ cells }) => cells.flatMap(({ observations }) => observations));
    expect(new Set(seen.map(({ outcome, detail }) => `${outcome}: ${detail}`))).toEqual(
      new Set(['not-measured: no python3 on m1']),
    );
  });

  it('takes a probe without an observation for not measured', async () => {
    const { done } = start(['host'], async () => ({ observations: new Map(), notes: [] }));
    const seen = (await done).drivers.flatMap(({ cells }) => cells.flatMap(({ observations }) => observations));
    expect(new Set(seen.map(({ outcome }) => outcome))).toEqual(new Set(['not-measured']));
  });

  it('removes everything when it is interrupted, and says so by throwing the reason', async () => {
    const controller = new AbortController();
    const reason = new Error('interrupted');
    const runBatch: RunBatch = async () => {
      controller.abort(reason);
      throw reason;
    };
    const { lab, done } = start(['bridge-user', 'macvlan'], runBatch, {}, controller);
    await expect(done).rejects.toBe(reason);
    expect(lab.calls).toContain('container m1/bridge-user-a');
    expect(lab.containers.size + lab.networks.size).toBe(0);
  });

  it('keeps what was measured when the clean-up fails, and says so', async () => {
    const lab = fakeLab(plan);
    const { runBatch } = fakeBatch(() => 'reached');
    const failing: RunBatch = async (batch) => {
      const engine = lab.connections.get('m1')?.engine;
      if (engine !== undefined) engine.removeContainer = () => Promise.reject(new Error('device or resource busy'));
      return runBatch(batch);
    };
    const request = {
      connections: lab.connections,
      plan,
      sites,
      drivers: ['none'] as const,
      image,
      lookInto: asSeen,
      awaiting: () => undefined,
    };
    const { drivers, notes } = await measureDrivers({
      ...request,
      runBatch: failing,
      signal: new AbortController().signal,
    });
    expect(drivers[0]?.cells[0]?.observations[0]?.outcome).toBe('reached');
    expect(notes.join()).toContain('device or resource busy');
  }, 60_000);

  it('sweeps what an earlier run left', async () => {
    const { runBatch } = fakeBatch(() => 'reached');
    const lab = fakeLab(plan);
    const engine = lab.connections.get('m1')?.engine;
    const signal = new AbortController().signal;
    await engine?.createContainer({ name: 'none-a', image, command: [], network: 'none', labels: {} }, signal);
    lab.calls.length = 0;
    const before: number[] = [];
    const request = {
      ...{ connections: lab.connections, plan, sites, drivers: ['none'] as const, image, signal, lookInto: asSeen },
    };
    await measureDrivers({ ...request, runBatch, awaiting: () => before.push(lab.containers.size) });
    expect(before.slice(0, 2)).toEqual([1, 0]);
    expect(lab.containers.size).toBe(0);
  });
});

function reached(probeId: number) {
  return { probeId, outcome: 'reached', detail: '', address: null, responder: null, rttMs: 0, attempts: [] } as const;
}

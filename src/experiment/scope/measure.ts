import { deadline, raceSignal } from '../../core/deadline.ts';
import { messageOf } from '../../core/errors.ts';
import { createPool } from '../../core/pool.ts';
import type { Awaiting } from '../../core/steps.ts';
import type { Connections } from '../../fabric/connection.ts';
import { creationsAtOnce } from '../../plan/pace.ts';
import type { LabPlan } from '../../plan/types.ts';
import type { Observation, Place, Probe } from '../../probe/types.ts';
import { findParentInterface } from '../parent-interface.ts';
import type { CauseSeen, Cell } from '../question.ts';
import type { DriverId } from '../types.ts';
import { planCells } from './cells.ts';
import { planFixture } from './fixtures.ts';
import { type CellProbes, compileProbes, protocols } from './probes.ts';
import { connectionOf, raiseFixture, type Site } from './raise.ts';
import { awaitOverlays } from './readiness.ts';
import type { RunBatch } from './run-batch.ts';
import type { Sites } from './sites.ts';
import { containerPlaces, machinePlaces, placeId, type Standing } from './standing.ts';
import { sweepScope } from './sweep.ts';
import { unmeasured, unmeasuredDriver } from './unmeasured.ts';
import { planWaves } from './waves.ts';

/** What was seen of one cell: one observation for each protocol. */
export interface CellSeen {
  cell: Cell;
  from: string;
  to: string;
  /** The name or address that was asked for; null where there was none to ask for. */
  aim: string | null;
  observations: readonly Seen[];
  /** None where nobody looked into it. */
  cause?: CauseSeen | undefined;
}

/** Looks into what was seen of a driver while its containers stand, and adds the causes. Rejects only when interrupted. */
export type LookIntoDriver = (seen: DriverSeen) => Promise<DriverSeen>;

export type Seen = Pick<Observation, 'outcome' | 'detail' | 'address' | 'responder' | 'rttMs' | 'attempts'> & {
  protocol: (typeof protocols)[number];
};

export interface DriverSeen {
  driver: DriverId;
  /** As the engine states it; null for `container:` and where nothing could be made. */
  declaredScope: Standing['declaredScope'];
  options: Readonly<Record<string, string>>;
  cells: readonly CellSeen[];
}

export interface MeasureRequest {
  connections: Connections;
  plan: LabPlan;
  sites: Sites;
  drivers: readonly DriverId[];
  /** A reference that every engine node has. */
  image: string;
  runBatch: RunBatch;
  lookInto: LookIntoDriver;
  signal: AbortSignal;
  awaiting: Awaiting;
}

const batchTimeoutMs = 60_000;
const undoTimeoutMs = 180_000;
/** After Ctrl-C; what is then still there carries the label, and the next run or `down` removes it. */
const undoAfterAbortMs = 1_500;

/**
 * Builds the fixtures in waves, probes every cell of a wave in one batch, and takes everything down again, whatever
 * happens. A driver whose fixture cannot be made has cells that were not measured, with the engine's message; the
 * others go on. A note says what could not be removed. Throws when interrupted.
 */
export async function measureDrivers(
  request: MeasureRequest,
): Promise<{ drivers: readonly DriverSeen[]; notes: readonly string[] }> {
  const { plan, sites, connections, signal } = request;
  const nodes = [sites.home.name, ...(sites.peer === null ? [] : [sites.peer.name])];
  request.awaiting('leftovers of an earlier run to be removed');
  await sweepScope(connections, nodes, signal);
  const site = siteOf(request, nodes);
  const drivers: DriverSeen[] = [];
  const notes: string[] = [];
  for (const wave of planWaves(request.drivers)) {
    try {
      const seen = await measureWave(wave, request, site);
      drivers.push(...seen.drivers);
      notes.push(...seen.notes);
    } finally {
      request.awaiting('networks and containers to be removed');
      const left = await undo(connections, nodes, plan.lab, signal);
      if (left !== null) notes.push(left);
    }
  }
  return { drivers: drivers.toSorted((a, b) => order(request, a) - order(request, b)), notes };
}

/** Null when nothing is left. A clean-up that fails takes nothing away from what was measured before it. */
async function undo(
  connections: Connections,
  nodes: readonly string[],
  lab: string,
  signal: AbortSignal,
): Promise<string | null> {
  const timeoutMs = signal.aborted ? undoAfterAbortMs : undoTimeoutMs;
  // Not the run's own signal: what was made has to go after an interruption too.
  const fresh = new AbortController();
  using limit = deadline({ signal: fresh.signal, timeoutMs, awaiting: `the scope report of ${lab} to be undone` });
  try {
    await raceSignal(sweepScope(connections, nodes, limit), limit);
    return null;
  } catch (error) {
    return `not all that was made could be removed (${messageOf(error)}); the next swarmlab scope or swarmlab down removes it`;
  }
}

function order(request: MeasureRequest, seen: DriverSeen): number {
  return request.drivers.indexOf(seen.driver);
}

function siteOf(request: MeasureRequest, nodes: readonly string[]): Site {
  const { connections, plan, signal } = request;
  const parents = new Map<string, Promise<string>>();
  const parentOf = (node: string): Promise<string> => {
    const address = plan.nodes.find((one) => one.name === node)?.address ?? '';
    const found = parents.get(node) ?? findParentInterface(connectionOf(connections, node), address, signal);
    parents.set(node, found);
    return found;
  };
  const pools = new Map(nodes.map((node) => [node, createPool(creationsAtOnce(plan))]));
  return { lab: plan.lab, connections, pools, parentOf, image: request.image, signal };
}

async function measureWave(
  wave: readonly DriverId[],
  request: MeasureRequest,
  site: Site,
): Promise<{ drivers: readonly DriverSeen[]; notes: readonly string[] }> {
  const { plan, sites, signal } = request;
  request.awaiting(`networks and containers of ${wave.join(', ')}`);
  const raised = await Promise.all(
    wave.map(async (driver) => {
      const fixture = planFixture(driver, plan, sites);
      try {
        return { driver, fixture, standing: await raiseFixture(fixture, site), reason: null };
      } catch (error) {
        return { driver, fixture, standing: null, reason: messageOf(error) };
      }
    }),
  );
  signal.throwIfAborted();
  const standings = raised.flatMap(({ standing }) => (standing === null ? [] : [standing]));
  const places = [...machinePlaces(sites), ...standings.flatMap(containerPlaces)];
  await awaitOverlays({ ...request, standings, places });

  let nextId = 1;
  const compiled = standings.map((standing) => {
    const cells = compileProbes(standing, planCells(standing.fixture.driver, sites), sites, nextId);
    nextId += cells.reduce((sum, cell) => sum + cell.probes.length, 0);
    return { standing, cells };
  });
  const probes = compiled.flatMap(({ cells }) => cells.flatMap((cell) => cell.probes));
  request.awaiting(`${probes.length} probes`);
  const batch = await probeAll(request, places, probes);
  const measured: DriverSeen[] = [];
  // One after the other: who explains counts packets, and would count each other's.
  for (const { standing, cells } of compiled) {
    const { declaredScope, options, fixture } = standing;
    const seen = cells.map((cell) => seenOf(cell, standing, batch, sites));
    measured.push(await request.lookInto({ driver: fixture.driver, declaredScope, options, cells: seen }));
  }
  const failed = raised.flatMap(({ driver, fixture, reason }) =>
    reason === null ? [] : [unmeasuredDriver(fixture, planCells(driver, sites), sites, reason)],
  );
  return { drivers: [...measured, ...failed], notes: batch.notes };
}

interface Batch {
  observations: ReadonlyMap<number, Observation>;
  notes: readonly string[];
  /** Why the whole batch gave nothing; null where it ran. */
  failure: string | null;
}

async function probeAll(request: MeasureRequest, places: readonly Place[], probes: readonly Probe[]): Promise<Batch> {
  if (probes.length === 0) return { observations: new Map(), notes: [], failure: null };
  const { connections, signal, runBatch } = request;
  try {
    const { observations, notes } = await runBatch({ connections, places, probes, signal, timeoutMs: batchTimeoutMs });
    return { observations, notes, failure: null };
  } catch (error) {
    signal.throwIfAborted();
    return { observations: new Map(), notes: [], failure: messageOf(error) };
  }
}

function seenOf({ cell, probes, missing }: CellProbes, { fixture }: Standing, batch: Batch, sites: Sites): CellSeen {
  const aim = probes[0]?.aim ?? null;
  const observations = protocols.map((protocol): Seen => {
    const probe = probes.find((one) => one.protocol === protocol);
    const observation = probe === undefined ? undefined : batch.observations.get(probe.id);
    if (observation === undefined) {
      return unmeasured(protocol, missing ?? batch.failure ?? 'the probe agents gave no observation of this probe');
    }
    const { outcome, detail, address, responder, rttMs, attempts } = observation;
    return { protocol, outcome, detail, address, responder, rttMs, attempts };
  });
  return {
    cell,
    from: placeId(fixture, cell.from, sites),
    to: placeId(fixture, cell.to, sites),
    aim: aim === null ? null : aim.by === 'ip' ? aim.address : aim.name,
    observations,
  };
}

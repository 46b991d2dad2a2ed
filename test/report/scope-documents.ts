import type { CauseSeen, Cell, Question } from '../../src/experiment/question.ts';
import { planCells, planGaps } from '../../src/experiment/scope/cells.ts';
import { planFixture } from '../../src/experiment/scope/fixtures.ts';
import type { CellSeen, DriverSeen } from '../../src/experiment/scope/measure.ts';
import { chooseSites } from '../../src/experiment/scope/sites.ts';
import { nameOf, placeId } from '../../src/experiment/scope/standing.ts';
import { type DriverId, driverIds } from '../../src/experiment/types.ts';
import { expectCell } from '../../src/model/expect.ts';
import type { Circumstances, Expected } from '../../src/model/expectation.ts';
import type { LabPlan } from '../../src/plan/types.ts';
import type { Outcome, Protocol } from '../../src/probe/types.ts';
import { judgeDriver, skipDriver } from '../../src/verdict/driver-result.ts';
import { totalsOf } from '../../src/verdict/totals.ts';
import type { DriverResult, ScopeDocument } from '../../src/verdict/types.ts';
import { labPlan } from '../experiment/lab-fixture.ts';

const node = { engineVersion: '20.10.24+dfsg1', kernel: '6.1.0', forwardPolicy: 'DROP' };
export const circumstances: Circumstances = { home: node, peer: node };

const typical: Readonly<Record<Expected, Outcome>> = {
  reached: 'reached',
  'not-reached': 'timeout',
  'no-name': 'no-name',
  'no-resolver': 'unreachable',
};

/** What one probe saw in place of what was expected; null leaves it as expected. */
export type Twist = (
  question: Question,
  protocol: Protocol,
) => { outcome: Outcome; detail: string; responder?: string } | null;

export interface DocumentOptions {
  plan?: LabPlan;
  ids?: readonly DriverId[];
  skipped?: Partial<Record<DriverId, string>>;
  twist?: Twist;
  circumstances?: Circumstances;
  /** Of the cells of a driver that the twist is about. */
  causes?: Partial<Record<DriverId, CauseSeen>>;
}

const scopes: Partial<Record<DriverId, DriverSeen['declaredScope']>> = {
  container: null,
  overlay: 'swarm',
  'overlay-encrypted': 'swarm',
};

/** The document of a lab in which everything is as the model expects, but for the twist. */
export function scopeDocument(options: DocumentOptions = {}): ScopeDocument {
  const {
    plan = labPlan(),
    ids = driverIds,
    skipped = {},
    twist = () => null,
    circumstances: facts = circumstances,
    causes = {},
  } = options;
  const sites = chooseSites(plan);
  const drivers = ids.map((driver): DriverResult => {
    const fixture = planFixture(driver, plan, sites);
    const feature = skipped[driver];
    if (feature !== undefined)
      return skipDriver(fixture, [{ node: 'm1', feature: feature as 'ipvlan', reason: 'Unknown device type.' }]);
    const cells = planCells(driver, sites).map((cell) => {
      const ends = {
        from: placeId(fixture, cell.from, sites),
        to: placeId(fixture, cell.to, sites),
        name: nameOf(fixture, cell.to, sites),
      };
      const cause = twist(cell.question, 'icmp') === null ? undefined : causes[driver];
      return { ...seen(cell, twist, facts, ends), cause };
    });
    const scope = scopes[driver];
    return judgeDriver(
      fixture,
      { driver, declaredScope: scope === undefined ? 'local' : scope, options: {}, cells },
      facts,
    );
  });
  return {
    schema: 'swarmlab/scope@1',
    lab: plan.lab,
    provider: plan.provider,
    engines: plan.nodes.flatMap(({ name, role, address, containerPool }) =>
      containerPool === null
        ? []
        : [
            {
              node: name,
              role,
              address,
              engine: node.engineVersion,
              kernel: node.kernel,
              forwardPolicy: 'DROP',
              lacks: [],
            },
          ],
    ),
    drivers,
    gaps: planGaps(sites),
    notes: [],
    totals: totalsOf(drivers),
    durationMs: 17_000,
  };
}

function seen(
  cell: Cell,
  twist: Twist,
  facts: Circumstances,
  ends: { from: string; to: string; name: string },
): CellSeen {
  const { expected } = expectCell(cell.question, facts);
  const observations = (['icmp', 'tcp', 'udp'] as const).map((protocol) => {
    const other = twist(cell.question, protocol);
    const outcome = other?.outcome ?? typical[expected];
    const rttMs = outcome === 'reached' ? 0.3 : null;
    const detail = other?.detail ?? (outcome === 'timeout' ? 'no answer within 2000 ms' : '');
    return {
      protocol,
      outcome,
      detail,
      address: null,
      responder: other?.responder ?? null,
      rttMs,
      attempts: [{ outcome, detail, rttMs }],
    };
  });
  return {
    cell,
    from: ends.from,
    to: ends.to,
    aim: cell.question.by === 'name' ? ends.name : '192.0.2.1',
    observations,
  };
}

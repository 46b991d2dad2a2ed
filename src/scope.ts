import { messageOf } from './core/errors.ts';
import type { Awaiting } from './core/steps.ts';
import { askKernelFeatures } from './experiment/features.ts';
import { type FeatureAnswers, missingFeatures, requiredFeatures } from './experiment/requirements.ts';
import { planCells, planGaps } from './experiment/scope/cells.ts';
import type { Fixture, MissingFeature } from './experiment/scope/fixture.ts';
import { planFixture } from './experiment/scope/fixtures.ts';
import { type DriverSeen, measureDrivers } from './experiment/scope/measure.ts';
import { connectionOf } from './experiment/scope/raise.ts';
import { chooseSites, isEngineNode, type Sites } from './experiment/scope/sites.ts';
import { unmeasuredDriver } from './experiment/scope/unmeasured.ts';
import { type DriverId, driverIds } from './experiment/types.ts';
import type { Connections } from './fabric/connection.ts';
import type { Circumstances, NodeFacts } from './model/expectation.ts';
import type { LabPlan } from './plan/types.ts';
import { runProbes } from './probe/run-probes.ts';
import { judgeDriver, skipDriver } from './verdict/driver-result.ts';
import { totalsOf } from './verdict/totals.ts';
import type { DriverResult, EngineResult, ScopeDocument } from './verdict/types.ts';

export interface ScopeRequest {
  connections: Connections;
  plan: LabPlan;
  /** Null means all. */
  ids: readonly DriverId[] | null;
  /** A reference that every engine node has. */
  image: string;
  /** By node name; `forwardPolicy` is what the filter table's FORWARD chain says. */
  nodeFacts: ReadonlyMap<string, NodeFacts>;
  /** Adds the causes of what differs to what was seen of a driver, while its containers stand. Rejects only when interrupted. */
  lookInto(seen: DriverSeen, circumstances: Circumstances): Promise<DriverSeen>;
  signal: AbortSignal;
  awaiting: Awaiting;
}

interface Asked {
  answers: ReadonlyMap<string, FeatureAnswers>;
  /** By node: why its kernel could not be asked. */
  failures: ReadonlyMap<string, string>;
}

/**
 * Measures how far each network driver reaches, from inside the containers and from outside, and compares it with what
 * the model expects. Everything that it makes is labelled, and gone when it returns or throws. What a kernel cannot
 * carry is skipped; what could not be measured says why and leaves the rest alone. Throws LabErrors.
 */
export async function measureScope(request: ScopeRequest): Promise<ScopeDocument> {
  const startedAt = performance.now();
  const { plan, connections, signal, awaiting, image } = request;
  const sites = chooseSites(plan);
  const drivers = driverIds.filter((driver) => request.ids === null || request.ids.includes(driver));
  awaiting('the kernels to say what they can do');
  const asked = await askNodes(request);
  const fixtures = drivers.map((driver) => planFixture(driver, plan, sites));
  const skipped = new Map<DriverId, readonly MissingFeature[]>();
  const unasked: DriverSeen[] = [];
  const feasible: DriverId[] = [];
  for (const fixture of fixtures) {
    const missing = missingFeatures(fixture, asked.answers, engineVersions(request));
    const reason = whyUnasked(fixture, asked, request);
    if (reason !== null) unasked.push(unmeasuredDriver(fixture, planCells(fixture.driver, sites), sites, reason));
    else if (missing.length > 0) skipped.set(fixture.driver, missing);
    else feasible.push(fixture.driver);
  }
  const circumstances = circumstancesOf(request, sites);
  const measured = await measureDrivers({
    connections,
    plan,
    sites,
    drivers: feasible,
    image,
    runBatch: runProbes,
    lookInto: (seen) => request.lookInto(seen, circumstances),
    signal,
    awaiting,
  });
  const results = fixtures.map((fixture): DriverResult => {
    const missing = skipped.get(fixture.driver);
    if (missing !== undefined) return skipDriver(fixture, missing);
    const seen = [...measured.drivers, ...unasked].find((one) => one.driver === fixture.driver);
    return judgeDriver(fixture, seen ?? unmeasuredDriver(fixture, [], sites, 'it was not asked'), circumstances);
  });
  return {
    schema: 'swarmlab/scope@1',
    lab: plan.lab,
    provider: plan.provider,
    engines: enginesOf(request, asked),
    drivers: results,
    gaps: planGaps(sites),
    notes: measured.notes,
    totals: totalsOf(results),
    durationMs: Math.round(performance.now() - startedAt),
  };
}

async function askNodes({ plan, connections, signal }: ScopeRequest): Promise<Asked> {
  const answers = new Map<string, FeatureAnswers>();
  const failures = new Map<string, string>();
  await Promise.all(
    plan.nodes.filter(isEngineNode).map(async ({ name }) => {
      try {
        answers.set(name, await askKernelFeatures(connectionOf(connections, name), signal));
      } catch (error) {
        failures.set(name, messageOf(error));
      }
    }),
  );
  signal.throwIfAborted();
  return { answers, failures };
}

/** A node that gave no answer is no node that lacks the feature. */
function whyUnasked(fixture: Fixture, asked: Asked, request: ScopeRequest): string | null {
  const versions = engineVersions(request);
  for (const { node } of fixture.containers) {
    const needs = requiredFeatures(fixture.driver, versions.get(node) ?? '').length > 0;
    const failure = asked.failures.get(node);
    if (needs && failure !== undefined) return failure;
  }
  return null;
}

function engineVersions({ nodeFacts }: ScopeRequest): ReadonlyMap<string, string> {
  return new Map([...nodeFacts].map(([node, facts]) => [node, facts.engineVersion]));
}

const unknownFacts: NodeFacts = { engineVersion: '', kernel: '', forwardPolicy: 'unknown' };

function circumstancesOf({ nodeFacts }: ScopeRequest, sites: Sites): Circumstances {
  return {
    home: nodeFacts.get(sites.home.name) ?? unknownFacts,
    peer: sites.peer === null ? null : (nodeFacts.get(sites.peer.name) ?? unknownFacts),
  };
}

function enginesOf({ plan, nodeFacts }: ScopeRequest, { answers }: Asked): readonly EngineResult[] {
  return plan.nodes.filter(isEngineNode).map(({ name, role, address }) => {
    const { engineVersion, kernel, forwardPolicy } = nodeFacts.get(name) ?? unknownFacts;
    const lacks = [...(answers.get(name) ?? [])].flatMap(([feature, answer]) =>
      answer.works ? [] : [{ feature, reason: answer.reason }],
    );
    return { node: name, role, address, engine: engineVersion, kernel, forwardPolicy, lacks };
  });
}

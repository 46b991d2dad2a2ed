import { LabError, wrongInput } from '../core/errors.ts';
import { nearMiss } from '../core/near-miss.ts';
import { runStep } from '../core/steps.ts';
import { chooseByClass } from '../experiment/running/classes.ts';
import { addressesOf, planQuestions, type Question } from '../experiment/running/questions.ts';
import { listPresent, ownerOf, type PresentContainer, placeOf } from '../experiment/running/running.ts';
import { type ChosenEnd, selectEnd } from '../experiment/running/select.ts';
import { imageReference } from '../image/ensure-image.ts';
import { engineNodes } from '../plan/plan-lab.ts';
import type { LabPlan } from '../plan/types.ts';
import { type ProbeRun, runProbes } from '../probe/run-probes.ts';
import type { Place } from '../probe/types.ts';
import { probeMatrices } from '../verdict/probe-matrix.ts';
import type { ProbeDocument, ProbedContainer, RunEngine } from '../verdict/run-types.ts';
import type { LabContext } from './context.ts';
import { nodeFacts } from './facts.ts';
import { noteFaults } from './known-faults.ts';
import { connectAll, type OpenConnections, openLab } from './open.ts';

export interface ProbeChoice {
  /** Only containers that have an address on it, and by that address; null: all containers. */
  network: string | null;
  /** Selectors; null: every running container. */
  from: string | null;
  to: string | null;
  /** Every pair; or one for each two classes of containers that are alike, and some drawn by lot. */
  coverage: 'all' | 'classes';
}

/** What does not answer takes seconds, whatever its number; TCP and UDP need a socket for each probe. */
const batchTimeoutMs = (probes: number) => 60_000 + probes / 2;
const experimentLabel = 'swarmlab.experiment';

/** Who reaches whom among the containers that run now, whoever started them. It changes nothing. */
export async function probe(context: LabContext, choice: ProbeChoice): Promise<ProbeDocument> {
  const startedAt = performance.now();
  const { signal, runSteps } = context;
  const lab = await openLab(context);
  await noteFaults(context);
  await using open = await runStep(runSteps, 'Connect to the nodes', (awaiting) => connectAll(context, lab, awaiting));
  const [engines, present] = await runStep(runSteps, 'See which containers run', () =>
    Promise.all([enginesOf(context, lab.plan, open), listPresent(open.byMachine, lab.plan, signal)]),
  );
  const running = present.filter(({ view }) => view.running);
  if (choice.network !== null) await refuseUnknownNetwork(choice.network, running, lab.plan, open, signal);
  const members = running.filter((container) => choice.network === null || isOn(container, choice.network, present));
  const everyone = members.map((container): ChosenEnd => ({ kind: 'container', id: container.id, container }));
  const from = choice.from === null ? everyone : [selectEnd(choice.from, present, lab.plan)];
  const to = choice.to === null ? everyone : [selectEnd(choice.to, present, lab.plan)];
  const nodeAddresses = new Map(lab.plan.nodes.map(({ name, address }) => [name, address]));
  const all = planQuestions(from, to, choice.network, present, nodeAddresses, lab.plan.lab);
  const byClass = choice.coverage === 'all' ? null : chooseByClass(all, [...from, ...to], present);
  const questions = byClass?.questions ?? all;
  const seen = await ask(context, questions, placesOf([...from, ...to], present), open);
  const asked = questions.map(({ probe: { id, from, to, protocol }, by, target, reproduce }) => {
    return { from, to, by, protocol, target, reproduce, observation: seen.observations.get(id) ?? null };
  });
  const shown = [...from, ...to].flatMap((end) => (end.kind === 'container' ? [end.container] : []));
  return {
    schema: 'swarmlab/probe@1',
    lab: lab.plan.lab,
    provider: lab.plan.provider,
    image: imageReference(lab.plan.image),
    engines,
    network: choice.network,
    from: choice.from,
    to: choice.to,
    containers: [...new Set(shown)].map((container) => probedContainer(container, present)),
    ...(byClass === null ? {} : { coverage: byClass.coverage(seen.observations) }),
    ...probeMatrices(asked, choice.network),
    notes: seen.notes,
    durationMs: Math.round(performance.now() - startedAt),
  };
}

async function ask(
  { runSteps, signal }: LabContext,
  questions: readonly Question[],
  places: readonly Place[],
  { byMachine: connections }: OpenConnections,
): Promise<Pick<ProbeRun, 'observations' | 'notes'>> {
  if (questions.length === 0) return { observations: new Map(), notes: [] };
  const probes = questions.map(({ probe }) => probe);
  return runStep(runSteps, `Ask ${probes.length} times who reaches whom`, () =>
    runProbes({ connections, places, probes, signal, timeoutMs: batchTimeoutMs(probes.length) }),
  );
}

function placesOf(ends: readonly ChosenEnd[], present: readonly PresentContainer[]): readonly Place[] {
  const places = ends.map((end): Place => {
    if (end.kind === 'container') return placeOf(end.container, present);
    const files = { hostsPath: '/etc/hosts', resolvConfPath: '/etc/resolv.conf' };
    return { id: end.id, machine: end.machine, namespacePath: null, ...files };
  });
  return [...new Map(places.map((place) => [place.id, place])).values()];
}

async function enginesOf(context: LabContext, plan: LabPlan, open: OpenConnections): Promise<readonly RunEngine[]> {
  return Promise.all(
    engineNodes(plan).map(async (node): Promise<RunEngine> => {
      const connection = open.byMachine.get(node.name);
      const facts = connection === undefined ? null : await nodeFacts(node, connection, context.signal);
      if (facts === null || facts.engine === null) {
        throw new LabError({
          code: 'engine.unreachable',
          message: `the engine of ${node.name} does not answer`,
          hint: 'swarmlab up starts an engine that died; swarmlab status shows all of them',
        });
      }
      const { engine, kernel, forwardPolicy } = facts;
      const { name, role, address } = node;
      return {
        node: name,
        role,
        address,
        engine: engine.version,
        kernel: kernel ?? '',
        forwardPolicy: forwardPolicy ?? 'unknown',
      };
    }),
  );
}

function isOn(container: PresentContainer, network: string, present: readonly PresentContainer[]): boolean {
  const owner = ownerOf(container, present);
  return owner !== null && addressesOf(owner).has(network);
}

async function refuseUnknownNetwork(
  network: string,
  running: readonly PresentContainer[],
  plan: LabPlan,
  open: OpenConnections,
  signal: AbortSignal,
): Promise<void> {
  if (running.some((container) => addressesOf(container).has(network))) return;
  const listed = await Promise.all(
    engineNodes(plan).map(
      async ({ name }) => (await open.byMachine.get(name)?.engine.listNetworks(null, signal)) ?? [],
    ),
  );
  const names = [...new Set(listed.flat().map(({ name }) => name))].toSorted();
  if (names.includes(network)) return;
  const near = nearMiss(network, names);
  const hint = near === null ? `there is: ${names.join(', ')}` : `did you mean ${near}?`;
  throw wrongInput('selector.unknown', `no node of lab ${plan.lab} has a network ${network}`, [], hint);
}

function probedContainer(container: PresentContainer, present: readonly PresentContainer[]): ProbedContainer {
  const { id, node, view } = container;
  const owner = ownerOf(container, present);
  return {
    id,
    name: view.name,
    node,
    addresses: Object.fromEntries(addressesOf(container)),
    networkMode: owner === container || owner === null ? view.networkMode : `container:${owner.view.name}`,
    experiment: view.labels[experimentLabel] ?? null,
  };
}

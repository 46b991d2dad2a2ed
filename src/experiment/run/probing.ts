import { messageOf } from '../../core/errors.ts';
import { runProbes } from '../../probe/run-probes.ts';
import type { Aim, ListenPort, Observation, Place, Probe, ProbeTimings, Protocol } from '../../probe/types.ts';
import { letterOf } from '../build/bench.ts';
import type { Scene } from '../build/scene.ts';
import type { CellDefinition } from '../language/definition.ts';
import { type Asking, type CellQuestion, questionsOf } from '../language/questions.ts';
import { askByHand } from './by-hand.ts';
import { addressOf, type EndState, findEnd, findPublished } from './ends.ts';
import { actorPlaces, actorsOf, alsoListen, listenPorts, machinePlace, nodePlaces, placeIdOf } from './places.ts';
import type { CellSeen, ProbeObservation, ProbeSeen } from './seen.ts';

const batchTimeoutMs = 60_000;

/** One probe of a cell: ready to be sent, or why it cannot be. */
interface Plan {
  protocol: Protocol;
  from: EndState;
  aim: Aim | null;
  /** What the probe is sent to. */
  port: number | null;
  probe: Probe | null;
  missing: string | null;
  /** Nothing of the target runs, on purpose: whatever answers is not it. */
  ghost: string | null;
}

/** Asks every cell by every protocol, all at once. Nothing is judged; what could not be asked says why. Throws when interrupted. */
export async function probeCells(
  scene: Scene,
  asking: Asking,
  cells: readonly CellDefinition[],
  timings?: ProbeTimings,
): Promise<readonly CellSeen[]> {
  const listen = listenPorts(scene);
  let id = 1;
  const plans = cells.map((cell) => ({
    cell,
    plans: questionsOf(asking, cell).map((question) => planProbe(scene, question, () => id++, listen)),
  }));
  const probes = plans.flatMap((one) => one.plans.flatMap(({ probe }) => (probe === null ? [] : [probe])));
  const { observations, failure } = await send(scene, probes, listen, timings);
  return plans.map(({ cell, plans: ofCell }) => ({
    cell,
    probes: ofCell.map((plan): ProbeSeen => {
      const target = plan.aim === null ? null : plan.aim.by === 'ip' ? plan.aim.address : plan.aim.name;
      const observation = plan.probe === null ? undefined : observations.get(plan.probe.id);
      const { protocol, port } = plan;
      return {
        ...observed(plan, observation, failure, scene),
        protocol,
        port,
        target,
        reproduce: askByHand(scene.bench, plan.from, { protocol, port, target }),
      };
    }),
  }));
}

function planProbe(
  scene: Scene,
  question: CellQuestion,
  nextId: () => number,
  listen: Map<string, readonly ListenPort[]>,
): Plan {
  const { protocol, port } = question;
  const from = findEnd(scene, question.from);
  const base: Plan = { protocol, from, port, aim: null, probe: null, missing: null, ghost: null };
  const sender = from.places[0];
  if (sender === undefined) return { ...base, missing: from.absent ?? `${question.from} is not there` };
  const target = aimAt(scene, question);
  if ('missing' in target) return { ...base, missing: target.missing };
  const { aim, places, ghost, accident } = target;
  if (accident !== null) return { ...base, aim, missing: accident };
  if (port !== null && protocol !== 'icmp' && question.by !== 'published' && !question.to.startsWith('node:')) {
    for (const place of places) alsoListen(listen, place, { port, protocol });
  }
  const [first, ...orTo] = places;
  const ends = first === undefined ? { to: sender, standIn: true as const } : { to: first, orTo };
  return { ...base, aim, ghost, probe: { id: nextId(), from: sender, ...ends, aim, protocol, port } };
}

/** `accident`: the target does not run, and nobody meant it not to. */
type Target =
  | { missing: string }
  | { aim: Aim; places: readonly string[]; ghost: string | null; accident: string | null };

function aimAt(scene: Scene, question: CellQuestion): Target {
  const to = findEnd(scene, question.to);
  if (question.by === 'published') {
    const found = findPublished(
      scene,
      question,
      question.from,
      question.to,
      question.protocol === 'udp' ? 'udp' : 'tcp',
    );
    if ('missing' in found) return found;
    const running = found.publishers.filter(({ view }) => view?.running === true);
    const aim: Aim = { by: 'ip', address: found.address };
    if (running.length > 0) return { aim, places: running.map(placeIdOf), ghost: null, accident: null };
    const dead = found.publishers.find(({ meantToBeDown }) => !meantToBeDown);
    return {
      aim,
      places: [],
      ghost: 'nobody publishes it',
      accident: dead === undefined ? null : `${dead.name} is not running`,
    };
  }
  const ghost = to.absent;
  const accident = to.absent !== null && !to.meantToBeAbsent ? to.absent : null;
  if (question.by === 'name') {
    const name = question.name ?? to.name;
    return {
      aim: { by: 'name', name },
      places: question.name === null ? to.places : sharersOf(scene, question.name, to),
      ghost,
      accident,
    };
  }
  const found = addressOf(scene, question.to, question.network);
  if ('missing' in found) return { missing: accident ?? found.missing };
  return { aim: { by: 'ip', address: found.address }, places: to.places, ghost, accident };
}

/** A name that several have (an alias) is reached with any of them, the one asked about among them. */
function sharersOf(scene: Scene, name: string, to: EndState): readonly string[] {
  const sharing = [...scene.containers.values()].filter(
    ({ definition, view }) =>
      view?.running === true &&
      definition.attach.kind === 'networks' &&
      definition.attach.networks.some(({ aliases }) => aliases.includes(name)),
  );
  return [...new Set([...to.places, ...sharing.map(placeIdOf)])];
}

interface Sent {
  observations: ReadonlyMap<number, Observation>;
  /** Why the whole batch gave nothing. */
  failure: string | null;
}

async function send(
  scene: Scene,
  probes: readonly Probe[],
  listen: ReadonlyMap<string, readonly ListenPort[]>,
  timings: ProbeTimings | undefined,
): Promise<Sent> {
  if (probes.length === 0) return { observations: new Map(), failure: null };
  const { bench, signal } = scene;
  const places = placesOf(scene, probes);
  try {
    const run = await runProbes({
      connections: bench.connections,
      places,
      probes,
      listen,
      signal,
      timeoutMs: batchTimeoutMs,
      ...(timings === undefined ? {} : { timings }),
    });
    // Other experiments' probes pass by on the way: that is no news.
    const news = run.notes.filter((note) => !/: otherSession: \d+$/.test(note));
    scene.notes.push(...news.filter((note) => !scene.notes.includes(note)));
    return { observations: run.observations, failure: null };
  } catch (error) {
    signal.throwIfAborted();
    return { observations: new Map(), failure: messageOf(error) };
  }
}

/** All of the experiment's containers, of which any may be the one that answers instead, with the machines that are asked or stand by. */
function placesOf(scene: Scene, probes: readonly Probe[]): readonly Place[] {
  const { bench } = scene;
  const actors = actorPlaces(scene);
  const named = new Set(probes.flatMap(({ from, to }) => [from, to]));
  const nodes = new Set(actors.map(({ machine }) => machine));
  for (const id of named) if (id.startsWith('node:')) nodes.add(id.slice('node:'.length));
  const outside = [
    ...(named.has('lan') && bench.outsider !== null ? [machinePlace('lan', bench.outsider.name)] : []),
    ...(named.has('world') ? [machinePlace('world', bench.plan.world.name)] : []),
  ];
  return [...actors, ...nodePlaces(bench, nodes), ...outside];
}

function observed(
  plan: Plan,
  observation: Observation | undefined,
  failure: string | null,
  scene: Scene,
): ProbeObservation {
  if (observation === undefined) {
    const detail = plan.missing ?? failure ?? 'the probe agents gave no observation of this probe';
    return { outcome: 'not-measured', detail, address: null, responder: null, rttMs: null, attempts: [] };
  }
  const { outcome, detail, address, responder, rttMs, attempts } = observation;
  const seen = {
    outcome,
    detail,
    address,
    responder: responder === null ? null : endNameOf(scene, responder),
    rttMs,
    attempts,
  };
  if (plan.ghost === null) return seen;
  const said = { ...seen, detail: `${plan.ghost}; ${detail}` };
  return outcome === 'reached' || outcome === 'one-way'
    ? { ...said, outcome: 'wrong-responder', responder: 'itself' }
    : said;
}

/** A place as the experiment's file names it. */
export function endNameOf(scene: Scene, place: string): string {
  if (place.startsWith('node:')) return `node:${letterOf(scene.bench, place.slice(5)) ?? place.slice(5)}`;
  return actorsOf(scene).find((actor) => placeIdOf(actor) === place)?.name ?? place;
}

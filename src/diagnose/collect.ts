import { ownerOf, type PresentContainer } from '../experiment/running/running.ts';
import type { ChosenEnd } from '../experiment/running/select.ts';
import type { Connections } from '../fabric/connection.ts';
import type { LabPlan } from '../plan/types.ts';
import {
  askPeers,
  enginesOf,
  factOf,
  measureBetween,
  nodeNeighbours,
  nothingToAim,
  patienceOf,
  policiesOf,
  probePair,
} from './ask.ts';
import type { Facts } from './facts.ts';
import { foretell } from './foretell.ts';
import { machinesToWatch } from './look.ts';
import { planPair, type Seen } from './pair.ts';
import { type ExplainChoice, leading, planQuestions } from './questions.ts';
import { missingOf, readArps, readHeld, readMachine, readPings } from './read-look.ts';
import type { NeighbourTable } from './tables.ts';
import { standWitnesses, takeTestimony } from './testify.ts';

export interface CollectRequest {
  plan: LabPlan;
  connections: Connections;
  seen: Seen;
  from: ChosenEnd;
  to: ChosenEnd;
  choice: ExplainChoice;
  /** The neighbour table of the kernel that all nodes share; null: each has its own. */
  sharedNeighbours: (() => Promise<NeighbourTable | null>) | null;
  signal: AbortSignal;
}

/** Looks at a pair from all sides at once. What fails is named in `missing`. Rejects only when `signal` aborts, or for wrong input. */
export async function collectFacts(request: CollectRequest): Promise<Facts> {
  const { plan, seen, from, to, choice, signal } = request;
  const pair = planPair(from, to, seen, plan);
  const questions = planQuestions(from, to, pair, choice);
  const watched = machinesToWatch(pair, plan);
  const present = [...seen.values()].flatMap(({ containers }) => containers);
  const missing: string[] = [];
  const witnesses = await standWitnesses(request, watched, pair, present, missing);
  const neighboursBefore = await request.sharedNeighbours?.();
  const probing = probePair(request, questions, present, missing);
  const asking = Promise.all([
    probing,
    // Two agents in one namespace want the same ports: where an end stands in its machine's own they take turns.
    (async () => {
      if (standsInMachine(from, present) || standsInMachine(to, present)) await probing;
      return measureBetween(request, pair, missing);
    })(),
    askPeers(request, pair),
  ]);
  const [[observations, ports, peers], testimonies] = await Promise.all([
    asking,
    takeTestimony(witnesses, asking, signal, missing),
  ]);
  const neighboursAfter = await request.sharedNeighbours?.();
  const facts = {
    lab: plan.lab,
    ...pair,
    machines: new Map(testimonies.map((one) => [one.watched.machine, readMachine(one)])),
    pings: testimonies.flatMap((one) => readPings(one, pair)),
    arps: testimonies.flatMap(readArps),
    held: testimonies.flatMap((one) => readHeld(one, seen)),
    ports,
    dataPathPort: plan.swarm.dataPathPort,
    patienceMs: patienceOf(request),
    engines: enginesOf(seen, peers),
    neighbours: [
      ...(neighboursBefore == null || neighboursAfter == null
        ? []
        : [{ node: null, before: neighboursBefore, after: neighboursAfter }]),
      ...testimonies.flatMap(nodeNeighbours),
    ],
    missing: [...missing, ...testimonies.flatMap(missingOf)],
  };
  const asked = leading(questions.asked.map((one) => factOf(one, questions, observations)));
  const [lead] = asked;
  const protocol = lead?.protocol ?? choice.protocol ?? 'icmp';
  const own = questions.ownName;
  return {
    ...facts,
    asked: { by: questions.by, protocol, port: lead?.port ?? choice.port, target: questions.target },
    probes: [
      ...(asked.length > 0 ? asked : [nothingToAim(questions, protocol, choice.port)]),
      ...questions.beside.filter((one) => one !== own).map((one) => factOf(one, questions, observations)),
    ],
    ownName: own === null ? null : (observations.get(own.id)?.outcome ?? null),
    foretold: foretell(
      plan,
      seen,
      policiesOf(testimonies),
      { from, to },
      {
        by: questions.by,
        network: questions.by === 'ip' ? pair.targetNetwork : null,
        name: null,
        protocol,
        port: questions.by === 'published' ? (lead?.port ?? null) : choice.port,
      },
    ),
  };
}

function standsInMachine(end: ChosenEnd, present: readonly PresentContainer[]): boolean {
  if (end.kind === 'machine') return true;
  return (ownerOf(end.container, present) ?? end.container).view.networkMode === 'host';
}

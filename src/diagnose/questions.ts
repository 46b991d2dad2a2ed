import { type LabError, wrongInput } from '../core/errors.ts';
import type { ChosenEnd } from '../experiment/running/select.ts';
import type { Probe, Protocol } from '../probe/types.ts';
import type { By, Facts } from './facts.ts';
import type { Pair } from './pair.ts';

/** What is to be explained; null leaves it to the pair. */
export interface ExplainChoice {
  by: By | null;
  protocol: Protocol | null;
  port: number | null;
}

/** The probes of one pair, and which of them are about the question itself. */
export interface AskedPair {
  by: By;
  /** The question's: one protocol, or all three where none was named. */
  asked: readonly Probe[];
  /** By address beside by name, and the asker's own name: they tell causes apart. */
  beside: readonly Probe[];
  /** Of these. */
  ownName: Probe | null;
  target: string | null;
}

const protocols: readonly Protocol[] = ['icmp', 'tcp', 'udp'];

/** How a pair is asked about. Throws wrong input where it cannot be. */
export function planQuestions(from: ChosenEnd, to: ChosenEnd, pair: Pair, choice: ExplainChoice): AskedPair {
  const by = choice.by ?? (hasNames(pair) ? 'name' : 'ip');
  const published = by === 'published' ? publishedPort(to, choice) : null;
  const chosen = choice.protocol ?? published?.protocol ?? (choice.port === null ? null : 'tcp');
  const wanted = chosen === null ? protocols : [chosen];
  const port = published?.hostPort ?? choice.port;
  let id = 0;
  const probe = (aim: Probe['aim'], protocol: Protocol, aimed = to.id): Probe => {
    id += 1;
    return { id, from: from.id, to: aimed, aim, protocol, port: protocol === 'icmp' || aimed !== to.id ? null : port };
  };
  const address = by === 'published' ? pair.to.machineAddress : pair.to.address;
  const aim: Probe['aim'] | null =
    by === 'name' ? { by: 'name', name: pair.to.name } : address === null ? null : { by: 'ip', address };
  const asked = aim === null ? [] : wanted.map((protocol) => probe(aim, protocol));
  const other =
    by === 'name' && pair.to.address !== null ? [probe({ by: 'ip', address: pair.to.address }, 'icmp')] : [];
  const own =
    by === 'name' && from.kind === 'container' ? probe({ by: 'name', name: pair.from.name }, 'icmp', from.id) : null;
  return {
    by,
    asked,
    beside: [...other, ...(own === null ? [] : [own])],
    ownName: own,
    target: by === 'name' ? pair.to.name : address,
  };
}

/** Whether both are on a network on which containers have names: any but the default bridge. */
function hasNames({ way, network, to }: Pair): boolean {
  if (to.kind !== 'container' || network === null || network.name === 'bridge') return false;
  return way.kind === 'overlay' || way.kind === 'bridge';
}

/** The publication that is meant: of that port, or the only one. */
function publishedPort(
  to: ChosenEnd,
  { port, protocol }: ExplainChoice,
): { hostPort: number; protocol: 'tcp' | 'udp' } {
  if (to.kind === 'machine')
    throw notPublished(`${to.id} is a machine`, '--by ip --port N asks for a port of a machine');
  // Of one that does not run the engine lists no ports; that it does not run is what is to be said.
  if (!to.container.view.running) return { hostPort: port ?? 0, protocol: protocol === 'udp' ? 'udp' : 'tcp' };
  const all = (to.container.view.published ?? []).flatMap((text) => {
    const match = /:(\d+)->(\d+)\/(tcp|udp)$/.exec(text);
    const kind = match?.[3] === 'udp' ? ('udp' as const) : ('tcp' as const);
    return match === null ? [] : [{ hostPort: Number(match[1]), port: Number(match[2]), protocol: kind, text }];
  });
  const fitting = all.filter(
    (one) =>
      (protocol === null || one.protocol === protocol) && (port === null || one.hostPort === port || one.port === port),
  );
  const [first] = fitting;
  if (first !== undefined) return first;
  const there = all.length === 0 ? 'it publishes nothing' : `it publishes ${all.map(({ text }) => text).join(', ')}`;
  throw notPublished(`${to.id} publishes no such port`, there);
}

function notPublished(message: string, hint: string): LabError {
  return wrongInput('explain.not-published', message, [], hint);
}

/** The one of the question's probes that is explained: the first that did not arrive, else the first. */
export function leading(probes: Facts['probes']): Facts['probes'] {
  const index = probes.findIndex(({ outcome }) => outcome !== 'reached');
  const chosen = probes[Math.max(0, index)];
  return chosen === undefined ? probes : [chosen, ...probes.filter((probe) => probe !== chosen)];
}

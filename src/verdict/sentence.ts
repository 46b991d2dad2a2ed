import type { Direction, Ring } from '../experiment/types.ts';
import { wasReached } from './reach.ts';
import { surprisesOf } from './surprises.ts';
import type { DriverResult, RingResults } from './types.ts';

const machines = ['node', 'peer-node', 'lan', 'world'] as const;
type Machine = (typeof machines)[number];

const called: Readonly<Record<Machine, string>> = {
  node: 'the host that they run on',
  'peer-node': 'other hosts',
  lan: 'the LAN',
  world: 'the world',
};

type Facts = Pick<DriverResult, 'id' | 'driver' | 'declaredScope' | 'rings'>;

/** What Docker calls the network's scope, and what was seen instead or as well. Said by the cells alone. Total. */
export function sentenceOf(facts: Facts): string {
  return [declared(facts), containers(facts.rings), outward(facts), inward(facts)]
    .filter((part) => part !== '')
    .join(' ');
}

function declared({ id, driver, declaredScope }: Facts): string {
  if (id === 'container')
    return "A container that shares another one's network namespace has no network, so Docker states no scope.";
  if (declaredScope === null) return 'What scope Docker states was not seen.';
  const what = driver === 'null' ? '"none"' : driver;
  return `Docker calls this ${what} network's scope "${declaredScope}".`;
}

/** Container to container: by name, by IP only, or not at all; on the node and across nodes. */
function containers(rings: RingResults): string {
  const near = how(rings, 'sibling');
  const far = how(rings, 'peer');
  const said = [near === null ? null : `${near} on the same node`, far === null ? null : `${far} across nodes`].filter(
    (part) => part !== null,
  );
  if (said.length === 0) return '';
  if (near === 'not at all' && far === 'not at all') return 'Measured, its containers do not reach each other.';
  if (near !== null && near === far)
    return `Measured, its containers reach each other ${near}, on the same node and across nodes.`;
  return `Measured, its containers reach each other ${said.join(', and ')}.`;
}

function how(rings: RingResults, ring: Ring): string | null {
  const { ip, name } = rings[ring].out;
  const measured = [ip, name].filter((cell) => cell !== null && cell.outcome !== 'not-measured');
  if (measured.length === 0) return null;
  const byIp = wasReached(rings, ring, 'out', 'ip');
  const byName = wasReached(rings, ring, 'out', 'name');
  if (byIp && byName) return 'by name and by IP';
  if (byName) return 'by name only';
  return byIp ? 'by IP only' : 'not at all';
}

function outward(facts: Facts): string {
  const { reached, missed } = split(facts.rings, 'out');
  if (reached.length === 0) return missed.length === 0 ? '' : 'They reach no machine.';
  if (missed.length === 0) return `They reach ${list(reached)}.`;
  return `They reach ${list(reached)}, but not ${list(missed)}${because(facts, 'out', missed)}.`;
}

function inward(facts: Facts): string {
  const { reached, missed } = split(facts.rings, 'in');
  if (reached.length === 0) return missed.length === 0 ? '' : 'No machine reaches them at their own address.';
  if (missed.length === 0) return `They are reached from ${list(reached)}.`;
  return `They are reached from ${list(reached)}, but not from ${list(missed)}${because(facts, 'in', missed)}.`;
}

function split(rings: RingResults, direction: Direction): { reached: Machine[]; missed: Machine[] } {
  const asked = machines.filter((ring) => {
    const cell = rings[ring][direction].ip;
    return cell !== null && cell.outcome !== 'not-measured';
  });
  return {
    reached: asked.filter((ring) => wasReached(rings, ring, direction, 'ip')),
    missed: asked.filter((ring) => !wasReached(rings, ring, direction, 'ip')),
  };
}

/** Said once, with the way out, where the same holds for the way in. */
function because(facts: Facts, direction: Direction, missed: readonly Machine[]): string {
  const surprises = surprisesOf(facts).filter((surprise) => surprise.kind === 'own-node-apart');
  const first = surprises[0];
  if (first === undefined || first.direction !== direction || !missed.includes('node')) return '';
  return first.because === null ? '' : `, because ${first.because}`;
}

function list(places: readonly Machine[]): string {
  const words = places.map((place) => called[place]);
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

import type { EndName } from '../experiment/language/definition.ts';
import type { CellQuestion } from '../experiment/language/questions.ts';
import { predict } from './predict.ts';
import type { Prediction } from './rule.ts';
import type { ContainerWorld, World } from './world.ts';

/**
 * Predicts many pairs that are asked alike. Containers that stand alike (node, networks, nothing of their own) are predicted
 * once for all of them, so that all pairs of a thousand take no longer than those of their kinds. Pure.
 */
export function predictorOf(
  world: World,
  asked: Omit<CellQuestion, 'from' | 'to'>,
): (from: EndName, to: EndName) => Prediction {
  const kinds = kindsOf(world);
  // A pair of a kind with itself is another question for two of them than for one.
  const known = new Map<number, Prediction>();
  const numberOf = (end: EndName) => {
    const number = kinds.get(end) ?? kinds.size;
    if (!kinds.has(end)) kinds.set(end, number);
    return number;
  };
  return (from, to) => {
    const key = (numberOf(from) * most + numberOf(to)) * 2 + (from === to ? 1 : 0);
    const found = known.get(key);
    if (found !== undefined) return found;
    const prediction = predict(world, { ...asked, from, to });
    known.set(key, prediction);
    return prediction;
  };
}

/** More ends than any lab has: pairs of their numbers stay apart. */
const most = 1_000_000;

const kindsByWorld = new WeakMap<World, Map<EndName, number>>();

/** The number of each container's kind. Who has an address, a name, a link or a past of its own is a kind by itself, as is every other end. */
function kindsOf(world: World): Map<EndName, number> {
  const before = kindsByWorld.get(world);
  if (before !== undefined) return before;
  const containers = [...world.containers.values()];
  const linked = new Set(containers.flatMap(({ links }) => links.map(({ target }) => target)));
  // Whom others lodge with is in one namespace with them, as nobody else of its kind is.
  const landlords = new Set(containers.flatMap(({ attach }) => (attach.kind === 'container' ? [attach.name] : [])));
  const byKey = new Map<string, number>();
  const kinds = new Map<EndName, number>();
  for (const container of containers) {
    const own = landlords.has(container.name) || linked.has(container.name) || isPeculiar(container);
    const key = own ? `= ${container.name}` : kindOf(container);
    const number = byKey.get(key) ?? kinds.size;
    byKey.set(key, number);
    kinds.set(container.name, number);
  }
  kindsByWorld.set(world, kinds);
  return kinds;
}

function isPeculiar(container: ContainerWorld): boolean {
  const { attach, links, running, fresh, deaf, unplugged, abandoned, addressFree, portsMoved, publish, expose } =
    container;
  if (links.length > 0 || publish.length > 0 || expose.length > 0 || !running) return true;
  if (fresh || deaf || unplugged || abandoned || addressFree || portsMoved) return true;
  return attach.kind === 'networks' && attach.attachments.some(({ ip, aliases }) => ip !== null || aliases.length > 0);
}

function kindOf({ node, attach }: ContainerWorld): string {
  switch (attach.kind) {
    case 'networks':
      return `${node} on ${attach.attachments.map(({ network }) => network).join(' ')}`;
    case 'container':
      return `${node} with ${attach.name}`;
    case 'host':
    case 'none':
      return `${node} ${attach.kind}`;
  }
}

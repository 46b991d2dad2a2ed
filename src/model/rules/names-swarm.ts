import type { Lookup } from '../lookup.ts';
import type { Foretold, ModelRule } from '../rule.ts';
import { nodeOf } from '../stand.ts';
import { source } from './sources.ts';

/** `found`: the name has an address, and what becomes of the packets to it is another question. */
export type NameRule = ModelRule<Lookup, Exclude<Foretold, 'reached'> | 'found'>;

export const embedded = (it: Lookup) => it.resolver === 'embedded';
export const unknown = (it: Lookup) => it.found.kind === 'nobody';

/** What the swarm's gossip, and leaving it, do to names. Tried in this order. */
export const newsRules: readonly NameRule[] = [
  {
    id: 'gossip.forgotten',
    expected: 'no-name',
    sentence:
      'a node that is not heard of any more by gossip (7946) is taken for dead, and the names of its containers are taken out',
    reference: source.swarm,
    applies: (it) => it.news === 'forgotten' && it.canAsk === true,
  },
  {
    id: 'swarm.left-forgotten',
    expected: 'no-name',
    sentence: 'a node that leaves the swarm says so, and the others take out the names of its containers',
    reference: source.leave,
    applies: (it) =>
      unknown(it) && embedded(it) && it.about?.unplugged === true && isForgotten(it) && it.canAsk === true,
  },
  {
    id: 'swarm.left-names-lost',
    expected: 'no-name',
    sentence:
      'an engine that leaves the swarm forgets the names of all its running containers, those on its own bridges too, until they start again',
    reference: source.agent,
    applies: (it) => unknown(it) && embedded(it) && it.about?.running === true && isNameless(it) && it.canAsk === true,
  },
  {
    id: 'swarm.left-under-way',
    expected: 'undecided',
    sentence: 'the node of the target left the swarm, and nothing has shown yet that its names are taken out',
    reference: source.leave,
    applies: (it) => unknown(it) && embedded(it) && it.about?.unplugged === true && !isForgotten(it),
  },
  {
    id: 'gossip.under-way',
    expected: 'undecided',
    sentence:
      'names are passed on by gossip, and nothing has shown yet that this news arrived, or that it was forgotten',
    reference: source.swarm,
    applies: ({ news }) => news !== 'known',
  },
];

/** On a network of the asker's, where its name would be known. */
function isNameless({ asker, about }: Lookup): boolean {
  if (about?.attach.kind !== 'networks' || asker.kind !== 'container') return false;
  const own = new Set(asker.attachments.map(({ network }) => network));
  return about.attach.attachments.some(({ network, nameless }) => nameless === true && own.has(network));
}

/** Seen so by a step, or its node is back as another one. */
function isForgotten({ world, asker, about }: Lookup): boolean {
  const observer = nodeOf(world, asker);
  if (about === null) return false;
  return world.forgotten.has(`${observer}>${about.name}`) || world.nodes.get(about.node)?.member === true;
}

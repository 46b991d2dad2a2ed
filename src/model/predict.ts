import type { CellQuestion } from '../experiment/language/questions.ts';
import { type Aim, planJourney } from './journey.ts';
import { findName, type Lookup, newsOfFound, resolverOf } from './lookup.ts';
import { type Party, partyOf, standsOf, tasksOf } from './party.ts';
import { predictPublished } from './published.ts';
import { decide, type Prediction } from './rule.ts';
import { deliveryRules } from './rules/delivery.ts';
import { nameRules } from './rules/names.ts';
import { answersLost } from './rules/routed.ts';
import type { targetRules } from './rules/targets.ts';
import { agree, disturbed, target } from './said.ts';
import { landlordOf, type Stand, sameStand, standOf } from './stand.ts';
import type { ContainerWorld, NetworkWorld, ServiceWorld, World } from './world.ts';

type Ask = Pick<CellQuestion, 'protocol' | 'port'>;

/**
 * What becomes of a probe in a world, and the rule that says so; `undecided` where no rule knows. Total for questions about
 * what the experiment's file has. Pure.
 */
export function predict(world: World, question: CellQuestion): Prediction {
  if (world.disturbed !== null) return disturbed(world.disturbed);
  const from = partyOf(world, question.from);
  const to = partyOf(world, question.to);
  if (from === null || to === null) return target('target.unknown');
  const askers = standsOf(world, from);
  if (askers.length === 0) return target('asker.not-there');
  // Any of a service's tasks may be the one that asks.
  return agree(askers.map(({ stand, container }) => predictFrom(world, question, stand, container, to)));
}

function predictFrom(
  world: World,
  question: CellQuestion,
  stand: Stand,
  asker: ContainerWorld | null,
  to: Party,
): Prediction {
  switch (question.by) {
    case 'published':
      return predictPublished(world, question, stand, to);
    case 'name':
      return byName(world, question, stand, asker, to);
    case 'ip':
      return byAddress(world, question, stand, to);
  }
}

function byAddress(world: World, question: CellQuestion, from: Stand, to: Party): Prediction {
  if (to.kind === 'machine') return deliver(world, question, from, to.stand, { kind: 'machine' });
  if (to.kind === 'service') return toService(world, question, from, to.service, { tasks: false, network: null });
  const landlord = landlordOf(world, to.container);
  if (landlord.attach.kind === 'host' && !to.container.running) return target('stopped.host-answers');
  if (landlord.attach.kind === 'host')
    return deliver(world, question, from, { kind: 'machine', machine: landlord.node, host: true }, { kind: 'machine' });
  if (landlord.attach.kind === 'none' && sameStand(from, to.stand)) return target('none.loopback');
  if (landlord.attach.kind !== 'networks') return target('target.no-address');
  const { attachments } = landlord.attach;
  const attachment =
    question.network === null
      ? attachments[0]
      : attachments.find(({ network }) => world.networks.get(network)?.name === question.network);
  const network = attachment === undefined ? undefined : world.networks.get(attachment.network);
  if (attachment === undefined || network === undefined) return target('target.no-address');
  return toContainer(world, question, from, to.container, { kind: 'container', network, attachment });
}

/** The address is its landlord's; whoever lodges in a namespace that the landlord has left is not who answers there. */
function toContainer(world: World, ask: Ask, from: Stand, to: ContainerWorld, aim: Aim): Prediction {
  const landlord = landlordOf(world, to);
  const holder = standOf(world, landlord);
  const come = deliver(world, ask, from, holder, aim, !landlord.running);
  const there = sameStand(holder, standOf(world, to)) && to.running;
  return there || come.expected !== 'reached' ? come : target('shared.other-namespace');
}

function deliver(world: World, ask: Ask, from: Stand, to: Stand, aim: Aim, silent = false): Prediction {
  const { protocol, port } = ask;
  return (
    decide(deliveryRules, planJourney(world, { protocol, port, from, to, aim, silent, rewrittenPort: null })) ??
    target('target.unknown')
  );
}

function byName(
  world: World,
  question: CellQuestion,
  from: Stand,
  asker: ContainerWorld | null,
  to: Party,
): Prediction {
  const name = question.name ?? nameOf(world, to);
  const found = findName(world, from, name);
  let asked: boolean | null | undefined;
  const lookup: Lookup = {
    world,
    asker: from,
    container: asker,
    name,
    resolver: resolverOf(world, from),
    found,
    news: newsOfFound(world, from, found),
    get canAsk() {
      // Few rules want to know, and it takes a journey of its own.
      if (asked === undefined) asked = canAsk(world, from);
      return asked;
    },
    about: world.containers.get(name) ?? (to.kind === 'container' ? to.container : null),
  };
  const said = decide(nameRules, lookup);
  if (said === null) return target('target.unknown');
  const { expected, rule } = said;
  if (expected !== 'found') return { expected, rule };
  const come = follow(world, question, from, to, found);
  // Of a machine's name the packets' way says more; of a container's, that it is known at all.
  return come.expected === 'reached' && found.kind !== 'machine' ? { expected: 'reached', rule } : come;
}

function nameOf(world: World, to: Party): string {
  switch (to.kind) {
    case 'container':
      return to.container.name;
    case 'service':
      return to.service.name;
    case 'machine':
      return [...world.machineNames].find(([, machine]) => machine === to.machine)?.[0] ?? to.machine;
  }
}

/** Where the packets go once the name is known. */
function follow(world: World, question: CellQuestion, from: Stand, to: Party, found: Lookup['found']): Prediction {
  switch (found.kind) {
    case 'nobody':
      return target('target.unknown');
    case 'machine': {
      const come = deliver(
        world,
        question,
        from,
        { kind: 'machine', machine: found.machine, host: false },
        { kind: 'machine' },
      );
      return to.kind === 'machine' && to.machine === found.machine ? come : reachedIs(come, 'name.somebody-else');
    }
    case 'service': {
      if (to.kind !== 'service' || to.service !== found.service) return target('name.somebody-else.unsure');
      return toService(world, question, from, found.service, found);
    }
    case 'link':
    case 'containers': {
      const { network, containers } = found;
      return agree(containers.map((container) => toFound(world, question, from, to, container, network)));
    }
  }
}

function toFound(
  world: World,
  question: CellQuestion,
  from: Stand,
  to: Party,
  found: ContainerWorld,
  network: NetworkWorld,
): Prediction {
  const attachment =
    found.attach.kind === 'networks' ? found.attach.attachments.find((one) => one.network === network.key) : undefined;
  if (attachment === undefined) return target('target.unknown');
  const come = toContainer(world, question, from, found, { kind: 'container', network, attachment });
  const meant =
    to.kind === 'container' &&
    (sameNamespace(world, found, to.container) || (to.container.running && sharesAlias(found, question.name)));
  return meant ? come : reachedIs(come, 'name.somebody-else');
}

function sameNamespace(world: World, left: ContainerWorld, right: ContainerWorld): boolean {
  return left === right || sameStand(standOf(world, left), standOf(world, right));
}

/** Of several that share an alias any is right, as for the runner; in the place of one that does not run none is. */
function sharesAlias({ attach }: ContainerWorld, name: string | null): boolean {
  return (
    name !== null && attach.kind === 'networks' && attach.attachments.some(({ aliases }) => aliases.includes(name))
  );
}

function reachedIs(come: Prediction, rule: keyof typeof targetRules): Prediction {
  return come.expected === 'reached' ? target(rule) : come;
}

function toService(
  world: World,
  ask: Ask,
  from: Stand,
  service: ServiceWorld,
  { tasks, network }: { tasks: boolean; network: NetworkWorld | null },
): Prediction {
  if (service.replicas === 0) return target('service.no-tasks');
  const key = network?.key ?? service.networks[0];
  const joined = key === undefined ? undefined : world.networks.get(key);
  if (joined === undefined) return target('target.no-address');
  if (!tasks && service.endpointMode === 'vip') {
    if (ask.protocol === 'icmp') return target('service.ping');
    const node = from.kind === 'container' ? world.nodes.get(from.owner.node) : undefined;
    if (node === undefined) return target('service.from-elsewhere');
    if (node.features !== null && !node.features.has('ip_vs')) return target('service.needs-ip-vs');
  }
  const aim: Aim = { kind: 'container', network: joined, attachment: { network: joined.key, ip: null, aliases: [] } };
  return agree(tasksOf(world, service).map((task) => deliver(world, ask, from, standOf(world, task), aim)));
}

/** Whether the lab's DNS server, which is in the world, answers; null where that is undecided. */
function canAsk(world: World, from: Stand): boolean | null {
  const to: Stand = { kind: 'machine', machine: 'world', host: false };

  const { expected, rule } = deliver(world, { protocol: 'udp', port: 53 }, from, to, { kind: 'machine' });
  if (rule.id === answersLost) return false;
  return expected === 'undecided' ? null : expected === 'reached';
}

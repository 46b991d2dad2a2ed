import type { PathPart } from '../../config/locate.ts';
import { formatPath } from '../../config/locate.ts';
import type {
  ActionDefinition,
  ContainerDefinition,
  NetworkDefinition,
  ServiceDefinition,
  StepDefinition,
} from './definition.ts';
import { groupProblem } from './members.ts';
import { checkContainer, onlyKey, readChecks, readWait } from './read-checks.ts';
import { readCondition } from './read-condition.ts';
import { readAttachment } from './read-containers.ts';
import { readProbe } from './read-probe.ts';
import { readCommand } from './read-values.ts';
import {
  hasBrokenSteps,
  isBroken,
  isKnown,
  isPuzzling,
  isThere,
  namesOf,
  nearHint,
  type Reading,
  report,
} from './reading.ts';
import { arrive, type Standing, standingAtStart } from './standing.ts';
import { defaultBridge, nodeLetters } from './vocabulary.ts';

type Said = Reading['document']['steps'][number];
type SaidDeeds = Omit<NonNullable<Said['refused']>, 'matches'>;

interface World {
  networks: readonly NetworkDefinition[];
  standing: Standing;
}

/** The steps of a file; what one changes is known to the next. */
export function readSteps(
  reading: Reading,
  networks: readonly NetworkDefinition[],
  containers: readonly ContainerDefinition[],
  services: readonly ServiceDefinition[],
): StepDefinition[] {
  const certain = !hasBrokenSteps(reading) && ![...reading.broken].some((path) => path.startsWith('containers'));
  const world = { networks, standing: standingAtStart(containers, services, certain) };
  return reading.document.steps.flatMap((said, index) => {
    const path = ['steps', index];
    if (isBroken(reading, path) || isBroken(reading, ['steps'])) return [];
    const { title, because = null, see = null, when, ...actions } = said;
    const kind = onlyAction(reading, actions, path);
    if (kind === null) return [];
    const condition = readCondition(when);
    const before = new Map([...world.standing.networks].map(([name, on]) => [name, new Set(on)]));
    const action = readAction(reading, actions, path, world);
    if (condition !== null && changed(before, world.standing.networks)) world.standing.certain = false;
    if (action === null) return [];
    const line = reading.positions.get(formatPath(path))?.line ?? null;
    return [{ title, because, see, when: condition, action, line }];
  });
}

function onlyAction(reading: Reading, actions: object, path: readonly PathPart[]): string | null {
  const keys = Object.keys(actions).filter((key) => actions[key as keyof typeof actions] !== undefined);
  if (keys.length === 1) return keys[0] ?? null;
  if (keys.length === 0 && isPuzzling(reading, path)) return null;
  report(reading, path, {
    code: 'experiment.contradiction',
    message: keys.length === 0 ? 'this step does nothing' : `this step does several things: ${keys.join(', ')}`,
    hint:
      keys.length === 0 ? 'give it a probe, a check, a connect, ...' : 'make a step of each; they are done in order',
  });
  return null;
}

function changed(before: ReadonlyMap<string, ReadonlySet<string>>, after: ReadonlyMap<string, ReadonlySet<string>>) {
  const text = (map: typeof before) => JSON.stringify([...map].map(([name, on]) => [name, [...on]]));
  return text(before) !== text(after);
}

function readAction(
  reading: Reading,
  said: Omit<Said, 'title' | 'because' | 'see' | 'when'>,
  path: readonly PathPart[],
  world: World,
): ActionDefinition | null {
  const { standing } = world;
  if (said.probe) return { kind: 'probe', probe: readProbe(reading, said.probe, [...path, 'probe'], standing) };
  if (said.check) return { kind: 'check', checks: readChecks(reading, said.check, [...path, 'check'], standing) };
  if (said.wait) {
    const wait = readWait(reading, said.wait, [...path, 'wait'], standing);
    return wait === null ? null : { kind: 'wait', ...wait };
  }
  if (said.run) return readRun(reading, said.run, [...path, 'run'], standing);
  if (said.refused) return readRefused(reading, said.refused, [...path, 'refused'], world);
  return readDeed(reading, said, path, world, false);
}

function readRun(
  reading: Reading,
  said: NonNullable<Said['run']>,
  path: readonly PathPart[],
  standing: Standing,
): ActionDefinition | null {
  const rest = {
    command: readCommand(said.command) ?? [],
    exitStatus: said.exitStatus ?? 0,
    matches: said.matches ?? null,
  };
  if (!said.in.startsWith('node:')) {
    return checkContainer(reading, said.in, [...path, 'in'], standing)
      ? { kind: 'run', in: { kind: 'container', name: said.in }, ...rest }
      : null;
  }
  const node = nodeLetters.find((letter) => `node:${letter}` === said.in);
  if (node !== undefined) return { kind: 'run', in: { kind: 'node', node }, ...rest };
  report(reading, [...path, 'in'], {
    code: 'experiment.unknown-name',
    message: `there is no ${JSON.stringify(said.in)}`,
    hint: `nodes are node:A to node:${nodeLetters.at(-1)}`,
  });
  return null;
}

function readRefused(
  reading: Reading,
  { matches, ...said }: NonNullable<Said['refused']>,
  path: readonly PathPart[],
  world: World,
): ActionDefinition | null {
  if (onlyKey(reading, said, path, 'refusal') === null) return null;
  if (said.createNetwork !== undefined) {
    const network = said.createNetwork;
    if (!isKnown(reading, 'network', network, [...path, 'createNetwork'])) return null;
    return { kind: 'refused', action: { kind: 'create-network', network }, matches };
  }
  // What is refused changes nothing.
  const standing = { ...world.standing, networks: new Map(world.standing.networks) };
  const action = readDeed(reading, said, path, { ...world, standing }, true);
  return action === null ? null : { kind: 'refused', action, matches };
}

function readDeed(
  reading: Reading,
  said: SaidDeeds,
  path: readonly PathPart[],
  { networks, standing }: World,
  mayFail: boolean,
): ActionDefinition | null {
  const here = (name: string, key: PathPart[]) => checkContainer(reading, name, [...path, ...key], standing);
  if (said.create !== undefined) return readCreate(reading, said.create, [...path, 'create'], standing);
  if (said.connect) {
    const { container, ...attachment } = said.connect;
    const there = here(container, ['connect', 'container']);
    const node = standing.containers.find((each) => each.name === container)?.node ?? 'A';
    const at = { path: [...path, 'connect', 'network'], networks, node, mayFail: mayFail || !there };
    const read = readAttachment(reading, attachment, at);
    if (!mayFail) standing.networks.get(container)?.add(attachment.network);
    return { kind: 'connect', container, attachment: read };
  }
  if (said.disconnect) {
    const { container, network } = said.disconnect;
    const known = isKnown(reading, 'network', network, [...path, 'disconnect', 'network'], [defaultBridge]);
    const there = here(container, ['disconnect', 'container']);
    const on = standing.networks.get(container);
    if (known && there && standing.certain && !mayFail && on?.delete(network) === false) {
      const hint = on.size === 0 ? 'it is on none' : `it is on ${[...on].join(', ')}`;
      const message = `${container} is not on ${network} at this step`;
      report(reading, [...path, 'disconnect', 'network'], { code: 'experiment.not-askable', message, hint });
    }
    return { kind: 'disconnect', container, network };
  }
  for (const kind of ['start', 'stop', 'restart', 'remove'] as const) {
    const container = said[kind];
    if (container === undefined) continue;
    here(container, [kind]);
    if (kind === 'remove' && !mayFail) standing.networks.delete(container);
    return { kind, container };
  }
  if (said.scale) {
    isKnown(reading, 'service', said.scale.service, [...path, 'scale', 'service']);
    return { kind: 'scale', ...said.scale };
  }
  for (const kind of ['block', 'open'] as const) {
    const blocking = said[kind];
    if (blocking === undefined) continue;
    const [number, protocol] = blocking.port.split('/');
    const what =
      blocking.port === 'esp'
        ? { protocol: 'esp' as const, port: null }
        : { protocol: protocol === 'udp' ? ('udp' as const) : ('tcp' as const), port: Number(number) };
    return { kind, node: blocking.node, ...what, direction: blocking.direction ?? 'both' };
  }
  if (said.route) {
    isKnown(reading, 'network', said.route.to.network, [...path, 'route', 'to', 'network'], [defaultBridge]);
    return { kind: 'route', ...said.route };
  }
  for (const kind of ['drain', 'activate', 'promote', 'demote', 'leave', 'join', 'lose', 'revive'] as const) {
    const node = said[kind];
    if (node !== undefined) return { kind, node };
  }
  return null;
}

function readCreate(
  reading: Reading,
  name: string,
  path: readonly PathPart[],
  standing: Standing,
): ActionDefinition | null {
  if (isThere(reading, 'service', name)) return { kind: 'create-service', service: name };
  if (!isThere(reading, 'container', name)) {
    if (isBroken(reading, ['containers']) || isBroken(reading, ['services'])) return null;
    report(reading, path, {
      code: 'experiment.unknown-name',
      message: `there is no container or service ${JSON.stringify(name)}`,
      hint: nearHint(name, [...namesOf(reading, 'container'), ...namesOf(reading, 'service')], 'container or service'),
      ...groupProblem(reading.roster, name),
    });
    return null;
  }
  if (standing.certain && standing.networks.has(name)) {
    report(reading, path, {
      code: 'experiment.not-askable',
      message: `${name} is there already at this step`,
      hint: `give ${name} "start: false", or remove it in a step before`,
    });
  }
  arrive(standing, name);
  return { kind: 'create', container: name };
}

import type { PathPart } from '../../config/locate.ts';
import { parseDuration } from '../../core/duration.ts';
import type { CheckDefinition, WaitCondition } from './definition.ts';
import { endProblem } from './ends.ts';
import { groupProblem, namesMeant } from './members.ts';
import { texts } from './read-values.ts';
import { isKnown, isPuzzling, type Reading, report } from './reading.ts';
import { absence, type Standing } from './standing.ts';
import { defaultBridge } from './vocabulary.ts';

type Step = Reading['document']['steps'][number];
type Said = NonNullable<Step['check']>[number];
type SaidWait = NonNullable<Step['wait']>;

/** How long a wait waits where the file does not say. */
export const defaultWaitMs = 60_000;

/** The looks of a step, each of its own kind. */
export function readChecks(
  reading: Reading,
  said: readonly Said[],
  path: readonly PathPart[],
  standing: Standing,
): CheckDefinition[] {
  if (said.length === 0) {
    const message = 'there is nothing to look at';
    report(reading, path, { code: 'experiment.contradiction', message, hint: 'such as "- running: {container: web}"' });
  }
  return said.flatMap((each, index) => {
    const kind = onlyKey(reading, each, [...path, index], 'look');
    if (kind === null) return [];
    const place = [...path, index, kind];
    const check = unfoldNames(reading, readCheck(each));
    if (check === null) return [];
    checkReferences(reading, check, place, standing);
    return [check];
  });
}

/** The one key of a map that has exactly one; otherwise says so. */
export function onlyKey(reading: Reading, said: object, path: readonly PathPart[], what: string): string | null {
  const keys = Object.entries(said)
    .filter(([, value]) => value !== undefined)
    .map(([key]) => key);
  const [first, second] = keys;
  if (first !== undefined && second === undefined) return first;
  if (first === undefined && isPuzzling(reading, path)) return null;
  report(reading, path, {
    code: 'experiment.contradiction',
    message: first === undefined ? `this ${what} is empty` : `this ${what} is two at once: ${keys.join(' and ')}`,
    hint: first === undefined ? 'docs/experiments.md has all that there are' : `make it two, each with its own "- "`,
  });
  return null;
}

function readCheck(said: Said): CheckDefinition | null {
  if (said.address) {
    const { container, network } = said.address;
    const { within = null, equals = null, prefixLength = null, gateway = null, changed = null } = said.address;
    return { kind: 'address', container, network, within, equals, prefixLength, gateway, changed };
  }
  if (said.interfaces) return { kind: 'interfaces', ...said.interfaces };
  if (said.sameAddress) return { kind: 'same-address', ...said.sameAddress };
  if (said.hostsFile) {
    const { container, contains = [], lacks = [] } = said.hostsFile;
    return { kind: 'hosts-file', container, contains, lacks };
  }
  if (said.environment) {
    const { container, contains, lacks = [] } = said.environment;
    return { kind: 'environment', container, contains: texts(contains), lacks };
  }
  if (said.scope) return { kind: 'scope', ...said.scope, node: said.scope.node ?? 'A' };
  if (said.members) return { kind: 'members', ...said.members, node: said.members.node ?? 'A' };
  if (said.listed) return { kind: 'listed', ...said.listed, node: said.listed.node ?? 'A' };
  if (said.answers) {
    const { container, name, targets = null, count = null, lookups = 1, fairShare = null } = said.answers;
    return { kind: 'answers', container, name, targets, count, lookups, fairShare };
  }
  if (said.running) {
    const { container, exitCode = null, equals = exitCode === null } = said.running;
    return { kind: 'running', container, equals, exitCode };
  }
  if (said.logs) return { kind: 'logs', ...said.logs };
  if (said.published) {
    const { container, equals = null, contains = [] } = said.published;
    return { kind: 'published', container, equals, contains };
  }
  if (said.mtu) return { kind: 'mtu', ...said.mtu };
  return said.nodeState ? { kind: 'node-state', ...said.nodeState } : null;
}

/** Where a look takes several, a group's name stands for all of them. */
function unfoldNames({ roster }: Reading, check: CheckDefinition | null): CheckDefinition | null {
  const all = (names: readonly string[]) => names.flatMap((name) => namesMeant(roster, name));
  switch (check?.kind) {
    case 'same-address':
      return { ...check, containers: all(check.containers) };
    case 'members':
      return { ...check, equals: all(check.equals) };
    case 'answers':
      return { ...check, targets: check.targets === null ? null : all(check.targets) };
    default:
      return check;
  }
}

function checkReferences(
  reading: Reading,
  check: CheckDefinition,
  path: readonly PathPart[],
  standing: Standing,
): void {
  if ('network' in check) {
    const isLook = check.kind === 'scope' || check.kind === 'members' || check.kind === 'listed';
    const also = isLook ? [defaultBridge, 'host', 'none'] : [defaultBridge];
    isKnown(reading, 'network', check.network, [...path, 'network'], also);
  }
  if ('container' in check) checkContainer(reading, check.container, [...path, 'container'], standing);
  const lists = {
    containers: check.kind === 'same-address' ? check.containers : [],
    equals: check.kind === 'members' ? check.equals : [],
    targets: check.kind === 'answers' ? (check.targets ?? []) : [],
  };
  for (const [key, names] of Object.entries(lists)) {
    for (const [index, name] of names.entries()) {
      const problem = endProblem(reading, name);
      if (problem !== null) report(reading, [...path, key, index], { code: 'experiment.unknown-name', ...problem });
    }
  }
  if (saysNothing(check) && !isPuzzling(reading, path)) {
    report(reading, path, {
      code: 'experiment.contradiction',
      message: 'it says nothing of what is expected',
      hint: 'docs/experiments.md has what each look compares with',
    });
  }
}

function saysNothing(check: CheckDefinition): boolean {
  switch (check.kind) {
    case 'address':
      return [check.within, check.equals, check.prefixLength, check.gateway, check.changed].every(
        (value) => value === null,
      );
    case 'hosts-file':
      return check.contains.length + check.lacks.length === 0;
    case 'environment':
      return Object.keys(check.contains).length + check.lacks.length === 0;
    case 'answers':
      return [check.targets, check.count, check.fairShare].every((value) => value === null);
    case 'published':
      return check.equals === null && check.contains.length === 0;
    case 'same-address':
      return check.containers.length < 2;
    default:
      return false;
  }
}

/** A container that a step names must be one of the file, and be there by then. */
export function checkContainer(reading: Reading, name: string, path: readonly PathPart[], standing: Standing): boolean {
  if (!isKnown(reading, 'container', name, path)) return false;
  const problem = absence(standing, name);
  if (problem !== null) report(reading, path, { code: 'experiment.not-askable', ...problem });
  return problem === null;
}

/** What a step waits for; null where that could not be read. */
export function readWait(
  reading: Reading,
  { timeout, ...said }: SaidWait,
  path: readonly PathPart[],
  standing: Standing,
): { condition: WaitCondition; timeoutMs: number } | null {
  const kind = onlyKey(reading, said, path, 'wait');
  const condition = kind === null ? null : readCondition(said);
  if (kind === null || condition === null) return null;
  const place = [...path, kind];
  for (const key of ['from', 'to'] as const) {
    const end = (condition as { from?: string; to?: string })[key];
    const problem =
      end === undefined
        ? null
        : (endProblem(reading, end) ?? groupProblem(reading.roster, end) ?? absence(standing, end));
    if (problem !== null) report(reading, [...place, key], { code: 'experiment.unknown-name', ...problem });
  }
  if (condition.kind === 'tasks') isKnown(reading, 'service', condition.service, [...place, 'service']);
  if (condition.kind === 'running') checkContainer(reading, condition.container, [...place, 'container'], standing);
  return { condition, timeoutMs: (timeout === undefined ? null : parseDuration(timeout)) ?? defaultWaitMs };
}

function readCondition(said: Omit<SaidWait, 'timeout'>): WaitCondition | null {
  if (said.name) return { kind: 'name', ...said.name, answers: said.name.answers ?? true };
  if (said.reached) {
    return { kind: 'reached', ...said.reached, by: said.reached.by ?? 'ip', equals: said.reached.equals ?? true };
  }
  if (said.nodeState) return { kind: 'node-state', ...said.nodeState };
  if (said.tasks) return { kind: 'tasks', ...said.tasks };
  return said.running ? { kind: 'running', ...said.running, equals: said.running.equals ?? true } : null;
}

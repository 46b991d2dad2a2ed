import { formatDuration } from '../core/duration.ts';
import type {
  ActionDefinition,
  AttachmentDefinition,
  CheckDefinition,
  Condition,
  NetworkDefinition,
} from '../experiment/language/definition.ts';
import { subjectOf } from '../experiment/run/subjects.ts';
import { wordsOf } from '../experiment/run/waits.ts';
import { list } from './words.ts';

// What a step will do, in words, before it is done.

type Deed =
  | Exclude<ActionDefinition, { kind: 'probe' | 'check' }>
  | Extract<ActionDefinition, { kind: 'refused' }>['action'];

/** Without a full stop: `connect ubuntu1 to blue`. */
export function deedWords(action: Deed): string {
  switch (action.kind) {
    case 'probe':
      return 'probe';
    case 'check':
      return action.checks.map((check) => `look at ${subjectOf(check)}`).join(', ');
    case 'create':
      return `create and start ${action.container}`;
    case 'create-service':
      return `create the service ${action.service}`;
    case 'create-network':
      return `create the network ${action.network}`;
    case 'connect':
      return `connect ${action.container} to ${action.attachment.network}${attachmentWords(action.attachment)}`;
    case 'disconnect':
      return `disconnect ${action.container} from ${action.network}`;
    case 'start':
    case 'stop':
    case 'restart':
    case 'remove':
      return `${action.kind} ${action.container}`;
    case 'scale':
      return `scale ${action.service} to ${action.replicas}`;
    case 'block':
    case 'open':
      return `${action.kind} ${action.protocol === 'esp' ? 'ESP' : `${action.port}/${action.protocol}`} on node ${action.node}${directionWords(action.direction)}`;
    case 'drain':
    case 'activate':
    case 'promote':
    case 'demote':
    case 'revive':
      return `${action.kind} node ${action.node}`;
    case 'leave':
    case 'join':
      return `node ${action.node} ${action.kind}s the swarm`;
    case 'lose':
      return `node ${action.node} is gone from one moment to the next`;
    case 'route':
      return `a route on ${action.node === 'lan' ? 'the LAN machine' : `node ${action.node}`} to ${action.to.network} of node ${action.to.node}, by way of node ${action.via}`;
    case 'wait':
      return `wait, up to ${formatDuration(action.timeoutMs)}, for ${wordsOf(action.condition)}`;
    case 'run': {
      const where = action.in.kind === 'container' ? action.in.name : `node ${action.in.node}`;
      const expected = [
        ...(action.exitStatus === 0 ? [] : [`exit status ${action.exitStatus}`]),
        ...(action.matches === null ? [] : [`output like /${action.matches}/`]),
      ];
      return `in ${where}: ${commandText(action.command)}${expected.length === 0 ? '' : `; expected ${list(expected)}`}`;
    }
    case 'refused':
      return `${deedWords(action.action)}: the engine must refuse, with a message like /${action.matches}/`;
  }
}

/** What a look expects: `alpine1's interfaces: eth0 and lo`. */
export function checkWords(check: CheckDefinition): string {
  return `${subjectOf(check)}: ${expectationOf(check)}`;
}

function expectationOf(check: CheckDefinition): string {
  const some = (texts: readonly string[]) => (texts.length === 0 ? 'none' : list(texts));
  switch (check.kind) {
    case 'address':
      return list([
        ...(check.equals === null ? [] : [check.equals]),
        ...(check.within === null ? [] : [`within ${check.within}`]),
        ...(check.prefixLength === null ? [] : [`prefix /${check.prefixLength}`]),
        ...(check.gateway === null ? [] : [check.gateway === '' ? 'no gateway' : `gateway ${check.gateway}`]),
        ...(check.changed === null ? [] : [check.changed ? 'another one than at first' : 'as at first']),
      ]);
    case 'interfaces':
    case 'members':
      return some(check.equals);
    case 'same-address':
      return 'the same';
    case 'hosts-file':
    case 'environment': {
      const contained = Array.isArray(check.contains)
        ? check.contains
        : Object.entries(check.contains).map(([name, value]) => `${name}=${value}`);
      return list([...contained, ...check.lacks.map((each) => `no ${each}`)]);
    }
    case 'scope':
    case 'node-state':
      return check.equals;
    case 'listed':
      return check.equals ? 'yes' : 'no';
    case 'answers':
      return list([
        ...(check.count === null ? [] : [`${check.count} address${check.count === 1 ? '' : 'es'}`]),
        ...(check.targets === null ? [] : [`those of ${some(check.targets)}`]),
        ...(check.fairShare === null
          ? []
          : [`each first in at least ${Math.round(check.fairShare * 100)} % of ${check.lookups} look-ups`]),
      ]);
    case 'running':
      return check.exitCode === null
        ? check.equals
          ? 'runs'
          : 'does not run'
        : `has ended with exit status ${check.exitCode}`;
    case 'logs':
      return `like /${check.matches}/`;
    case 'published':
      return check.equals === null ? `${some(check.contains)} among them` : some(check.equals);
    case 'mtu':
      return `${check.equals}`;
  }
}

/** `engine <28, FORWARD policy DROP`. */
export function conditionWords({ engine, forwardPolicy, provider }: Condition): string {
  return [
    ...(engine === null ? [] : [`engine ${engine.text}`]),
    ...(forwardPolicy === null ? [] : [`FORWARD policy ${forwardPolicy}`]),
    ...(provider === null ? [] : [`provider ${provider}`]),
  ].join(', ');
}

function attachmentWords({ ip, aliases }: AttachmentDefinition): string {
  const parts = [...(ip === null ? [] : [`with ${ip}`]), ...(aliases.length === 0 ? [] : [`as ${list(aliases)}`])];
  return parts.length === 0 ? '' : ` ${parts.join(' ')}`;
}

function directionWords(direction: 'in' | 'out' | 'both'): string {
  return direction === 'both' ? ', in and out' : `, ${direction}ward`;
}

function commandText(command: readonly string[]): string {
  const [shell, option, script] = command;
  if (shell === 'sh' && option === '-c' && script !== undefined && command.length === 3) return script;
  return command.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`)).join(' ');
}

/** Whose options are not in the diagram. */
export function optionWords({ name, options }: NetworkDefinition): string | null {
  const texts = Object.entries(options).map(([key, value]) => (value === '' ? key : `${key}=${value}`));
  return texts.length === 0 ? null : `${name}: ${texts.join(', ')}`;
}

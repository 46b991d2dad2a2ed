import { LabError } from '../../core/errors.ts';
import { connectionTo, nodeOf } from '../build/bench.ts';
import { experimentLabel, labelFilter } from '../build/labels.ts';
import type { Scene } from '../build/scene.ts';
import type { CheckDefinition } from '../language/definition.ts';
import { actorNamed, addressesOfTargets, lookAgain, running } from './actors.ts';
import { lookAtAddress } from './address-check.ts';
import { compareAnswers } from './answers.ts';
import { onMachine } from './by-hand.ts';
import { addressOf, findEnd } from './ends.ts';
import { environment, hostsFile, linksInside, linksOfNode, lookUp } from './inside.ts';
import type { CheckSeen } from './seen.ts';
import { subjectOf } from './subjects.ts';
import { nodeState } from './waits.ts';

export type Looked = Pick<CheckSeen, 'subject' | 'expected' | 'seen' | 'holds'> & { by?: string };

/** One look, compared with what the check says; throws with the reason where it cannot be looked. */
export async function look(scene: Scene, check: CheckDefinition): Promise<Looked> {
  switch (check.kind) {
    case 'address':
      return lookAtAddress(scene, check);
    case 'interfaces': {
      const names = (await linksInside(scene, running(scene, check.container))).map(({ name }) => name);
      return {
        ...same(check, listed(check.equals), listed(names)),
        by: byHand(scene, check.container, ['ip', '-brief', 'link']),
      };
    }
    case 'same-address': {
      const all = await Promise.all(
        check.containers.map(async (name) => {
          const links = name.startsWith('node:')
            ? await linksOfNode(scene, findEnd(scene, name).machine ?? name)
            : await linksInside(scene, running(scene, name));
          return listed(
            links.filter((link) => link.name !== 'lo').map(({ mac, addresses }) => `${addresses.join(' ')} ${mac}`),
          );
        }),
      );
      const seen = check.containers.map((name, index) => `${name}: ${all[index]}`).join('; ');
      // Two that have nothing at all have nothing in common.
      const holds = new Set(all).size === 1 && all[0] !== listed([]);
      return { subject: subjectOf(check), expected: 'the same', seen, holds };
    }
    case 'hosts-file': {
      const lines = hostsLines(await hostsFile(scene, running(scene, check.container)));
      // Whole words: the name of a container, such as a1, may well be part of another's id.
      const has = (item: string) => lines.some((line) => ` ${line} `.includes(` ${item.trim().replace(/\s+/g, ' ')} `));
      return {
        ...having(check, has, lines.join('; ')),
        by: byHand(scene, check.container, ['cat', '/etc/hosts']),
      };
    }
    case 'environment': {
      const env = await environment(scene, running(scene, check.container));
      const wanted = Object.entries(check.contains);
      const holds =
        wanted.every(([name, value]) => env.get(name) === value) && check.lacks.every((name) => !env.has(name));
      const names = [...wanted.map(([name]) => name), ...check.lacks];
      const seen = names.map((name) => (env.has(name) ? `${name}=${env.get(name)}` : `no ${name}`)).join(', ');
      const expected = [
        ...wanted.map(([name, value]) => `${name}=${value}`),
        ...check.lacks.map((name) => `no ${name}`),
      ].join(', ');
      return { subject: subjectOf(check), expected, seen, holds, by: byHand(scene, check.container, ['env']) };
    }
    case 'scope': {
      const view = await networkOn(scene, check);
      return {
        ...same(check, check.equals, view.scope),
        by: onNode(scene, check, ['network', 'inspect', '-f', '{{.Scope}}', check.network]),
      };
    }
    case 'members':
      return lookAtMembers(scene, check);
    case 'listed': {
      const node = nodeOf(scene.bench, check.node).name;
      const view = await connectionTo(scene.bench, node).engine.inspectNetwork(check.network, scene.signal);
      const word = (there: boolean) => (there ? 'listed' : 'not listed');
      return { ...same(check, word(check.equals), word(view !== null)), by: onNode(scene, check, ['network', 'ls']) };
    }
    case 'answers': {
      const answers = await lookUp(scene, running(scene, check.container), check.name, check.lookups);
      return { subject: subjectOf(check), ...compareAnswers(check, answers, addressesOfTargets(scene, check.targets)) };
    }
    case 'running': {
      const actor = await lookAgain(scene, check.container);
      const word = (runs: boolean, exit: number | null) =>
        runs ? 'running' : exit === null ? 'not running' : `ended with exit status ${exit}`;
      const runs = actor.view?.running === true;
      const exit = runs || actor.view === null || check.exitCode === null ? null : (actor.view.exitCode ?? null);
      return {
        ...same(check, word(check.equals, check.exitCode), word(runs, exit)),
        by: onMachine(scene.bench, actor.node, ['docker', 'ps', '-a']),
      };
    }
    case 'logs': {
      const actor = actorNamed(scene, check.container);
      const text = await connectionTo(scene.bench, actor.node).work.containerLogs(actor.name, scene.signal);
      const seen = text.trim().split('\n').slice(-3).join('; ').slice(-200);
      const holds = new RegExp(check.matches, 'm').test(text);
      return {
        subject: subjectOf(check),
        expected: `/${check.matches}/`,
        seen,
        holds,
        by: onMachine(scene.bench, actor.node, ['docker', 'logs', actor.name]),
      };
    }
    case 'published': {
      const actor = actorNamed(scene, check.container);
      // One that a step stopped publishes nothing; of one that died nobody knows.
      const ports = (actor.meantToBeDown ? actor : running(scene, check.container)).view?.published ?? [];
      const by = onMachine(scene.bench, actor.node, ['docker', 'port', actor.name]);
      const holds =
        (check.equals === null || listed(check.equals) === listed(ports)) &&
        check.contains.every((port) => ports.includes(port));
      const expected = check.equals === null ? check.contains.join(', ') : listed(check.equals);
      return { subject: subjectOf(check), expected, seen: listed(ports), holds, by };
    }
    case 'mtu': {
      const actor = running(scene, check.container);
      const found = addressOf(scene, check.container, check.network);
      if ('missing' in found) throw new LabError({ code: 'run.look', message: found.missing });
      const link = (await linksInside(scene, actor)).find(({ addresses }) => addresses.includes(found.address));
      return {
        ...same(check, `${check.equals}`, `${link?.mtu ?? 'no interface'}`),
        by: byHand(scene, check.container, ['ip', 'link']),
      };
    }
    case 'node-state': {
      const state = await nodeState(scene, check.node);
      return {
        subject: subjectOf(check),
        expected: check.equals,
        seen: state.join(', ') || 'not listed',
        holds: state.includes(check.equals),
      };
    }
  }
}

/** Containers of other experiments on the default bridge are none of this one's business. */
async function lookAtMembers(scene: Scene, check: Extract<CheckDefinition, { kind: 'members' }>): Promise<Looked> {
  const { bench, signal, experiment } = scene;
  const { engine } = connectionTo(bench, nodeOf(bench, check.node).name);
  const [view, all, own] = await Promise.all([
    networkOn(scene, check),
    engine.listContainers(experimentLabel, signal),
    engine.listContainers(labelFilter(experiment.id), signal),
  ]);
  const foreign = new Set(all.filter(({ id }) => !own.some((one) => one.id === id)).map(({ id }) => id));
  const members = (view.members ?? []).filter(
    ({ id }) => !id.startsWith('lb-') && !foreign.has(id) && !id.startsWith('ep-'),
  );
  const names = members.map(({ name }) => name.replace(/^(.+\.\d+)\.[a-z0-9]{25}$/, '$1'));
  return {
    ...same(check, listed(check.equals), listed(names)),
    by: onNode(scene, check, ['network', 'inspect', check.network]),
  };
}

async function networkOn(scene: Scene, { network, node }: { network: string; node: Parameters<typeof nodeOf>[1] }) {
  const name = nodeOf(scene.bench, node).name;
  const view = await connectionTo(scene.bench, name).engine.inspectNetwork(network, scene.signal);
  if (view !== null) return view;
  throw new LabError({ code: 'run.look', message: `the engine of ${name} does not know a network ${network}` });
}

function byHand(scene: Scene, container: string, argv: readonly string[]): string {
  return onMachine(scene.bench, actorNamed(scene, container).node, ['docker', 'exec', container, ...argv]);
}

function onNode(scene: Scene, { node }: { node: Parameters<typeof nodeOf>[1] }, argv: readonly string[]): string {
  return onMachine(scene.bench, nodeOf(scene.bench, node).name, ['docker', ...argv]);
}

/** Lines of a hosts file without comments, words apart by one blank. */
function hostsLines(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => line.replace(/#.*/, '').trim().replace(/\s+/g, ' '));
  return lines.filter((line) => line !== '');
}

const listed = (items: readonly string[]) => [...items].sort().join(', ') || 'none';

function same(check: CheckDefinition, expected: string, seen: string): Looked {
  return { subject: subjectOf(check), expected, seen, holds: expected === seen };
}

function having(
  check: CheckDefinition & { contains: readonly string[]; lacks: readonly string[] },
  has: (item: string) => boolean,
  seen: string,
): Looked {
  const expected = [...check.contains, ...check.lacks.map((item) => `no ${item}`)].join(', ');
  const holds = check.contains.every(has) && !check.lacks.some(has);
  return { subject: subjectOf(check), expected, seen, holds };
}

import { waitFor } from '../../core/deadline.ts';
import { LabError, messageOf } from '../../core/errors.ts';
import type { ProbeTimings } from '../../probe/types.ts';
import { connectionTo, nodeOf } from '../build/bench.ts';
import { managerOf } from '../build/build.ts';
import type { Scene } from '../build/scene.ts';
import type { ActionDefinition, CellDefinition, WaitCondition } from '../language/definition.ts';
import { refreshScene } from './look.ts';
import { memberOf } from './membership.ts';
import { probeCells } from './probing.ts';

/** One look of a wait: what is not there at once is not there yet. */
const lookTimings: ProbeTimings = { attemptTimeoutsMs: [1_000], nameTimeoutMs: 1_500 };
const pollMs = 500;

/** Waits until the condition holds; gives what was seen then. Throws a LabError, with what was seen last, when it never did. */
export async function awaitCondition(scene: Scene, wait: Extract<ActionDefinition, { kind: 'wait' }>): Promise<string> {
  const startedAt = performance.now();
  const { condition, timeoutMs } = wait;
  const awaiting = wordsOf(condition);
  let last = 'nothing was seen yet';
  scene.awaiting(awaiting);
  await waitFor({ signal: scene.signal, timeoutMs, awaiting, pollMs }, async () => {
    const { holds, seen } = await look(scene, condition);
    last = seen;
    if (holds) return { value: null };
    scene.awaiting(`${awaiting}: ${seen}`);
    return { pending: seen };
  });
  return `after ${Math.round((performance.now() - startedAt) / 100) / 10} s: ${last}`;
}

/** As it reads after "waiting for". */
export function wordsOf(condition: WaitCondition): string {
  switch (condition.kind) {
    case 'name':
      return `the name ${condition.name} to be ${condition.answers ? 'known' : 'unknown'} in ${condition.from}`;
    case 'reached':
      return `${condition.from} ${condition.equals ? 'to reach' : 'to lose'} ${condition.to} by ${condition.by}`;
    case 'node-state':
      return `node ${condition.node} to be ${condition.equals}`;
    case 'tasks':
      return `${condition.running} tasks of ${condition.service} to run`;
    case 'running':
      return `${condition.container} ${condition.equals ? 'to run' : 'to have ended'}`;
  }
}

async function look(scene: Scene, condition: WaitCondition): Promise<{ holds: boolean; seen: string }> {
  switch (condition.kind) {
    case 'name': {
      const seen = await askOnce(scene, { by: 'name', from: condition.from, to: condition.from, name: condition.name });
      const unknown = seen.address === null;
      const failed = seen.outcome === 'not-measured' && unknown;
      return {
        holds: !failed && unknown !== condition.answers,
        seen: unknown
          ? `${condition.name}: ${seen.outcome}${saying(seen.detail)}`
          : `${condition.name} is ${seen.address}`,
      };
    }
    case 'reached': {
      const seen = await askOnce(scene, { by: condition.by, from: condition.from, to: condition.to, name: null });
      const measured = seen.outcome !== 'not-measured';
      return {
        holds: measured && (seen.outcome === 'reached') === condition.equals,
        seen: `${seen.outcome}${saying(seen.detail)}`,
      };
    }
    case 'node-state': {
      // A swarm without a leader answers nobody; it may have one again.
      const state = await nodeState(scene, condition.node).catch((error: unknown) => messageOf(error));
      scene.signal.throwIfAborted();
      if (typeof state === 'string') return { holds: false, seen: state };
      return { holds: state.includes(condition.equals), seen: `it is ${state.join(', ') || 'not listed'}` };
    }
    case 'tasks': {
      await refreshScene(scene);
      const service = scene.services.get(condition.service);
      const running = service?.tasks.length ?? 0;
      const error = service?.taskViews.find((task) => task.error !== '')?.error;
      return {
        holds: running === condition.running,
        seen: `${running} run${error === undefined ? '' : ` (${error})`}`,
      };
    }
    case 'running': {
      await refreshScene(scene);
      const running = scene.containers.get(condition.container)?.view?.running === true;
      return { holds: running === condition.equals, seen: running ? 'it runs' : 'it does not run' };
    }
  }
}

const saying = (detail: string) => (detail === '' ? '' : ` (${detail})`);

async function askOnce(scene: Scene, ask: { by: 'name' | 'ip'; from: string; to: string; name: string | null }) {
  await refreshScene(scene);
  const cell: CellDefinition = { from: ask.from, to: ask.to, expected: 'any', because: null, see: null, line: null };
  const question = { by: ask.by, network: null, protocols: ['icmp'] as const, port: null, name: ask.name };
  const [seen] = await probeCells(scene, question, [cell], lookTimings);
  const probe = seen?.probes[0];
  if (probe === undefined)
    throw new LabError({ code: 'run.not-asked', message: 'the probe was not made', hint: 'run it again' });
  return probe;
}

/** Of a swarm node: its state, availability, role and, for a manager, its standing; as `docker node ls` words them. */
export async function nodeState(
  scene: Scene,
  letter: Extract<WaitCondition, { kind: 'node-state' }>['node'],
): Promise<readonly string[]> {
  const { bench, signal } = scene;
  const manager = connectionTo(bench, managerOf(scene));
  const node = memberOf(await manager.engine.listSwarmNodes(signal), nodeOf(bench, letter).name);
  if (node === null) return [];
  return [node.state, node.availability, node.role, ...(node.manager == null ? [] : [node.manager])];
}

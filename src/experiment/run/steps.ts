import { LabError, messageOf } from '../../core/errors.ts';
import { settleAll } from '../../core/pool.ts';
import { connectionTo, nodeOf } from '../build/bench.ts';
import type { Scene } from '../build/scene.ts';
import type { ActionDefinition, StepDefinition } from '../language/definition.ts';
import { perform } from './actions.ts';
import { triesFor } from './attach.ts';
import { onMachine } from './by-hand.ts';
import { variantOf } from './condition.ts';
import { refreshScene } from './look.ts';
import { makeCheck } from './make-check.ts';
import { probeCells } from './probing.ts';
import type { StepSeen } from './seen.ts';
import { settle } from './settle.ts';
import { awaitCondition } from './waits.ts';

const runTimeoutMs = 150_000;

type Came = Pick<StepSeen, 'state' | 'detail'> & Partial<StepSeen>;

/** One step. What could not be done is said in it; throws only when interrupted. */
export async function takeStep(scene: Scene, step: StepDefinition): Promise<StepSeen> {
  const startedAt = performance.now();
  let came: Came;
  try {
    came = await act(scene, step.action);
  } catch (error) {
    scene.signal.throwIfAborted();
    came = { state: 'failed', detail: withHint(error) };
  }
  return { ...nothingOf(step), ...came, durationMs: Math.round(performance.now() - startedAt) };
}

/** A step that an earlier one's failure kept from being taken. */
export function untaken(step: StepDefinition, detail: string): StepSeen {
  return { ...nothingOf(step), state: 'not-reached', detail };
}

function nothingOf(step: StepDefinition): StepSeen {
  const probe = step.action.kind === 'probe' ? step.action.probe : null;
  return { step, state: 'done', detail: '', commands: [], probe, cells: [], checks: [], durationMs: 0 };
}

function withHint(error: unknown): string {
  const hint = error instanceof LabError && error.code === 'engine.unreachable' ? error.hint : undefined;
  return hint === undefined ? messageOf(error) : `${messageOf(error)} (${hint})`;
}

async function act(scene: Scene, action: ActionDefinition): Promise<Came> {
  switch (action.kind) {
    case 'probe': {
      const variant = variantOf(scene.bench, action.probe);
      if (variant === null)
        return { state: 'done', detail: 'nothing is expected with these engines, so nothing was asked' };
      await settle(scene);
      scene.awaiting(`${variant.cells.length} probes`);
      return { state: 'done', detail: '', cells: await probeCells(scene, action.probe, variant.cells) };
    }
    case 'check': {
      await settle(scene);
      return {
        state: 'done',
        detail: '',
        checks: await settleAll(action.checks.map((check) => makeCheck(scene, check))),
      };
    }
    case 'wait':
      return { state: 'done', detail: await awaitCondition(scene, action) };
    case 'run':
      return runCommand(scene, action);
    case 'refused':
      return expectRefusal(scene, action);
    default: {
      const { detail, commands } = await perform(scene, action, triesFor(scene));
      await refreshScene(scene);
      return { state: 'done', detail, commands };
    }
  }
}

async function runCommand(scene: Scene, action: Extract<ActionDefinition, { kind: 'run' }>): Promise<Came> {
  const { bench, signal } = scene;
  const ran = await (async () => {
    if (action.in.kind === 'container') {
      const { name } = action.in;
      const actor = scene.containers.get(name);
      if (actor === undefined) throw new LabError({ code: 'run.unknown', message: `there is no container ${name}` });
      const commands = [onMachine(bench, actor.node, ['docker', 'exec', name, ...action.command])];
      return {
        commands,
        ...(await connectionTo(bench, actor.node).work.execInContainer(name, action.command, signal)),
      };
    }
    const node = nodeOf(bench, action.in.node).name;
    const result = await connectionTo(bench, node).exec(action.command, { signal, timeoutMs: runTimeoutMs });
    const commands = [onMachine(bench, node, action.command)];
    return { commands, exitStatus: result.exitStatus ?? -1, output: `${result.stdout.toString()}${result.stderr}` };
  })();
  const { commands, exitStatus, output } = ran;
  const said = output.trim().split('\n').slice(-3).join('; ').slice(-300);
  const statusFits = exitStatus === action.exitStatus;
  const outputFits = action.matches === null || new RegExp(action.matches, 'm').test(output);
  const detail = `exit status ${exitStatus}${said === '' ? '' : `: ${said}`}`;
  if (statusFits && outputFits) return { state: 'done', detail, commands };
  const wanted = statusFits ? `output like /${action.matches}/` : `exit status ${action.exitStatus}`;
  return { state: 'unlike', detail: `${detail}; ${wanted} was expected`, commands };
}

async function expectRefusal(scene: Scene, action: Extract<ActionDefinition, { kind: 'refused' }>): Promise<Came> {
  const { action: inner, matches } = action;
  if (
    inner.kind === 'probe' ||
    inner.kind === 'check' ||
    inner.kind === 'wait' ||
    inner.kind === 'run' ||
    inner.kind === 'refused'
  ) {
    throw new LabError({ code: 'run.refusal', message: `an engine cannot refuse a step of kind ${inner.kind}` });
  }
  try {
    const { detail } = await perform(scene, inner, 1);
    await refreshScene(scene);
    return { state: 'unlike', detail: `it was not refused: ${detail}; a message like /${matches}/ was expected` };
  } catch (error) {
    scene.signal.throwIfAborted();
    // Only an engine that answered can have refused; one that did not answer in time says nothing.
    const refused = error instanceof LabError && error.code === 'engine.refused';
    await refreshScene(scene);
    if (!refused) return { state: 'failed', detail: messageOf(error) };
    const fits = new RegExp(matches, 'i').test(messageOf(error));
    if (fits) return { state: 'done', detail: messageOf(error) };
    return { state: 'unlike', detail: `${messageOf(error)}; a message like /${matches}/ was expected` };
  }
}

import { waitFor } from '../../core/deadline.ts';
import { LabError, messageOf } from '../../core/errors.ts';
import type { Scene } from '../build/scene.ts';
import type { CheckDefinition } from '../language/definition.ts';
import { type Looked, look } from './checks.ts';
import type { CheckSeen } from './seen.ts';
import { subjectOf } from './subjects.ts';

/** For what comes about by itself. */
const usualPatienceMs = 5_000;

/** Looks, and compares with what the check says; what cannot be looked at says why. Throws only when interrupted. */
export async function makeCheck(
  scene: Scene,
  check: CheckDefinition,
  patienceMs: number = usualPatienceMs,
): Promise<CheckSeen> {
  try {
    const { by, ...looked } = comesAbout(check)
      ? await lookPatiently(scene, check, patienceMs)
      : await look(scene, check);
    return { check, ...looked, detail: looked.holds === null ? looked.seen : '', reproduce: by ?? null };
  } catch (error) {
    scene.signal.throwIfAborted();
    return {
      check,
      subject: subjectOf(check),
      expected: '',
      seen: '',
      holds: null,
      detail: messageOf(error),
      reproduce: null,
    };
  }
}

/**
 * What a container says and that it ends come about a moment after its start, and then stay. Addresses are read of one after
 * the other: on a node, where others come and go meanwhile, it takes another look.
 */
function comesAbout(check: CheckDefinition): boolean {
  return check.kind === 'logs' || check.kind === 'same-address' || (check.kind === 'running' && !check.equals);
}

/** Looks until it holds; after a few seconds what was seen last counts. */
async function lookPatiently(scene: Scene, check: CheckDefinition, patienceMs: number): Promise<Looked> {
  const { signal } = scene;
  let looked = await look(scene, check);
  const again = async () => {
    if (looked.holds === true) return { value: looked };
    looked = await look(scene, check);
    return { pending: looked.seen };
  };
  return waitFor({ signal, timeoutMs: patienceMs, awaiting: subjectOf(check), pollMs: 200 }, again).catch(
    (error: unknown) => {
      if (error instanceof LabError && error.code === 'wait.timeout') return looked;
      throw error;
    },
  );
}

import type { Condition } from './definition.ts';
import { parseVersionRange } from './version-range.ts';

/** `when` of a step or a variant; null where there is none, or it says nothing. */
export function readCondition(
  when:
    | { engine?: string | undefined; forward?: 'ACCEPT' | 'DROP' | undefined; provider?: string | undefined }
    | undefined,
): Condition | null {
  if (when === undefined || Object.values(when).every((value) => value === undefined)) return null;
  return {
    engine: when.engine === undefined ? null : parseVersionRange(when.engine),
    forwardPolicy: when.forward ?? null,
    provider: when.provider ?? null,
  };
}

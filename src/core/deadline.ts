import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { LabError } from './errors.ts';

export interface WaitOptions {
  signal: AbortSignal;
  timeoutMs: number;
  /** What is awaited, as it reads after "waiting for". */
  awaiting: string;
  /** Between two looks at the condition. */
  pollMs?: number;
  hint?: string;
}

export interface DeadlineOptions {
  signal: AbortSignal;
  timeoutMs: number;
  /** As in WaitOptions; a function is asked when the time is up. */
  awaiting: string | (() => string);
  hint?: string;
}

/** That something did not come about in time. */
export function waitedInVain(timeoutMs: number, awaiting: string, hint?: string): LabError {
  return new LabError({
    code: 'wait.timeout',
    message: `gave up after ${Math.round(timeoutMs / 100) / 10} s waiting for ${awaiting}`,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** A signal that aborts with `signal`, or after `timeoutMs` with an error that says what was awaited. */
export function deadline(options: DeadlineOptions): AbortSignal & Disposable {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const timer = setTimeout(() => {
    const awaiting = typeof options.awaiting === 'string' ? options.awaiting : options.awaiting();
    controller.abort(waitedInVain(options.timeoutMs, awaiting, options.hint));
  }, options.timeoutMs);
  const onAbort = () => controller.abort(options.signal.reason);
  if (options.signal.aborted) onAbort();
  else options.signal.addEventListener('abort', onAbort, { once: true });
  const release = () => {
    clearTimeout(timer);
    options.signal.removeEventListener('abort', onAbort);
  };
  controller.signal.addEventListener('abort', release, { once: true });
  return Object.assign(controller.signal, { [Symbol.dispose]: release });
}

/** A signal that aborts after `timeoutMs`, on which a whole lab of nodes may wait side by side. */
export function timeLimit(timeoutMs: number): AbortSignal {
  const signal = AbortSignal.timeout(timeoutMs);
  setMaxListeners(0, signal);
  return signal;
}

/** The promise's value, or the signal's reason as soon as it aborts. The work itself must watch the signal to stop. */
export async function raceSignal<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  // Whatever comes first: a promise that nobody looks at any more must not end the process by rejecting.
  promise.catch(() => undefined);
  signal.throwIfAborted();
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
  }
}

/**
 * Looks until `look` gives a value; `{ pending }` says what is still missing.
 * On timeout the error carries the last thing that was missing.
 */
export async function waitFor<T>(
  options: WaitOptions,
  look: (signal: AbortSignal) => Promise<{ value: T } | { pending: string }>,
): Promise<T> {
  const endsAt = performance.now() + options.timeoutMs;
  let missing = 'nothing was seen yet';
  for (;;) {
    options.signal.throwIfAborted();
    const seen = await look(options.signal);
    if ('value' in seen) return seen.value;
    missing = seen.pending;
    if (performance.now() >= endsAt) {
      throw waitedInVain(options.timeoutMs, `${options.awaiting}: ${missing}`, options.hint);
    }
    await delay(options.pollMs ?? 50, undefined, { signal: options.signal }).catch(() =>
      options.signal.throwIfAborted(),
    );
  }
}

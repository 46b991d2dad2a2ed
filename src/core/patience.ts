import { setMaxListeners } from 'node:events';
import { deadline } from './deadline.ts';

export interface PatienceOptions {
  signal: AbortSignal;
  /** For so long nothing may have been done. */
  quietMs: number;
  /** As it reads after "waiting for". */
  awaiting: string;
  hint?: string;
}

/** A limit for work of any size: what goes on may go on. */
export interface Patience extends Disposable {
  /** Aborts with the signal that was given, or when nothing was done for too long, with an error that says so. */
  signal: AbortSignal;
  /** Something was done: the time begins anew. */
  progressed(): void;
}

/** A deadline that each piece of work done puts off; see `deadline` for one that does not care how much there is to do. */
export function createPatience({ signal, quietMs, awaiting, hint }: PatienceOptions): Patience {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const start = () => {
    const limit = deadline({
      signal,
      timeoutMs: quietMs,
      awaiting: `${awaiting}, of which nothing came`,
      ...(hint === undefined ? {} : { hint }),
    });
    const pass = () => controller.abort(limit.reason);
    if (limit.aborted) pass();
    else limit.addEventListener('abort', pass, { once: true });
    return limit;
  };
  let limit = start();
  return {
    signal: controller.signal,
    progressed() {
      if (controller.signal.aborted) return;
      limit[Symbol.dispose]();
      limit = start();
    },
    [Symbol.dispose]: () => limit[Symbol.dispose](),
  };
}

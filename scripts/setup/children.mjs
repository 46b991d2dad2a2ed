import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { Stop } from './stop.mjs';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const forwardAfterMs = 300;

/**
 * Runs a program to its end and gives its exit status. Its output goes to standard error unless `stdout` is
 * `inherit` (shown as the result) or `pipe` (returned as text), so that standard output carries results alone.
 *
 * Ctrl-C reaches the child by the terminal's process group. A signal sent to this process only is passed on a
 * moment later. Either way the child is waited for, and the run then ends with 130.
 * `uninterruptible` puts the child in a process group of its own, and a signal ends the run only after it.
 */
export function run(program, args, { stdout = 'stderr', env = process.env, cwd, uninterruptible = false, onPid } = {}) {
  return new Promise((resolve, reject) => {
    const out = { stderr: 2, inherit: 'inherit', pipe: 'pipe' }[stdout];
    const child = spawn(program, args, { stdio: ['ignore', out, 2], env, cwd, detached: uninterruptible });
    const text = [];
    let received = null;
    const timers = [];
    const onSignal = (signal) => {
      received ??= signal;
      if (uninterruptible) process.stderr.write('Stopping as soon as this step is finished.\n');
      else timers.push(setTimeout(() => child.kill(signal), forwardAfterMs));
    };
    for (const signal of signals) process.on(signal, onSignal);
    const settle = () => {
      for (const signal of signals) process.off(signal, onSignal);
      for (const timer of timers) clearTimeout(timer);
    };
    if (child.pid !== undefined) onPid?.(child.pid);
    child.stdout?.on('data', (chunk) => text.push(chunk));
    child.on('error', (error) => {
      settle();
      reject(new Stop(`${program} could not be started: ${error.message}`));
    });
    child.on('close', (code, signal) => {
      settle();
      const by = received ?? (signal === 'SIGINT' ? signal : null);
      if (by !== null) return reject(new Stop('Interrupted.', 130));
      const status = code ?? 128 + (constants.signals[signal] ?? 0);
      resolve({ status, text: Buffer.concat(text).toString('utf8') });
    });
  });
}

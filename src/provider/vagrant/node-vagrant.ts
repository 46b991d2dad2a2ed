// The one importer of node-vagrant, for what works in it: `status`, and `up` with its progress. Each call has an object
// of its own, because a second command on a busy one is put into a queue that runs backwards.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import vagrant, { type Machine } from 'node-vagrant';
import { LabError, messageOf } from '../../core/errors.ts';
import { endProgram } from '../../core/program/run-program.ts';
import { explainFailure } from './failures.ts';

export interface VagrantPlace {
  /** The folder of the Vagrantfile. */
  cwd: string;
  /** The whole environment. */
  env: Record<string, string | undefined>;
  signal: AbortSignal;
}

/** What Vagrant calls the state of a machine, such as `running`, `poweroff`, `saved`, `not created`; by machine. */
export async function vagrantStatus(place: VagrantPlace): Promise<ReadonlyMap<string, string>> {
  let machines: Record<string, { status: string; provider: string }> = {};
  const { exitStatus, stderr } = await runWith(place, (machine) => {
    machine.status((_error, found) => {
      machines = found ?? {};
    });
  });
  if (exitStatus !== 0) throw explainFailure('vagrant status', [], { exitStatus, stderr });
  return new Map(Object.entries(machines).map(([name, { status }]) => [name, status]));
}

export interface UpResult {
  /** Vagrant's own; node-vagrant takes a failure that says nothing on stderr for a success. */
  exitStatus: number | null;
  stdout: string;
  stderr: string;
}

/** `vagrant up` with those arguments; `onOutput` is told what it prints as it comes. Rejects only where it could not be run. */
export async function vagrantUp(
  place: VagrantPlace,
  args: readonly string[],
  onOutput: (chunk: string) => void,
): Promise<UpResult> {
  return runWith(place, (machine) => {
    machine.on('up-progress', onOutput);
    machine.up(args, () => undefined);
  });
}

async function runWith({ cwd, env, signal }: VagrantPlace, start: (machine: Machine) => void): Promise<UpResult> {
  signal.throwIfAborted();
  const machine = vagrant.create({ cwd, env });
  const child = captureChild(machine, () => start(machine));
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  const onAbort = () => void endProgram(child, { platform: process.platform, env });
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const [exitStatus] = (await once(child, 'close').catch((cause: unknown) => {
      throw notStarted(cause);
    })) as [number | null];
    signal.throwIfAborted();
    return { exitStatus, stdout, stderr };
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** The process that a method starts: the package hands it to nobody, and without it a command could not be ended. */
function captureChild(machine: Machine, start: () => void): ChildProcess {
  let child: ChildProcess | undefined;
  const run = machine._run;
  machine._run = (command, done) => {
    child = run.call(machine, command, done);
    return child;
  };
  start();
  if (child === undefined) throw new Error('node-vagrant started nothing');
  return child;
}

function notStarted(cause: unknown): LabError {
  return new LabError({
    code: 'vagrant.missing',
    message: `vagrant could not be started: ${messageOf(cause)}`,
    hint: 'install Vagrant, and open a new terminal so that its folder is in PATH',
    cause,
  });
}

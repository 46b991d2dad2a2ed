import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';

export interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** A place on this computer to run programs in. */
export interface Room extends AsyncDisposable {
  /** Of its network namespace (ip-netns(8)); null where that ends by itself with the test. */
  name: string | null;
  /** The words before a command line that run it there, in that folder. */
  enter(workFolder: string): readonly string[];
}

/** A network namespace that has loopback and nothing else. */
export async function roomWithoutNetwork(): Promise<Room> {
  const name = `swarmlab-test-${randomBytes(4).toString('hex')}`;
  await must(['ip', 'netns', 'add', name]);
  await must(['ip', '-n', name, 'link', 'set', 'lo', 'up']);
  return {
    name,
    enter: () => ['nsenter', `--net=/run/netns/${name}`],
    async [Symbol.asyncDispose]() {
      await must(['ip', 'netns', 'delete', name]);
    },
  };
}

/** Throws with what it said when its exit status is not 0. */
export async function must(argv: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await ended(argv);
  if (status === 0) return stdout;
  throw new Error(`${argv.join(' ')} ended with ${status}: ${stderr}`);
}

/** Runs it to its end. Rejects only where it cannot be started. */
export async function ended(
  [program = '', ...argv]: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Ended> {
  const child = spawn(program, argv, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, status] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    }),
  ]);
  return { status, stdout, stderr };
}

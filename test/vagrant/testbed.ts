import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const builtHere = file('../../dist/cli.js');

/** The stand-in for VirtualBox's command. */
export const standInFolder = file('virtualbox/bin');

export interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** The built command line, the real `vagrant`, and a VirtualBox that is none, in folders of their own. */
export interface Testbed extends AsyncDisposable {
  folder: string;
  /** Where the stand-in keeps its machines and its log. */
  virtualBoxHome: string;
  run(argv: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>;
  /** Runs it and parses its one document; throws with stderr when the exit status is not the wanted one. */
  json<T>(wantedStatus: number, argv: readonly string[], env?: Readonly<Record<string, string>>): Promise<T>;
  /** A program beside it, such as `vagrant` or `VBoxManage`, in the same surroundings. */
  program(name: string, argv: readonly string[], cwd?: string, env?: Readonly<Record<string, string>>): Promise<Ended>;
  /** What was asked of VirtualBox, call by call. */
  calls(): Promise<readonly { argv: readonly string[]; status: number }[]>;
  writeConfig(yaml: string): Promise<void>;
  /** From here on another command line is run, in another folder. */
  moveTo(installed: { cli: string; workFolder: string }): void;
}

export interface TestbedOptions {
  /** Where Vagrant keeps its boxes; one for all runs saves the unpacking. Default: a folder of the testbed's own. */
  vagrantHome?: string;
  /** All of it, the machines too, in a network namespace that has loopback and nothing else. */
  withoutNetwork?: boolean;
}

export async function createTestbed({ vagrantHome, withoutNetwork = false }: TestbedOptions = {}): Promise<Testbed> {
  const folder = await mkdtemp(join(tmpdir(), 'swarmlab-vagrant-'));
  const namespace = withoutNetwork ? await loopbackAlone(basename(folder)) : null;
  const enter = namespace === null ? [] : ['nsenter', `--net=/run/netns/${namespace}`];
  let cli = builtHere;
  let workFolder = folder;
  const virtualBoxHome = join(folder, 'virtualbox');
  await mkdir(virtualBoxHome);
  const surroundings: Record<string, string | undefined> = {
    ...process.env,
    PATH: [standInFolder, process.env.PATH].join(delimiter),
    SWARMLAB_VIRTUALBOX_HOME: virtualBoxHome,
    SWARMLAB_HOME: join(folder, 'home'),
    VAGRANT_HOME: vagrantHome ?? join(folder, 'vagrant'),
    NO_COLOR: '1',
  };
  const start = (program: string, argv: readonly string[], env = {}, cwd = workFolder): Promise<Ended> =>
    ended([...enter, program, ...argv], { cwd, env: { ...surroundings, ...env } });
  const run = (argv: readonly string[], env = {}) => start(process.execPath, [cli, ...argv], env);
  return {
    folder,
    virtualBoxHome,
    run,
    async json<T>(wantedStatus: number, argv: readonly string[], env = {}) {
      const { status, stdout, stderr } = await run([...argv, '--json'], env);
      if (status === wantedStatus) return JSON.parse(stdout) as T;
      throw new Error(`swarmlab ${argv.join(' ')} ended with ${status}, not ${wantedStatus}\n${stdout}\n${stderr}`);
    },
    program: (name, argv, cwd = workFolder, env = {}) => start(name, argv, env, cwd),
    async calls() {
      const log = await readFile(join(virtualBoxHome, 'calls.log'), 'utf8').catch(() => '');
      return log
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line));
    },
    writeConfig: (yaml) => writeFile(join(folder, 'swarmlab.yaml'), yaml),
    moveTo(installed) {
      ({ cli, workFolder } = installed);
    },
    async [Symbol.asyncDispose]() {
      const { status, stdout, stderr } = await run(['down', '--all']);
      const stopped = await start(join(standInFolder, 'stop-all'), [virtualBoxHome]);
      if (namespace !== null) await ended(['ip', 'netns', 'delete', namespace], {});
      await rm(folder, { recursive: true, force: true });
      if (status !== 0) throw new Error(`swarmlab down --all ended with ${status}\n${stdout}\n${stderr}`);
      if (stopped.status !== 0) throw new Error(`stop-all ended with ${stopped.status}\n${stopped.stderr}`);
    },
  };
}

async function loopbackAlone(name: string): Promise<string> {
  for (const argv of [
    ['ip', 'netns', 'add', name],
    ['ip', '-n', name, 'link', 'set', 'lo', 'up'],
  ]) {
    const { status, stderr } = await ended(argv, {});
    if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}: ${stderr}`);
  }
  return name;
}

async function ended(
  [program = '', ...argv]: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv },
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

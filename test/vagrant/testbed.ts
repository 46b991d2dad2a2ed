import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Ended, ended, type Room } from './room.ts';

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const builtHere = file('../../dist/cli.js');

/** The stand-in for VirtualBox's command. */
export const standInFolder = file('virtualbox/bin');

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
  /** Where all of it runs, the machines too; it goes with the testbed. Default: here. */
  room?: Room;
}

export async function createTestbed({ vagrantHome, room }: TestbedOptions = {}): Promise<Testbed> {
  const folder = await mkdtemp(join(tmpdir(), 'swarmlab-vagrant-'));
  // A run that is interrupted does not come to its end here: run.mjs reads what there is to clear.
  if (process.env.SWARMLAB_TEST_TESTBEDS !== undefined)
    await appendFile(
      process.env.SWARMLAB_TEST_TESTBEDS,
      `${JSON.stringify({ folder, namespace: room?.name ?? null })}\n`,
    );
  const enter = (cwd: string) => room?.enter(cwd) ?? [];
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
    ended([...enter(cwd), program, ...argv], { cwd, env: { ...surroundings, ...env } });
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
      await room?.[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
      if (status !== 0) throw new Error(`swarmlab down --all ended with ${status}\n${stdout}\n${stderr}`);
      if (stopped.status !== 0) throw new Error(`stop-all ended with ${stopped.status}\n${stopped.stderr}`);
    },
  };
}

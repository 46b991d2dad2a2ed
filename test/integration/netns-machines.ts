import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { chmod, mkdir, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';
import type { Connections, ExecResult, NodeConnection } from '../../src/fabric/connection.ts';
import type { Place } from '../../src/probe/types.ts';

const run = promisify(execFile);
type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** Machines and containers as network namespaces of this test run, without an engine and without SSH. */
export interface Machines extends AsyncDisposable {
  /** For files of the test. */
  folder: string;
  /** Makes a network namespace with lo up; gives its path. */
  add(name: string): Promise<string>;
  path(name: string): string;
  /** A veth pair between two namespaces, addressed and up. */
  link(left: string, leftAddress: string, right: string, rightAddress: string): Promise<void>;
  /** Runs a command line of plain words in a namespace; throws when it fails. */
  run(name: string, line: string): Promise<string>;
  /** A long-running program there; ended with the machines. */
  start(name: string, argv: readonly string[]): Child;
  place(machine: string, name: string, files?: { hosts?: string; resolv?: string }): Promise<Place>;
  connections(...names: readonly string[]): Connections;
  /** Those of agents that still run. */
  agents: Set<Child>;
}

const isOurs = (name: string) => name.startsWith('probe-agent');

export async function createMachines(prefix: string, folder: string): Promise<Machines> {
  const unique = `${prefix}${process.pid}`;
  const made: string[] = [];
  const children: Child[] = [];
  const agents = new Set<Child>();
  let links = 0;
  await mkdir(folder, { recursive: true });
  const before = await readdir('/run/swarmlab').catch(() => null);

  const full = (name: string) => `${unique}-${name}`;
  const path = (name: string) => `/run/netns/${full(name)}`;
  const words = (line: string) => line.trim().split(/\s+/);
  const inside = (name: string, argv: readonly string[]) => [`--net=${path(name)}`, ...argv];
  const start = (name: string, argv: readonly string[]): Child => {
    const child = spawn('nsenter', inside(name, argv), { stdio: ['pipe', 'pipe', 'pipe'] });
    children.push(child);
    return child;
  };

  const connection = (machine: string): NodeConnection => ({
    machine,
    exec: (argv, options) =>
      new Promise<ExecResult>((resolve, reject) => {
        const child = spawn('nsenter', inside(machine, argv), {
          stdio: ['ignore', 'pipe', 'pipe'],
          signal: options.signal,
        });
        const out: Buffer[] = [];
        let stderr = '';
        child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
        child.stderr.on('data', (chunk: Buffer) => {
          stderr += chunk.toString();
        });
        child.once('error', reject);
        child.once('close', (exitStatus) => resolve({ exitStatus, stdout: Buffer.concat(out), stderr }));
      }),
    spawn: async (argv) => {
      const child = start(machine, argv);
      agents.add(child);
      const exited = new Promise<{ exitStatus: number | null; signal: string | null }>((resolve) =>
        child.once('close', (exitStatus, signal) => {
          agents.delete(child);
          resolve({ exitStatus, signal });
        }),
      );
      return {
        stdin: child.stdin,
        stdout: child.stdout,
        stderr: child.stderr,
        exited,
        [Symbol.asyncDispose]: async () => {
          child.stdin.end();
          await exited;
        },
      };
    },
    upload: async (file, content, mode) => {
      const part = `${file}.${machine}.part`;
      await writeFile(part, content);
      await chmod(part, mode);
      await rename(part, file);
    },
    openShell: () => Promise.reject(new Error('no shell here')),
    openUnixSocket: () => Promise.reject(new Error('no sockets here')),
    work: {} as NodeConnection['work'],
    get engine(): never {
      throw new Error('no engine here');
    },
    [Symbol.asyncDispose]: async () => undefined,
  });

  const machines: Machines = {
    folder,
    agents,
    path,
    start,
    add: async (name) => {
      await run('ip', ['netns', 'add', full(name)]);
      made.push(full(name));
      await machines.run(name, 'ip link set lo up');
      return path(name);
    },
    link: async (left, leftAddress, right, rightAddress) => {
      links += 1;
      const device = `v${links}`;
      await run('ip', [
        '-n',
        full(left),
        'link',
        'add',
        device,
        'type',
        'veth',
        'peer',
        'name',
        device,
        'netns',
        full(right),
      ]);
      for (const [name, address] of [[left, leftAddress] as const, [right, rightAddress] as const]) {
        await run('ip', ['-n', full(name), 'address', 'add', address, 'dev', device]);
        await run('ip', ['-n', full(name), 'link', 'set', device, 'up']);
      }
    },
    run: async (name, line) => (await run('nsenter', inside(name, words(line)))).stdout,
    place: async (machine, name, files = {}) => {
      const hostsPath = join(folder, `${name}.hosts`);
      const resolvConfPath = join(folder, `${name}.resolv`);
      await writeFile(hostsPath, files.hosts ?? '127.0.0.1 localhost\n');
      await writeFile(resolvConfPath, files.resolv ?? 'nameserver 127.0.0.11\n');
      return { id: `${machine}/${name}`, machine, namespacePath: path(name), hostsPath, resolvConfPath };
    },
    connections: (...names) => new Map(names.map((name) => [name, connection(name)])),
    [Symbol.asyncDispose]: async () => {
      for (const child of children) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        const closed = new Promise((resolve) => child.once('close', resolve));
        child.kill('SIGCONT');
        child.kill('SIGKILL');
        await closed;
      }
      for (const name of made) await run('ip', ['netns', 'delete', name]);
      for (const file of await readdir('/run/swarmlab').catch(() => [])) {
        if (isOurs(file) && !before?.includes(file)) await rm(join('/run/swarmlab', file));
      }
      if (before === null) await rmdir('/run/swarmlab').catch(() => undefined);
      await rm(folder, { recursive: true, force: true });
    },
  };
  return machines;
}

import { spawn } from 'node:child_process';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { memoryUsage, resourceUsage } from 'node:process';
import type { Connections, NodeConnection } from '../../../src/fabric/connection.ts';
import { runProbes } from '../../../src/probe/run-probes.ts';
import type { Place, Probe } from '../../../src/probe/types.ts';

/** What the bench writes for this program: a grid of namespaces, and how to ask. */
interface Task {
  folder: string;
  hostsPath: string;
  resolvConfPath: string;
  machines: readonly { name: string; path: string }[];
  places: readonly { name: string; machine: string; address: string; path: string }[];
  by: 'ip' | 'name';
  rounds: number;
}

const usage = `import resource,sys,subprocess
code=subprocess.call(sys.argv[1:])
u=resource.getrusage(resource.RUSAGE_CHILDREN)
sys.stderr.write('usage %f %d\\n'%(u.ru_utime+u.ru_stime,u.ru_maxrss))
sys.exit(code)`;

/** As a machine's SSH server gives it: no version manager's stand-in for Python. */
const env = { ...process.env, PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };

/** Machines without SSH: programs start in their namespaces, and say what they used. */
function connectionsOf(task: Task, used: { cpuS: number; memoryMb: number }[]): Connections {
  const connect = ({ name, path }: Task['machines'][number]): NodeConnection =>
    ({
      machine: name,
      exec: (argv: readonly string[]) =>
        new Promise((resolve, reject) => {
          const child = spawn('nsenter', [`--net=${path}`, ...argv], { env, stdio: ['ignore', 'pipe', 'ignore'] });
          const out: Buffer[] = [];
          child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
          child.once('error', reject);
          child.once('close', (exitStatus) => resolve({ exitStatus, stdout: Buffer.concat(out), stderr: '' }));
        }),
      spawn: async (argv: readonly string[]) => {
        const child = spawn('nsenter', [`--net=${path}`, 'python3', '-I', '-S', '-c', usage, ...argv], { env });
        child.stderr.on('data', (chunk: Buffer) => {
          const [, cpu, memory] = /usage (\S+) (\d+)/.exec(chunk.toString()) ?? [];
          if (cpu === undefined) process.stderr.write(chunk);
          else used.push({ cpuS: Number(cpu), memoryMb: Number(memory) / 1024 });
        });
        const exited = new Promise((resolve) =>
          child.once('close', (exitStatus, signal) => resolve({ exitStatus, signal })),
        );
        const { stdin, stdout, stderr } = child;
        const dispose = async () => {
          child.stdin.end();
          await exited;
        };
        return { stdin, stdout, stderr, exited, [Symbol.asyncDispose]: dispose };
      },
      upload: async (file: string, content: Uint8Array, mode: number) => {
        await mkdir(dirname(file), { recursive: true });
        const part = `${file}.${name}.part`;
        await writeFile(part, content, { mode });
        await rename(part, file);
      },
    }) as unknown as NodeConnection;
  return new Map(task.machines.map((machine) => [machine.name, connect(machine)]));
}

const task = JSON.parse(await readFile(process.argv[2] ?? '', 'utf8')) as Task;
const { hostsPath, resolvConfPath } = task;
const idOf = (place: Task['places'][number]) => `${place.machine}/${place.name}`;
const places = task.places.map(
  (place): Place => ({
    id: idOf(place),
    machine: place.machine,
    namespacePath: place.path,
    hostsPath,
    resolvConfPath,
  }),
);
const targets = task.places.map((place): Pick<Probe, 'to' | 'aim'> => {
  const { address, name } = place;
  return { to: idOf(place), aim: task.by === 'ip' ? { by: 'ip', address } : { by: 'name', name } };
});
let id = 0;
const probes = places.flatMap(({ id: from }) =>
  targets.map(({ to, aim }): Probe => ({ id: id++, from, to, aim, protocol: 'icmp', port: null })),
);

const signal = new AbortController().signal;
const cpu = () => (resourceUsage().userCPUTime + resourceUsage().systemCPUTime) / 1e6;
const rounds = [];
for (let round = 0; round < task.rounds; round += 1) {
  const used: { cpuS: number; memoryMb: number }[] = [];
  const [startedAt, cpuBefore] = [performance.now(), cpu()];
  const connections = connectionsOf(task, used);
  const run = await runProbes({ connections, places, probes, signal, timeoutMs: 300_000 });
  const outcomes: Record<string, number> = {};
  let retried = 0;
  for (const { id } of probes) {
    const seen = run.observations.get(id);
    const outcome = seen?.outcome ?? 'none';
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    if ((seen?.attempts.length ?? 0) > 1) retried += 1;
  }
  const wallS = (performance.now() - startedAt) / 1000;
  const toolCpuS = cpu() - cpuBefore;
  await new Promise((resolve) => setTimeout(resolve, 100));
  rounds.push({
    wallS,
    toolCpuS,
    agentsCpuS: used.reduce((sum, one) => sum + one.cpuS, 0),
    agentMemoryMb: Math.max(0, ...used.map(({ memoryMb }) => memoryMb)),
    toolMemoryMb: resourceUsage().maxRSS / 1024,
    heapMb: memoryUsage().heapUsed / 2 ** 20,
    outcomes,
    retried,
    notes: run.notes.slice(0, 20),
  });
}
console.log(JSON.stringify(rounds));

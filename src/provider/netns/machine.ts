import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { waitFor } from '../../core/deadline.ts';
import { LabError } from '../../core/errors.ts';
import type { ProviderContext } from '../provider.ts';
import { type CgroupPlace, ensureCgroup } from './cgroup.ts';
import { daemonJson, hostsFile, resolvConf, sshdConfig, worldNames, worldPage } from './files.ts';
import { labId, type Machine, machineDir, markVariable, provisionScript } from './layout.ts';
import { kill, markedProcess, markedProcesses } from './processes.ts';
import { systemPath } from './shell.ts';

const startTimeoutMs = 30_000;

/** The process id of a machine's first process, seen from outside; null when the machine does not run. */
export async function machinePid(stateDir: string, machine: string): Promise<number | null> {
  const text = await readFile(join(machineDir(stateDir, machine), 'pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  if (!Number.isInteger(pid)) return null;
  const marked = await markedProcess(pid, stateDir);
  return marked?.machine === machine ? pid : null;
}

/** Starts a machine unless it runs; its process id. */
export async function ensureMachine(
  context: ProviderContext,
  machine: Machine,
): Promise<{ pid: number; started: boolean }> {
  const running = await machinePid(context.stateDir, machine.name);
  if (running !== null) return { pid: running, started: false };
  // An interrupted run may have left it half started.
  for (const { pid } of (await markedProcesses(context.stateDir)).filter((found) => found.machine === machine.name))
    kill(pid);
  const cgroup = await ensureCgroup(labId(context.plan.lab, context.stateDir), machine.name);
  await writeMachineFiles(context, machine, cgroup);
  const dir = machineDir(context.stateDir, machine.name);
  await rm(join(dir, 'pid'), { force: true });
  const failure = startProcess(context, machine, cgroup, join(dir, 'machine.log'));
  const pid = await waitFor(
    { signal: context.signal, timeoutMs: startTimeoutMs, awaiting: `${machine.name} to start`, pollMs: 5 },
    async () => {
      if (failure.exited !== null) throw await startFailed(machine.name, dir, failure.exited);
      const pid = await machinePid(context.stateDir, machine.name);
      return pid === null ? { pending: 'its first process has not finished setting up' } : { value: pid };
    },
  );
  return { pid, started: true };
}

function startProcess(context: ProviderContext, machine: Machine, cgroup: CgroupPlace, logFile: string) {
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn('sh', [provisionScript('start.sh'), cgroup.procsFile, cgroup.namespaceRoot], {
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log],
    env: {
      PATH: systemPath(),
      [markVariable]: context.stateDir,
      SWARMLAB_MACHINE: machine.name,
      SWARMLAB_KIND: machine.kind,
    },
  });
  closeSync(log);
  child.unref();
  const failure: { exited: string | null } = { exited: null };
  child.once('error', (error) => {
    failure.exited = error.message;
  });
  child.once('exit', (code, signal) => {
    failure.exited = signal ?? `exit status ${code}`;
  });
  return failure;
}

async function startFailed(machine: string, dir: string, how: string): Promise<LabError> {
  const log = (await readFile(join(dir, 'machine.log'), 'utf8').catch(() => ''))
    .trim()
    .split('\n')
    .slice(-3)
    .join('; ');
  return new LabError({
    code: 'netns.start',
    message: `${machine} did not start (${how}): ${log || 'it said nothing'}`,
    hint: `its log is ${join(dir, 'machine.log')}; in a container, run it with --privileged`,
  });
}

async function writeMachineFiles(context: ProviderContext, machine: Machine, cgroup: CgroupPlace): Promise<void> {
  const { plan } = context;
  const dir = machineDir(context.stateDir, machine.name);
  await mkdir(join(dir, 'www'), { recursive: true, mode: 0o700 });
  const pool = machine.node?.containerPool ?? null;
  const files: Record<string, string> = {
    cgroup_procs: cgroup.procsFile,
    'resolv.conf': resolvConf(plan),
    hosts: hostsFile(plan, machine),
    host_key: context.hostKey.privateKey,
    authorized_keys: `${context.loginKey.publicKey}\n`,
    sshd_config: sshdConfig(dir),
    ...(machine.kind === 'world' ? { names: worldNames(plan), 'www/index.html': worldPage(plan) } : {}),
    ...(pool === null ? {} : { 'daemon.json': daemonJson(dir, pool, cgroup.containersParent, plan.engines?.options) }),
  };
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(dir, name), text, { mode: 0o600 })));
}

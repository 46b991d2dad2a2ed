import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { waitFor } from '../../src/core/deadline.ts';
import { box } from './prepared.ts';
import { note } from './report.ts';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const { signal } = new AbortController();
/** Emulated, on a busy computer. */
const bootTimeoutMs = 15 * 60_000;
let work: string;
const at = (name: string) => path.join(work, name);

beforeAll(async () => {
  work = await mkdtemp(path.join(tmpdir(), 'swarmlab-box-test-'));
  must('tar', ['-C', work, '-xzf', box]);
});
afterAll(() => rm(work, { recursive: true, force: true }));

it('has what VirtualBox imports, the descriptions before the disk', () => {
  const names = must('tar', ['-tzf', box]).trim().split('\n');
  expect(names).toEqual(['box.ovf', 'metadata.json', 'Vagrantfile', 'box-disk001.vmdk']);
});

it('is imported by the real VBoxManage', (context) => {
  const script = fileURLToPath(new URL('real-vboxmanage.sh', import.meta.url));
  const { status, stdout, stderr } = spawnSync('sh', [script, 'judge', at('box.ovf')], { encoding: 'utf8' });
  if (status === 69) context.skip(stderr.trim());
  expect({ status, stdout, stderr }).toMatchObject({ status: 0 });
});

it('boots from its disk alone to SSH and an engine, with keys and ids of its own', async () => {
  const key = await loginKey();
  const startedAt = performance.now();
  await using machine = await boot(at('box-disk001.vmdk'));
  const host = { key, port: machine.port };
  const said = await waitForAnswer(machine.child, 'SSH to answer', () => ssh(host, 'uname -r; id -un'));
  note('the box alone: from power on to SSH', performance.now() - startedAt);
  expect(said).toMatch(/^6\.\d+\..*-amd64\nvagrant$/);
  const info = await waitForAnswer(machine.child, 'the engine to answer', () =>
    ssh(host, 'sudo docker info --format "{{.ServerVersion}} {{.Driver}} {{.ID}}"'),
  );
  note('the box alone: from power on to its engine', performance.now() - startedAt);
  expect(info).toMatch(/^20\.10\.\d+\S* overlay2 \S+$/);
  expect(
    ssh(host, 'cat /etc/machine-id; hostname; ip -o -4 address show eth0; systemctl --failed --no-legend'),
  ).toMatch(/^[0-9a-f]{32}\nswarmlab\n.* 10\.0\.2\.15\/24 .*$/);
  expect(ssh(host, 'ls /etc/ssh/ssh_host_*_key')).toBe('/etc/ssh/ssh_host_ecdsa_key\n/etc/ssh/ssh_host_ed25519_key');
  const modules = ['vxlan', 'macvlan', 'ipvlan', 'ip_vs', 'esp4', '8021q', 'dummy', 'sch_netem', 'xt_bpf', 'xt_u32'];
  expect(ssh(host, `sudo modprobe -a ${modules.join(' ')} && echo all`)).toBe('all');
});

it('leaves nothing when its making is interrupted', async () => {
  await mkdir(at('making'));
  const child = spawn(process.execPath, [cli, 'box', 'build', '--box', at('interrupted.box')], {
    env: { ...process.env, TMPDIR: at('making') },
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  try {
    await waitFor({ signal, timeoutMs: bootTimeoutMs, awaiting: 'the first packages in the tree' }, async () => {
      if (child.exitCode !== null) throw new Error(`it ended by itself with ${child.exitCode}`);
      const [name] = await readdir(at('making'));
      const tree = await readdir(path.join(at('making'), name ?? '', 'tree', 'usr', 'bin')).catch((): string[] => []);
      return tree.length > 0 ? { value: null } : { pending: 'no tree yet' };
    });
  } finally {
    child.kill('SIGINT');
  }
  expect(await ended).toEqual([130, null]);
  expect(await readdir(at('making'))).toEqual([]);
  expect(await readdir(work)).not.toContain('interrupted.box');
  expect(await readFile('/proc/self/mountinfo', 'utf8')).not.toContain(work);
});

/** A machine of VirtualBox's kind: AHCI, e1000 on NAT, BIOS; what it writes is thrown away. No kernel is given to it. */
async function boot(disk: string): Promise<AsyncDisposable & { child: ChildProcess; port: number }> {
  const port = await freePort();
  const child = spawn(
    'qemu-system-x86_64',
    [
      ...['-accel', 'tcg', '-cpu', 'max', '-m', '1024', '-display', 'none', '-nodefaults', '-vga', 'std'],
      ...['-device', 'ahci,id=sata', '-device', 'ide-hd,drive=disk,bus=sata.0'],
      ...['-drive', `if=none,id=disk,file=${disk},format=vmdk,snapshot=on`],
      ...['-netdev', `user,id=nat,restrict=on,hostfwd=tcp:127.0.0.1:${port}-:22`, '-device', 'e1000,netdev=nat'],
    ],
    { stdio: 'ignore' },
  );
  await once(child, 'spawn');
  const ended = once(child, 'exit');
  return {
    child,
    port,
    async [Symbol.asyncDispose]() {
      child.kill();
      await ended;
    },
  };
}

function waitForAnswer(machine: ChildProcess, awaiting: string, ask: () => string): Promise<string> {
  return waitFor({ signal, timeoutMs: bootTimeoutMs, awaiting, pollMs: 500 }, async () => {
    if (machine.exitCode !== null) throw new Error(`qemu ended with ${machine.exitCode}`);
    try {
      return { value: ask() };
    } catch (error) {
      return { pending: String(error) };
    }
  });
}

function ssh({ key, port }: { key: string; port: number }, command: string): string {
  const trust = ['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'LogLevel=ERROR'];
  const how = ['-i', key, '-p', String(port), '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=30', ...trust];
  return must('ssh', [...how, 'vagrant@127.0.0.1', command]).trim();
}

/** The key that everybody has, from the package of Vagrant; ssh wants it readable by its owner alone. */
async function loginKey(): Promise<string> {
  const file = must('dpkg', ['-L', 'vagrant'])
    .split('\n')
    .find((line) => line.endsWith('/keys/vagrant'));
  if (file === undefined) throw new Error('the package vagrant has no keys/vagrant');
  await copyFile(file, at('key'));
  await chmod(at('key'), 0o600);
  return at('key');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function must(program: string, argv: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, argv, { encoding: 'utf8' });
  if (status === 0) return stdout;
  throw new Error(`${program} ended with ${status ?? error?.message}: ${stderr}`);
}

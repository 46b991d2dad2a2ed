import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectNode } from '../../src/fabric/node-connection.ts';
import { generateKeyPair } from '../../src/fabric/ssh2.ts';
import { openLab } from '../../src/lab/open.ts';
import type { DoctorDocument, DownDocument, EnvDocument, StatusDocument } from '../../src/report/documents.ts';
import type { ScopeDocument } from '../../src/verdict/types.ts';
import { cgroupDirectories, mountsOf, networkNamespaces, networkView, processesOf, settings } from './machine-view.ts';
import { createSwarmlab, type Swarmlab } from './swarmlab.ts';

/** Where labs of this machine say how much room they need; gone with the last of them. */
const neighbourRegister = '/run/swarmlab-neighbour-table.json';

describe('a lab of three nodes and an outsider', () => {
  let swarmlab: Swarmlab;
  let upped: StatusDocument;
  const before = { network: networkView(), settings: settings(), namespaces: networkNamespaces() };

  beforeAll(async () => {
    // What people's home folders are called: spaces, quotes, Korean letters.
    swarmlab = await createSwarmlab("swarmlab's 시험 $HOME #1 ");
    upped = await swarmlab.json<StatusDocument>(0, 'up');
  });
  afterAll(() => swarmlab[Symbol.asyncDispose]());

  it('comes up with real engines in one swarm, every port of it open both ways', () => {
    expect(upped.nodes.map(({ name, role, state }) => [name, role, state])).toEqual([
      ['m1', 'manager', 'running'],
      ['w1', 'worker', 'running'],
      ['w2', 'worker', 'running'],
      ['o1', 'outsider', 'running'],
    ]);
    expect(upped.nodes.filter(({ engine }) => engine !== null)).toHaveLength(3);
    expect(upped.nodes.slice(0, 3).map(({ forwardPolicy }) => forwardPolicy)).toEqual(['DROP', 'DROP', 'DROP']);
    expect(upped.swarm).toMatchObject({ managers: 1, workers: 2 });
    // Six ordered pairs; 2377/tcp, 7946/tcp, 7946/udp, 4789/udp and ESP.
    expect(upped.ports).toHaveLength(30);
    expect(upped.ports.filter(({ outcome }) => outcome !== 'reached')).toEqual([]);
  });

  it('keeps out of the machine that it runs on', () => {
    expect(networkView()).toEqual(before.network);
    expect(networkNamespaces()).toEqual(before.namespaces);
    expect(mountsOf(swarmlab.home)).toEqual([]);
  });

  it("makes room in the machine's neighbour table, which all namespaces share", () => {
    const limit = Number(readFileSync('/proc/sys/net/ipv4/neigh/default/gc_thresh3', 'utf8'));
    expect(limit).toBeGreaterThan(16_384);
    expect(readFileSync(neighbourRegister, 'utf8')).toContain(swarmlab.home);
  });

  it('keeps keys and state to their owner', () => {
    const files = readdirSync(join(swarmlab.home, 'labs', swarmlab.lab, 'keys'));
    expect(files.sort()).toEqual(['host', 'host.pub', 'login', 'login.pub']);
    for (const file of [...files.map((name) => join('keys', name)), 'lab.json']) {
      expect(statSync(join(swarmlab.home, 'labs', swarmlab.lab, file)).mode & 0o077, file).toBe(0);
    }
  });

  it('says the same by status, and stays as it is by a second up', async () => {
    const status = await swarmlab.json<StatusDocument>(0, 'status');
    expect(status.nodes).toEqual(upped.nodes);
    expect(status.swarm).toEqual(upped.swarm);
    const again = await swarmlab.json<StatusDocument>(0, 'up');
    expect(again.swarm).toEqual(upped.swarm);
  });

  it('is well by doctor, which names what somebody broke and what to do', async () => {
    const well = await swarmlab.json<DoctorDocument>(0, 'doctor');
    expect(well.checked.filter(({ outcome }) => outcome !== 'well')).toEqual([]);
    expect(well.checked.map(({ id }) => id)).toContain('clocks');
    const block = ['INPUT', '-p', 'udp', '--dport', '4789', '-j', 'DROP'];
    await swarmlab.run('exec', 'w1', 'iptables', '-I', ...block);
    await swarmlab.run('exec', 'w2', 'iptables-legacy', '-A', ...block);
    try {
      const { findings } = await swarmlab.json<DoctorDocument>(1, 'doctor');
      expect(findings.map(({ code }) => code)).toEqual(['lab.ports-shut', 'lab.iptables-mixed']);
      // Four ways: two nodes that each shut out two others.
      expect(findings[0]?.cause).toMatch(/^4 of 30 ways/);
    } finally {
      await swarmlab.run('exec', 'w1', 'iptables', '-D', ...block);
      await swarmlab.run('exec', 'w2', 'iptables-legacy', '-D', ...block);
    }
    expect((await swarmlab.json<DoctorDocument>(0, 'doctor')).findings).toEqual([]);
  });

  it('measures every driver as expected', async () => {
    const document = await swarmlab.json<ScopeDocument>(0, 'scope');
    expect(document.totals).toMatchObject({ differs: 0, notMeasured: 0 });
    const cell = (
      driver: string,
      ring: 'self' | 'sibling' | 'node' | 'peer' | 'lan',
      direction: 'out' | 'in',
      by: 'ip' | 'name',
    ) => document.drivers.find(({ id }) => id === driver)?.rings[ring][direction][by]?.outcome;
    const scopes = Object.fromEntries(document.drivers.map(({ id, declaredScope }) => [id, declaredScope]));
    expect(scopes).toMatchObject({
      'bridge-default': 'local',
      'bridge-user': 'local',
      host: 'local',
      none: 'local',
      container: null,
      macvlan: 'local',
      overlay: 'swarm',
    });
    expect(cell('bridge-user', 'sibling', 'out', 'name')).toBe('reached');
    expect(cell('bridge-user', 'peer', 'out', 'name')).toBe('no-name');
    expect(cell('bridge-user', 'peer', 'out', 'ip')).not.toBe('reached');
    expect(cell('bridge-default', 'sibling', 'out', 'ip')).toBe('reached');
    expect(cell('bridge-default', 'sibling', 'out', 'name')).toBe('no-name');
    expect(cell('macvlan', 'peer', 'out', 'ip')).toBe('reached');
    expect(cell('macvlan', 'lan', 'out', 'ip')).toBe('reached');
    expect(cell('macvlan', 'node', 'out', 'ip')).not.toBe('reached');
    expect(cell('overlay', 'peer', 'out', 'ip')).toBe('reached');
    expect(cell('overlay', 'peer', 'out', 'name')).toBe('reached');
    expect(cell('overlay', 'lan', 'in', 'ip')).not.toBe('reached');
    expect(document.drivers.find(({ id }) => id === 'none')?.reach.out).toEqual(['self']);
  });

  it('leaves no container and no network of scope behind', async () => {
    const listed = await swarmlab.run(
      'exec',
      'm1',
      'sh',
      '-c',
      'docker ps -aq; docker network ls -q --filter label=swarmlab.scope',
    );
    // The status too: a command that could not run prints nothing either.
    expect(listed).toMatchObject({ status: 0, stdout: '' });
  });

  it('runs programs on nodes word by word, and gives their output, streams and status', async () => {
    const ended = await swarmlab.run(
      'exec',
      'w1',
      'sh',
      '-c',
      'echo "$1"; echo problem >&2; exit 7',
      'sh',
      "it's  $HOME `x`",
    );
    expect(ended).toMatchObject({ status: 7, stdout: "it's  $HOME `x`\n", stderr: 'problem\n' });
    const listing = await swarmlab.run('exec', 'm1', 'docker', 'node', 'ls', '--format', '{{.Hostname}} {{.Status}}');
    expect(listing.stdout.trim().split('\n').sort()).toEqual(['m1 Ready', 'w1 Ready', 'w2 Ready']);
  });

  it("points OpenSSH at its machines, with the host's key pinned", async () => {
    const { writeFile } = await import('node:fs/promises');
    const config = join(swarmlab.home, 'ssh_config');
    await writeFile(config, (await swarmlab.run('ssh-config')).stdout);
    const { stdout } = await promisify(execFile)('ssh', ['-F', config, 'o1', 'hostname']);
    expect(stdout).toBe('o1\n');
  });

  it('talks to nobody whose host key is not the pinned one', async () => {
    const context = swarmlab.context(swarmlab.lab);
    const { provider, state } = await openLab(context);
    const { signal } = context;
    const { privateKey } = state.loginKey;
    const access = { ...provider.access('m1'), hostPublicKey: generateKeyPair('another').publicKey };
    const refused = connectNode({ access, privateKey, timeoutMs: 10_000, signal });
    await expect(refused).rejects.toMatchObject({ code: 'ssh.connect', message: expect.stringContaining('m1') });
  });

  it("points Docker's own client at a node's engine", async () => {
    const { environment } = await swarmlab.json<EnvDocument>(0, 'env', 'w2');
    const socketPath = environment.DOCKER_HOST?.replace('unix://', '') ?? '';
    const info = await new Promise<{ Name?: string }>((resolve, reject) => {
      request({ socketPath, path: '/info' }, (response) => resolve(json(response) as Promise<{ Name?: string }>))
        .on('error', reject)
        .end();
    });
    expect(info.Name).toBe('w2');
  });

  it('never shows a join token', async () => {
    const tokens = await swarmlab.run('exec', 'm1', 'docker', 'swarm', 'join-token', '-q', 'worker');
    const token = tokens.stdout.trim();
    expect(token).toMatch(/^SWMTKN-/);
    const shown = await swarmlab.run('up', '--debug');
    expect(shown.stdout + shown.stderr).not.toContain(token);
    // grep(1): 1 is "nothing found"; 2 would be that it could not look.
    const kept = spawnSync('grep', ['-rl', '--exclude-dir=docker', '-e', token, swarmlab.home], { encoding: 'utf8' });
    expect(kept).toMatchObject({ status: 1, stdout: '' });
  });

  it('goes without a trace, and down a second time is fine', async () => {
    const down = await swarmlab.json<DownDocument>(0, 'down');
    expect(down.leaks).toEqual([]);
    expect(down.removed).toContain('machine m1');
    expect(processesOf(swarmlab.home)).toEqual([]);
    expect(mountsOf(swarmlab.home)).toEqual([]);
    expect(cgroupDirectories(swarmlab.lab)).toEqual([]);
    expect(networkView()).toEqual(before.network);
    expect(settings()).toEqual(before.settings);
    const register = existsSync(neighbourRegister) ? readFileSync(neighbourRegister, 'utf8') : '';
    expect(register).not.toContain(swarmlab.home);
    expect(readdirSync(join(swarmlab.home, 'labs')).filter((name) => !name.startsWith('.'))).toEqual([]);
    const again = await swarmlab.json<DownDocument>(0, 'down');
    expect(again).toMatchObject({ removed: [], leaks: [] });
  });
});

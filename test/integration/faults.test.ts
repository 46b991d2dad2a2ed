import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DownDocument, FaultsDocument, StatusDocument } from '../../src/report/documents.ts';
import type { ProbeDocument } from '../../src/verdict/run-types.ts';
import { createSwarmlab, type Swarmlab } from './swarmlab.ts';

const image = 'swarmlab/built-in:1';
const thresholds = () =>
  [1, 2, 3].map((each) => readFileSync(`/proc/sys/net/ipv4/neigh/default/gc_thresh${each}`, 'utf8').trim());

/** What a fault could leave behind on a machine, less what counts. */
const lookAround = [
  'for table in filter nat raw mangle; do echo $table; iptables-save -t $table | grep -v "^#" | sed "s/ \\[[0-9:]*\\]//"; done',
  'ip -o addr | sed "s/valid_lft.*//"; ip route; ip -d -o link show dev eth1; tc qdisc show dev eth1; tc filter show dev eth1 ingress',
  'grep -H . /proc/sys/net/ipv4/conf/eth1/* /proc/sys/net/ipv4/ip_forward 2>/dev/null; cat /etc/resolv.conf',
].join('; ');

describe('faults on purpose', () => {
  let swarmlab: Swarmlab;
  const exec = async (node: string, ...argv: readonly string[]) => {
    const { status, stdout, stderr } = await swarmlab.run('exec', node, ...argv);
    if (status !== 0) throw new Error(`${argv.join(' ')} on ${node} ended with ${status}: ${stdout}${stderr}`);
    return stdout;
  };
  const docker = (node: string, ...argv: readonly string[]) => exec(node, 'docker', ...argv);
  const start = (node: string, name: string, network: string) =>
    docker(node, 'run', '-d', '--name', name, '--network', network, image, 'tail', '-f', '/dev/null');
  const add = (...words: readonly string[]) => swarmlab.json<FaultsDocument>(0, 'fault', 'add', ...words);
  const clear = (...ids: readonly string[]) => swarmlab.json<FaultsDocument>(0, 'fault', 'clear', ...ids);
  const record = () => join(swarmlab.home, 'labs', swarmlab.lab, 'faults.json');

  /** The segment's namespace belongs to no SSH server: it is looked at from outside. */
  const segment = () => {
    const pid = readFileSync(join(swarmlab.home, 'labs', swarmlab.lab, 'machines', 'segment', 'pid'), 'utf8').trim();
    const script =
      'for each in $(ls /sys/class/net); do tc qdisc show dev $each; tc filter show dev $each ingress; tc filter show dev $each egress; done; bridge link';
    // sysfs shows the namespace that it was mounted in: names come from ip.
    const named = script.replace('$(ls /sys/class/net)', "$(ip -o link | sed 's/^[0-9]*: \\([^:@]*\\).*/\\1/')");
    return execFileSync('nsenter', ['-t', pid, '-n', 'sh', '-c', named], { encoding: 'utf8' });
  };
  const everything = async () => ({
    m1: await exec('m1', 'sh', '-c', lookAround),
    w1: await exec('w1', 'sh', '-c', lookAround),
    macM1: await inside('m1', 'mac-m1', 'ip -o -4 addr show dev eth0; iptables-save -t raw | grep -v "^#"'),
    macW1: await inside('w1', 'mac-w1', 'ip -o -4 addr show dev eth0; iptables-save -t raw | grep -v "^#"'),
    segment: segment(),
    thresholds: thresholds(),
  });
  const inside = async (node: string, container: string, script: string) => {
    const pid = (await docker(node, 'inspect', '-f', '{{.State.Pid}}', container)).trim();
    return exec(node, 'nsenter', '-t', pid, '-n', 'sh', '-c', script);
  };
  /** Outcomes of a pair by IP, or by name, over the three protocols. */
  const outcomes = async (from: string, to: string, by: 'ip' | 'name' = 'ip') => {
    const { probes } = await swarmlab.json<ProbeDocument>(0, 'probe', '--from', from, '--to', to);
    return [...new Set(probes.filter((probe) => probe.by === by).map(({ outcome }) => outcome))];
  };
  /** Share of answers that are missing, of `count` questions. */
  const lost = async (node: string, address: string, count: number, ...options: readonly string[]) => {
    const ping = ['ping', '-q', '-c', `${count}`, '-i', '0.01', '-W', '1', ...options, address];
    const { stdout } = await swarmlab.run('exec', node, ...ping);
    return Number(/([\d.]+)% packet loss/.exec(stdout)?.[1] ?? 100) / 100;
  };

  beforeAll(async () => {
    swarmlab = await createSwarmlab();
    await swarmlab.json<StatusDocument>(0, 'up', '--workers', '1');
    await docker('m1', 'network', 'create', '-d', 'overlay', '--attachable', 'mesh');
    const ranges = { m1: '192.168.56.128/27', w1: '192.168.56.160/27' };
    for (const node of ['m1', 'w1'] as const) {
      await start(node, `ov-${node}`, 'mesh');
      const plan = ['--subnet', '192.168.56.0/24', '--gateway', '192.168.56.254', '--ip-range', ranges[node]];
      await docker(node, 'network', 'create', '-d', 'macvlan', ...plan, '-o', 'parent=eth1', 'lan-net');
      await start(node, `mac-${node}`, 'lan-net');
    }
  });
  afterAll(() => swarmlab[Symbol.asyncDispose]());

  it('each is in force when it says so, is shown, and leaves nothing behind once it is cleared', async () => {
    const before = await everything();
    const w1 = '192.168.56.12';
    const large = ['-M', 'do', '-s', '1400'];
    expect(await lost('m1', w1, 5, ...large)).toBe(0);
    const cases: readonly (readonly [line: string, look: () => Promise<unknown>, seen: unknown])[] = [
      ['block 4789/udp --on w1', () => outcomes('ov-m1', 'ov-w1'), ['timeout']],
      ['block icmp --on w1 --from m1 --direction in', () => lost('m1', w1, 3), 1],
      ['partition m1 w1', () => outcomes('mac-m1', 'mac-w1'), ['unreachable']],
      ['drop 100% --on w1 --from m1', () => lost('m1', w1, 3), 1],
      ['mtu 1300 --on w1', async () => [await lost('m1', w1, 3), await lost('m1', w1, 3, ...large)], [0, 1]],
      [
        'filter-macs',
        async () => [await lost('m1', w1, 3), (await outcomes('mac-m1', 'mac-w1')).includes('reached')],
        [0, false],
      ],
      ['no-dns ov-m1', () => outcomes('ov-m1', 'ov-w1', 'name'), ['name-timeout']],
      [
        'no-dns --on m1',
        async () => (await swarmlab.run('exec', 'm1', 'timeout', '2', 'getent', 'hosts', 'world')).status,
        124,
      ],
      ['link-down --on w1', () => lost('m1', w1, 3), 1],
      [
        'duplicate-address mac-m1 mac-w1',
        () => outcomes('lan', 'mac-m1').then((seen) => seen.includes('reached')),
        false,
      ],
      ['neighbour-table 2048', async () => thresholds(), ['512', '1024', '2048']],
    ];
    for (const [line, look, seen] of cases) {
      const added = await add(...line.split(' '));
      expect(added.faults, line).toHaveLength(1);
      expect(statSync(record()).mode & 0o777).toBe(0o600);
      expect(await look(), line).toEqual(seen);
      const [shown] = (await swarmlab.json<StatusDocument>(0, 'status')).faults;
      expect(shown, line).toMatchObject({ id: 'f1', kind: line.split(' ')[0] });
      const [listed] = (await swarmlab.json<FaultsDocument>(0, 'fault', 'list')).faults;
      expect(listed?.inForce, line).not.toBe(false);
      await clear();
      expect(existsSync(record()), line).toBe(false);
      expect(await everything(), line).toEqual(before);
    }
    expect([await outcomes('ov-m1', 'ov-w1', 'name'), await outcomes('mac-m1', 'mac-w1')]).toEqual([
      ['reached'],
      ['reached'],
    ]);
  });

  it('some packets are lost where a share is, both ways together about as many as two draws make', async () => {
    await add('drop', '30%', '--on', 'w1');
    const share = await lost('m1', '192.168.56.12', 400);
    await clear();
    // 1 - 0.7 * 0.7 = 0.51; six standard deviations of 400 draws are 0.15.
    expect(share).toBeGreaterThan(0.36);
    expect(share).toBeLessThan(0.66);
  });

  it.each(['pause', 'kill', 'stop'])(
    'engine %s: it does not answer, and is back with its containers afterwards',
    async (action) => {
      await add('engine', action, '--on', 'w1');
      const asked = await swarmlab.run('exec', 'w1', 'timeout', '2', 'docker', 'version');
      expect(asked.status).not.toBe(0);
      await clear();
      const running = (await docker('w1', 'ps', '--format', '{{.Names}}')).trim().split('\n').toSorted();
      expect(running).toEqual(['mac-w1', 'ov-w1']);
      const { swarm } = await swarmlab.json<StatusDocument>(0, 'status');
      expect(swarm).toMatchObject({ managers: 1, workers: 1 });
    },
  );

  it('several at once: each is taken back for itself; experiments and people keep their hands off each other', async () => {
    await add('block', '80/tcp', '--on', 'w1');
    await add('drop', '10%', '--on', 'w1');
    await add('mtu', '1400', '--on', 'w1');
    const undone = await swarmlab.run('run', '--undo');
    expect(undone.status, undone.stderr).toBe(0);
    const after = await swarmlab.json<FaultsDocument>(0, 'fault', 'list');
    expect(after.faults.map(({ id, inForce }) => [id, inForce])).toEqual([
      ['f1', true],
      ['f2', true],
      ['f3', true],
    ]);
    expect((await clear('f2')).faults.map(({ id }) => id)).toEqual(['f1', 'f3']);
    expect(await lost('m1', '192.168.56.12', 3, '-M', 'do', '-s', '1450')).toBe(1);
    // What up looks at must get through: only then is it up.
    await clear('f3');
    const up = await swarmlab.run('up', '--workers', '1');
    expect([up.status, up.stderr.includes('Broken on purpose: f1, w1 drops 80/tcp')]).toEqual([0, true]);
    expect((await clear()).changed).toEqual(['f1']);
  });

  it('somebody is killed while one is made: the record is there, and clear takes back what was done', async () => {
    const before = await everything();
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const { child, ended } = swarmlab.start('fault', 'add', 'partition', 'm1', 'w1');
      // As soon as it is recorded: somewhere between nothing and all of it is done then.
      const poll = setInterval(() => {
        if (existsSync(record())) child.kill('SIGKILL');
      }, 1);
      await ended;
      clearInterval(poll);
      expect(existsSync(record())).toBe(true);
      await clear();
      expect(await everything()).toEqual(before);
    }
  });

  it('what this machine cannot do is named, and leaves no record', async () => {
    const clock = await swarmlab.run('fault', 'add', 'clock', '2h', '--on', 'w1', '--json');
    expect([clock.status, JSON.parse(clock.stdout).error.code]).toEqual([2, 'fault.shared-clock']);
    const delayed = await swarmlab.run('fault', 'add', 'delay', '100ms', '--on', 'w1', '--json');
    if (delayed.status !== 0) expect(JSON.parse(delayed.stdout).error.message).toContain('netem');
    else await clear();
    expect(existsSync(record())).toBe(false);
  });

  it('wrong-advertise: the swarm is told what is not so, and the truth afterwards', async () => {
    await add('wrong-advertise', 'w1');
    expect(await docker('w1', 'info', '-f', '{{.Swarm.NodeAddr}}')).toBe('10.0.2.15\n');
    await clear();
    expect(await docker('w1', 'info', '-f', '{{.Swarm.NodeAddr}}')).toBe('192.168.56.12\n');
    expect(JSON.parse(await docker('m1', 'info', '-f', '{{json .Swarm.Nodes}}'))).toBe(2);
  });

  it('down takes them along: the table of the machine is as it was', async () => {
    await add('neighbour-table', '3000');
    await add('partition', 'm1', 'w1');
    const down = await swarmlab.json<DownDocument>(0, 'down');
    expect(down.leaks).toEqual([]);
    expect(thresholds()[2]).not.toBe('3000');
  });
});

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addFault, clearFaults, listFaults, probe } from '../../src/lab.ts';
import type { DownDocument, FaultsDocument, StatusDocument } from '../../src/report/documents.ts';
import { createSwarmlab, type Swarmlab } from './swarmlab.ts';

const image = 'swarmlab/built-in:1';
const thresholds = () =>
  [1, 2, 3].map((each) => readFileSync(`/proc/sys/net/ipv4/neigh/default/gc_thresh${each}`, 'utf8').trim());

/** What a fault could leave behind on a machine, less what counts, and what comes by itself after a link is up (RFC 4862). */
const lookAround = [
  'for table in filter nat raw mangle; do echo $table; iptables-save -t $table | grep -v "^#" | sed "s/ \\[[0-9:]*\\]//"; done',
  'ip -o addr | sed "s/valid_lft.*//; s/ tentative//"; ip route; ip -d -o link show dev eth1; tc qdisc show dev eth1; tc filter show dev eth1 ingress',
  'grep -H . /proc/sys/net/ipv4/conf/eth1/* /proc/sys/net/ipv4/ip_forward 2>/dev/null; cat /etc/resolv.conf',
].join('; ');

describe('faults on purpose', () => {
  let swarmlab: Swarmlab;
  const folder = () => join(swarmlab.home, 'labs', swarmlab.lab);
  const record = () => join(folder(), 'faults.json');
  const context = () => swarmlab.context(swarmlab.lab);
  /** A program on a machine of the lab, by its namespaces: what it says does not depend on what is broken. */
  const exec = (machine: string, ...argv: readonly string[]) => {
    const pid = readFileSync(join(folder(), 'machines', machine, 'pid'), 'utf8').trim();
    const spawned = spawnSync('nsenter', ['-t', pid, '-m', '-n', '-p', ...argv], { encoding: 'utf8' });
    return { status: spawned.status, stdout: spawned.stdout, stderr: spawned.stderr };
  };
  const must = (machine: string, ...argv: readonly string[]) => {
    const { status, stdout, stderr } = exec(machine, ...argv);
    if (status !== 0) throw new Error(`${argv.join(' ')} on ${machine} ended with ${status}: ${stdout}${stderr}`);
    return stdout;
  };
  const start = (node: string, name: string, network: string) =>
    must(node, 'docker', 'run', '-d', '--name', name, '--network', network, image, 'tail', '-f', '/dev/null');
  /** As typed: `mtu 1300 --on w1`. */
  const add = (line: string): Promise<FaultsDocument> => {
    const words = line.split(' ');
    const option = (name: string) => {
      const at = words.indexOf(`--${name}`);
      return at < 0 ? null : (words.splice(at, 2)[1] ?? null);
    };
    const options = { on: option('on'), from: option('from'), direction: option('direction') };
    const [kind = '', ...rest] = words;
    return addFault(context(), { kind, words: rest, ...options });
  };
  const clear = (...ids: readonly string[]) => clearFaults(context(), ids);

  const devices = "ip -o link | sed 's/^[0-9]*: \\([^:@]*\\).*/\\1/'";
  const filters = `for each in $(${devices}); do tc qdisc show dev $each; tc filter show dev $each ingress; tc filter show dev $each egress; done`;
  const inContainer = 'ip -o -4 addr show dev eth0; iptables-save -t raw | grep -v "^#" | sed "s/ \\[[0-9:]*\\]//"';
  const inside = (node: string, container: string, script: string) => {
    const pid = must(node, 'docker', 'inspect', '-f', '{{.State.Pid}}', container).trim();
    return must(node, 'nsenter', '-t', pid, '-n', 'sh', '-c', script);
  };
  const everything = () => ({
    m1: must('m1', 'sh', '-c', lookAround),
    w1: must('w1', 'sh', '-c', lookAround),
    macM1: inside('m1', 'mac-m1', inContainer),
    macW1: inside('w1', 'mac-w1', inContainer),
    segment: must('segment', 'sh', '-c', filters),
    // Other labs come and go meanwhile, and the numbers with them.
    limits: readFileSync('/run/swarmlab-neighbour-table.json', 'utf8').includes('limits'),
  });
  /** Outcomes of a pair by IP, or by name, over the three protocols. */
  const outcomes = async (from: string, to: string, by: 'ip' | 'name' = 'ip') => {
    const { probes } = await probe(context(), { from, to, network: null, coverage: 'all' });
    return [...new Set(probes.filter((each) => each.by === by).map(({ outcome }) => outcome))];
  };
  /** Share of answers that are missing, of `count` questions with so many octets. */
  const lost = (node: string, address: string, count: number, octets = 56) => {
    const ping = ['busybox', 'ping', '-q', '-c', `${count}`, '-i', '0.02', '-W', '1', '-s', `${octets}`, address];
    return Number(/([\d.]+)% packet loss/.exec(exec(node, ...ping).stdout)?.[1] ?? 100) / 100;
  };

  beforeAll(async () => {
    swarmlab = await createSwarmlab();
    await swarmlab.json<StatusDocument>(0, 'up', '--workers', '1');
    must('m1', 'docker', 'network', 'create', '-d', 'overlay', '--attachable', 'mesh');
    const ranges = { m1: '192.168.56.128/27', w1: '192.168.56.160/27' };
    for (const node of ['m1', 'w1'] as const) {
      start(node, `ov-${node}`, 'mesh');
      const plan = ['--subnet', '192.168.56.0/24', '--gateway', '192.168.56.254', '--ip-range', ranges[node]];
      must(node, 'docker', 'network', 'create', '-d', 'macvlan', ...plan, '-o', 'parent=eth1', 'lan-net');
      start(node, `mac-${node}`, 'lan-net');
    }
  });
  afterAll(() => swarmlab[Symbol.asyncDispose]());

  it('each is in force when it says so, is shown, and leaves nothing behind once it is cleared', async () => {
    const before = everything();
    const w1 = '192.168.56.12';
    expect(lost('m1', w1, 3, 1400)).toBe(0);
    const cases: readonly (readonly [line: string, look: () => unknown, seen: unknown])[] = [
      ['block 4789/udp --on w1', () => outcomes('ov-m1', 'ov-w1'), ['timeout']],
      ['block icmp --on w1 --from m1 --direction in', () => lost('m1', w1, 3), 1],
      ['partition m1 w1', async () => (await outcomes('mac-m1', 'mac-w1')).includes('reached'), false],
      ['drop 100% --on w1 --from m1', () => lost('m1', w1, 3), 1],
      ['mtu 1300 --on w1', () => [lost('m1', w1, 3, 1272), lost('m1', w1, 3, 1273)], [0, 1]],
      [
        'filter-macs',
        async () => [lost('m1', w1, 3), (await outcomes('mac-m1', 'mac-w1')).includes('reached')],
        [0, false],
      ],
      ['no-dns ov-m1', () => outcomes('ov-m1', 'ov-w1', 'name'), ['name-timeout']],
      ['no-dns --on m1', () => exec('m1', 'timeout', '2', 'getent', 'hosts', 'world').status !== 0, true],
      ['link-down --on w1', () => lost('m1', w1, 3), 1],
      ['duplicate-address mac-m1 mac-w1', async () => (await outcomes('lan', 'mac-m1')).includes('reached'), false],
      ['neighbour-table 4096', () => thresholds(), ['1024', '2048', '4096']],
    ];
    for (const [line, look, seen] of cases) {
      // Who has asked already believes the announcement of the other one; who asks both believes whoever is quicker.
      if (line.startsWith('duplicate-address')) await outcomes('lan', 'mac-m1');
      const added = await add(line);
      expect(added.faults, line).toMatchObject([{ id: 'f1', kind: line.split(' ')[0], inForce: true }]);
      expect(statSync(record()).mode & 0o777).toBe(0o600);
      expect(await look(), line).toEqual(seen);
      expect((await listFaults(context())).faults, line).toMatchObject([{ id: 'f1', inForce: true }]);
      await clear();
      expect(existsSync(record()), line).toBe(false);
      expect(everything(), line).toEqual(before);
    }
    // After a link was down nodes hear of each other's names again by gossip, which takes its time.
    const healed = { timeout: 120_000, interval: 1_000 };
    await expect.poll(() => outcomes('ov-m1', 'ov-w1', 'name'), healed).toEqual(['reached']);
    expect(await outcomes('mac-m1', 'mac-w1')).toEqual(['reached']);
  }, 300_000);

  it('some packets are lost where a share is, both ways together about as many as two draws make', async () => {
    await add('drop 30% --on w1');
    const share = lost('m1', '192.168.56.12', 400);
    await clear();
    // 1 - 0.7 * 0.7 = 0.51; six standard deviations of 400 draws are 0.15.
    expect(share).toBeGreaterThan(0.36);
    expect(share).toBeLessThan(0.66);
  });

  it.each(['pause', 'kill'])(
    'engine %s: it does not answer, and is back with its containers afterwards',
    async (action) => {
      await add(`engine ${action} --on w1`);
      expect(exec('w1', 'timeout', '2', 'docker', 'version').status).not.toBe(0);
      const broken = await swarmlab.json<StatusDocument>(0, 'status');
      expect(broken.nodes.find(({ name }) => name === 'w1')?.state).toBe('engine-down');
      expect(broken.faults).toMatchObject([{ id: 'f1', kind: 'engine', nodes: ['w1'] }]);
      await clear();
      const running = must('w1', 'docker', 'ps', '--format', '{{.Names}}').trim().split('\n').toSorted();
      expect(running).toEqual(['mac-w1', 'ov-w1']);
      const { swarm } = await swarmlab.json<StatusDocument>(0, 'status');
      expect(swarm).toMatchObject({ managers: 1, workers: 1 });
    },
  );

  it('several at once: each is taken back for itself; experiments and people keep their hands off each other', async () => {
    await add('block 80/tcp --on w1');
    await add('drop 10% --on w1');
    await add('mtu 1400 --on w1');
    const undone = await swarmlab.run('run', '--undo');
    expect(undone.status, undone.stderr).toBe(0);
    const after = await listFaults(context());
    expect(after.faults.map(({ id, inForce }) => [id, inForce])).toEqual([
      ['f1', true],
      ['f2', true],
      ['f3', true],
    ]);
    expect((await clear('f2')).faults.map(({ id }) => id)).toEqual(['f1', 'f3']);
    expect(lost('m1', '192.168.56.12', 3, 1450)).toBe(1);
    // What up looks at must get through: only then is it up.
    await clear('f3');
    const up = await swarmlab.run('up', '--workers', '1');
    expect([up.status, up.stderr.includes('Broken on purpose: f1, w1 drops 80/tcp')]).toEqual([0, true]);
    expect((await clear()).changed).toEqual(['f1']);
  });

  it('somebody is killed while one is made: the record is there, and clear takes back what was done', async () => {
    const before = everything();
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
      expect(everything()).toEqual(before);
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

  it('wrong-advertise: the swarm is told what is not so, and the truth afterwards; containers are on their overlays again', async () => {
    const format = '{{with index .NetworkSettings.Networks "mesh"}}{{.IPAddress}}{{end}}';
    const place = () => must('w1', 'docker', 'inspect', '-f', format, 'ov-w1').trim();
    const before = place();
    expect(before).toMatch(/^10\./);
    await add('wrong-advertise w1');
    expect(must('w1', 'docker', 'info', '-f', '{{.Swarm.NodeAddr}}')).toBe('10.0.2.15\n');
    expect(place()).toBe('');
    await clear();
    expect(must('w1', 'docker', 'info', '-f', '{{.Swarm.NodeAddr}}')).toBe('192.168.56.12\n');
    expect(must('m1', 'docker', 'node', 'ls', '-q').trim().split('\n')).toHaveLength(2);
    expect(place()).toBe(before);
    const healed = { timeout: 120_000, interval: 1_000 };
    await expect.poll(() => outcomes('ov-m1', 'ov-w1', 'name'), healed).toEqual(['reached']);
  }, 300_000);

  it('down takes them along: the table of the machine is as it was', async () => {
    await add('neighbour-table 3000');
    await add('partition m1 w1');
    const down = await swarmlab.json<DownDocument>(0, 'down');
    expect(down.leaks).toEqual([]);
    expect(thresholds()[2]).not.toBe('3000');
  });
});

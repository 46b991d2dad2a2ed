import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { preferredPort } from '../../src/probe/batch.ts';
import { measurePorts } from '../../src/probe/measure-ports.ts';
import { runProbes } from '../../src/probe/run-probes.ts';
import type { Aim, Observation, Place, Probe, Protocol } from '../../src/probe/types.ts';
import { createMachines, type Machines } from './netns-machines.ts';

const timings = { attemptTimeoutsMs: [400, 600], nameTimeoutMs: 900 };
const protocols: readonly Protocol[] = ['icmp', 'tcp', 'udp'];
const ip = (address: string): Aim => ({ by: 'ip', address });
const name = (value: string): Aim => ({ by: 'name', name: value });
const { signal } = new AbortController();

let lab: Machines;
const places = new Map<string, Place>();

/**
 * m1 and m2 are machines on 10.99.0.0/24. a and b hang on m1, c on m2; a second pair of containers, twin1 and twin2,
 * has one and the same address, each on its own machine.
 */
beforeAll(async () => {
  lab = await createMachines('swp', await mkdtemp(join(tmpdir(), 'probe-agent-')));
  for (const one of ['m1', 'm2', 'a', 'b', 'c', 'twin1', 'twin2', 'none']) await lab.add(one);
  await lab.link('m1', '10.99.0.1/24', 'm2', '10.99.0.2/24');
  await lab.link('m1', '10.99.1.1/24', 'a', '10.99.1.2/24');
  await lab.link('m1', '10.99.2.1/24', 'b', '10.99.2.2/24');
  await lab.link('m2', '10.99.3.1/24', 'c', '10.99.3.2/24');
  await lab.link('m1', '172.29.5.1/24', 'twin1', '172.29.5.2/24');
  await lab.link('m2', '172.29.5.1/24', 'twin2', '172.29.5.2/24');
  for (const [one, gateway] of Object.entries({ a: '10.99.1.1', b: '10.99.2.1', c: '10.99.3.1' })) {
    await lab.run(one, `ip route add default via ${gateway}`);
  }
  for (const one of ['twin1', 'twin2']) await lab.run(one, 'ip route add default via 172.29.5.1');
  for (const one of ['m1', 'm2']) await lab.run(one, 'sysctl -q -w net.ipv4.ip_forward=1');
  await lab.run('m1', 'ip route add 10.99.3.0/24 via 10.99.0.2');
  await lab.run('m2', 'ip route add 10.99.1.0/24 via 10.99.0.1');
  await lab.run('m2', 'ip route add 10.99.2.0/24 via 10.99.0.1');

  const resolv = 'search lab.test\nnameserver 10.99.1.1\noptions ndots:0\n';
  places.set('a', await lab.place('m1', 'a', { hosts: '127.0.0.1 localhost\n10.99.2.2 bee # b\n', resolv }));
  places.set('b', await lab.place('m1', 'b'));
  places.set('c', await lab.place('m2', 'c'));
  places.set('twin1', await lab.place('m1', 'twin1'));
  places.set('twin2', await lab.place('m2', 'twin2'));
  places.set('none', await lab.place('m1', 'none'));
  for (const machine of ['m1', 'm2']) {
    places.set(machine, { ...(await lab.place(machine, machine)), id: machine, namespacePath: null });
  }
});

afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

type Asked = readonly [from: string, to: string, aim: Aim, protocols?: readonly Protocol[], port?: number];

async function probe(
  asked: readonly Asked[],
  extra: readonly Place[] = [],
  attemptTimeoutsMs: readonly number[] = timings.attemptTimeoutsMs,
): Promise<Observation[]> {
  const all = new Map([...places, ...extra.map((place) => [place.id, place] as const)]);
  const idOf = (key: string) => all.get(key)?.id ?? key;
  const probes: Probe[] = asked
    .flatMap(([from, to, aim, which = protocols, port]) =>
      which.map((protocol) => ({ from: idOf(from), to: idOf(to), aim, protocol, port: port ?? null })),
    )
    .map((one, id) => ({ id, ...one }));
  const run = await runProbes({
    connections: lab.connections('m1', 'm2'),
    places: [...all.values()],
    probes,
    timings: { ...timings, attemptTimeoutsMs },
    signal,
    timeoutMs: 30_000,
  });
  expect(run.observations.size).toBe(probes.length);
  return probes.map(({ id }) => {
    const seen = run.observations.get(id);
    if (seen === undefined) throw new Error(`no observation of probe ${id}`);
    return seen;
  });
}

const outcomes = (seen: readonly Observation[]) => seen.map(({ outcome }) => outcome);
const all = (outcome: string) => [outcome, outcome, outcome];

/** Tries that a busy machine spoilt are done again; they are no evidence. */
const evidenceOf = ({ attempts }: Observation) =>
  attempts.map(({ outcome }) => outcome).filter((outcome) => outcome !== 'not-measured');

/** Rules in a namespace for the time of one measurement. */
async function withRules<T>(where: string, rules: readonly string[], work: () => Promise<T>): Promise<T> {
  for (const rule of rules) await lab.run(where, `iptables -w ${rule}`);
  try {
    return await work();
  } finally {
    for (const chain of ['INPUT', 'OUTPUT', 'FORWARD']) await lab.run(where, `iptables -w -F ${chain}`);
  }
}

describe('what gets through', () => {
  it('reaches places of the same and of another machine', async () => {
    const seen = await probe([
      ['a', 'b', ip('10.99.2.2')],
      ['a', 'c', ip('10.99.3.2')],
      ['c', 'm1', ip('10.99.0.1')],
      ['none', 'none', ip('127.0.0.1')],
    ]);
    expect(
      seen.map(({ outcome, detail }) => ({ outcome, detail })).filter(({ outcome }) => outcome !== 'reached'),
    ).toEqual([]);
    expect(seen.every(({ rttMs, attempts }) => rttMs !== null && attempts.length === 1)).toBe(true);
  });

  it('reaches a shared namespace under either name', async () => {
    const sharer = { ...(places.get('b') as Place), id: 'm1/sharer' };
    const seen = await probe(
      [
        ['a', 'm1/sharer', ip('10.99.2.2')],
        ['a', 'b', ip('10.99.2.2')],
      ],
      [sharer],
    );
    expect(outcomes(seen)).toEqual([...all('reached'), ...all('reached')]);
  });

  it('reaches a program that has the port, by what the target saw', async () => {
    const server = lab.start('b', ['python3', '-m', 'http.server', '8099', '--bind', '0.0.0.0']);
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        lab.run('b', 'ss -Hltn sport = :8099').then((out) => {
          if (!out.includes(':8099')) return;
          clearInterval(timer);
          resolve();
        });
      }, 50);
    });
    const [seen] = await probe([['a', 'b', ip('10.99.2.2'), ['tcp'], 8099]]);
    server.kill('SIGKILL');
    expect(seen?.outcome).toBe('reached');
    expect(seen?.detail).toContain('another program');
  });

  it('reaches by a port that is published elsewhere', async () => {
    const rule = `PREROUTING -p tcp --dport 8080 -j DNAT --to-destination 10.99.2.2:${preferredPort}`;
    await lab.run('m1', `iptables -w -t nat -A ${rule}`);
    const seen = await probe([['c', 'b', ip('10.99.0.1'), ['tcp'], 8080]]);
    await lab.run('m1', `iptables -w -t nat -D ${rule}`);
    expect(outcomes(seen)).toEqual(['reached']);
  });
});

describe('what the one before left behind', () => {
  it('takes ids and ports that connection tracking does not know, with many places in one namespace', async () => {
    const sharers = Array.from({ length: 40 }, (_, n) => ({ ...(places.get('a') as Place), id: `m1/a${n}` }));
    const asked = sharers.map(({ id }): Asked => [id, 'b', ip('10.99.2.2'), ['icmp', 'udp']]);
    const tracked = '-m conntrack --ctstate';
    await withRules('b', [`-A INPUT ${tracked} NEW,ESTABLISHED -j ACCEPT`], async () => {
      expect(new Set(outcomes(await probe(asked, sharers)))).toEqual(new Set(['reached']));
      await lab.run('b', 'iptables -w -I INPUT 1 -s 10.99.1.2 -j DROP');
      await lab.run('b', `iptables -w -I INPUT 1 ${tracked} ESTABLISHED -j ACCEPT`);
      expect(new Set(outcomes(await probe(asked, sharers)))).toEqual(new Set(['timeout']));
    });
  });
});

describe('what does not', () => {
  it('times out where packets are dropped, and has tried twice', async () => {
    const seen = await withRules('b', ['-A INPUT -s 10.99.1.2 -j DROP'], () => probe([['a', 'b', ip('10.99.2.2')]]));
    expect(outcomes(seen)).toEqual(all('timeout'));
    expect(seen.map(evidenceOf)).toEqual([all('timeout').slice(1), all('timeout').slice(1), all('timeout').slice(1)]);
  });

  it.each([
    ['icmp-port-unreachable', ['unreachable', 'refused', 'refused']],
    ['icmp-host-prohibited', all('unreachable')],
  ])('says what a filter answers: %s', async (answer, expected) => {
    const rule = `-A FORWARD -d 10.99.2.2 -j REJECT --reject-with ${answer}`;
    const seen = await withRules('m1', [rule], () => probe([['a', 'b', ip('10.99.2.2')]]));
    expect(outcomes(seen)).toEqual(expected);
  });

  it('is refused where nobody listens', async () => {
    const seen = await probe([['a', 'b', ip('10.99.2.2'), ['tcp', 'udp'], 9]]);
    expect(outcomes(seen)).toEqual(['refused', 'refused']);
  });

  it('is unreachable without a route', async () => {
    const seen = await probe([['none', 'b', ip('10.99.2.2')]]);
    expect(outcomes(seen)).toEqual(all('unreachable'));
    expect(seen.map(({ detail }) => detail)).toEqual(all('ENETUNREACH'));
  });

  it('is one-way where the answers are dropped', async () => {
    const seen = await withRules('m1', ['-A FORWARD -s 10.99.2.2 -j DROP'], () => probe([['a', 'b', ip('10.99.2.2')]]));
    expect(outcomes(seen)).toEqual(all('one-way'));
  });

  it('is one-way also where the kernel asks again: that is no full queue', async () => {
    const seen = await withRules('m1', ['-A FORWARD -s 10.99.2.2 -j DROP'], () =>
      probe([['a', 'b', ip('10.99.2.2'), ['tcp']]], [], [1500]),
    );
    expect(outcomes(seen)).toEqual(['one-way']);
  });

  it('is one-way where the target has no route to answer by: that is no full queue either', async () => {
    await lab.run('c', 'ip route del default');
    const seen = await probe([['a', 'c', ip('10.99.3.2'), ['tcp']]]);
    await lab.run('c', 'ip route add default via 10.99.3.1');
    expect(outcomes(seen)).toEqual(['one-way']);
  });

  it('names the wrong responder: another machine has the same address', async () => {
    const seen = await probe([
      ['m1', 'twin2', ip('172.29.5.2')],
      ['twin1', 'twin2', ip('172.29.5.2')],
    ]);
    expect(outcomes(seen)).toEqual([...all('wrong-responder'), ...all('wrong-responder')]);
    expect(new Set(seen.map(({ responder }) => responder))).toEqual(new Set(['m1/twin1']));
  });

  it('finds who has the address of somebody who is gone, though its own agent listens elsewhere', async () => {
    const holder = `
import socket, time
a = socket.create_server(('', ${preferredPort}))
b = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); b.bind(('', ${preferredPort}))
print('ready', flush=True); time.sleep(600)`;
    const child = lab.start('m1', ['python3', '-c', holder]);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const run = await runProbes({
      connections: lab.connections('m1', 'm2'),
      places: [...places.values()],
      probes: protocols.map((protocol, id) => {
        return { id, from: 'm1', to: 'm1', standIn: true, aim: ip('10.99.2.2'), protocol, port: null };
      }),
      timings,
      signal,
      timeoutMs: 30_000,
    });
    child.kill('SIGKILL');
    const seen = [...run.observations.values()];
    expect(outcomes(seen)).toEqual(all('wrong-responder'));
    expect(seen.map(({ responder }) => responder)).toEqual(all('m1/b'));
  });

  it('names a wrong responder that NAT chose', async () => {
    const rule = 'PREROUTING -d 10.99.2.2 -j DNAT --to-destination 10.99.3.2';
    await lab.run('m1', `iptables -w -t nat -A ${rule}`);
    const seen = await probe([
      ['a', 'b', ip('10.99.2.2')],
      ['c', 'm2', ip('10.99.3.1'), ['icmp']],
    ]);
    await lab.run('m1', `iptables -w -t nat -D ${rule}`);
    expect(outcomes(seen.slice(0, 3))).toEqual(all('wrong-responder'));
    expect(seen.slice(0, 3).map(({ responder }) => responder)).toEqual(all('m2/c'));
  });
});

describe('names', () => {
  beforeAll(async () => {
    const args = [
      '--no-daemon',
      '--conf-file=/dev/null',
      '--no-resolv',
      '--no-hosts',
      '--bind-interfaces',
      '--user=root',
    ];
    const records = ['--host-record=cee.lab.test,10.99.3.2', '--local=/lab.test/', '--pid-file=', '--local=/test/'];
    lab.start('m1', ['dnsmasq', ...args, '--listen-address=10.99.1.1', '--txt-record=empty.lab.test,none', ...records]);
    for (let up = false; !up; ) up = (await lab.run('m1', 'ss -Hlun sport = :53')).includes('10.99.1.1:53');
  });

  it.each<[string, string, string]>([
    ['hosts file', 'bee', 'reached'],
    ['hosts file, as it is written', 'BEE', 'reached'],
    ['server and search list', 'cee', 'reached'],
    ['server, whole name', 'cee.lab.test', 'reached'],
    ['final dot, no search', 'cee.', 'servfail'],
    ['final dot, no hosts file', 'bee.', 'servfail'],
    ['NXDOMAIN', 'missing.lab.test.', 'no-name'],
    ['no address', 'empty.lab.test', 'no-name'],
  ])('%s', async (_title, value, expected) => {
    const target = value.toLowerCase() === 'bee' ? 'b' : 'c';
    expect(outcomes(await probe([['a', target, name(value)]]))).toEqual(all(expected));
  });

  it('times out where the resolver is silent, and retries', async () => {
    const seen = await withRules('m1', ['-A INPUT -p udp --dport 53 -j DROP'], () => probe([['a', 'c', name('cee')]]));
    expect(outcomes(seen)).toEqual(all('name-timeout'));
    expect(seen.map(evidenceOf)[0]).toEqual(['name-timeout', 'name-timeout']);
  });

  it.each([
    ['nobody listens', 'b', 'ECONNREFUSED'],
    ['no route', 'none', 'ENETUNREACH'],
  ])('says that the resolver cannot be reached: %s', async (_title, from, code) => {
    const resolv = code === 'ENETUNREACH' ? 'nameserver 10.99.1.1\n' : '';
    const place = { ...(await lab.place('m1', from, { resolv })), id: 'asker' };
    const seen = await probe([['asker', 'c', name('cee'), ['icmp']]], [place]);
    expect(seen[0]).toMatchObject({ outcome: 'unreachable', address: null });
    expect(seen[0]?.detail).toMatch(new RegExp(`^resolver .*: ${code}$`));
  });
});

describe('what cannot be measured', () => {
  it('names a namespace that does not exist, and measures the rest', async () => {
    const gone = { ...(places.get('a') as Place), id: 'gone', namespacePath: '/run/netns/there-is-none' };
    const seen = await probe(
      [
        ['gone', 'b', ip('10.99.2.2')],
        ['a', 'gone', ip('10.99.2.2')],
        ['a', 'b', ip('10.99.2.2')],
      ],
      [gone],
    );
    expect(outcomes(seen)).toEqual([...all('not-measured'), ...all('not-measured'), ...all('reached')]);
    expect(seen[0]?.detail).toContain('ENOENT');
  });

  it('names a file that is no namespace', async () => {
    const file = { ...(places.get('a') as Place), id: 'file', namespacePath: '/etc/passwd' };
    const [seen] = await probe([['file', 'b', ip('10.99.2.2'), ['icmp']]], [file]);
    expect(seen).toMatchObject({ outcome: 'not-measured' });
    expect(seen?.detail).toContain('EINVAL');
  });

  it('names a machine without a connection', async () => {
    const seen = await probe(
      [['lost', 'b', ip('10.99.2.2')]],
      [{ ...(places.get('a') as Place), id: 'lost', machine: 'm9' }],
    );
    expect(outcomes(seen)).toEqual(all('not-measured'));
    expect(seen[0]?.detail).toContain('m9');
  });

  it('does not trust a sender that cannot reach itself', async () => {
    const seen = await withRules('a', ['-A INPUT -p icmp -j DROP'], () => probe([['a', 'b', ip('10.99.2.2')]]));
    expect(outcomes(seen)).toEqual(['not-measured', 'reached', 'reached']);
    expect(seen[0]?.detail).toContain('loopback');
  });

  /** A machine's agent, once a rule in a namespace has dropped the first packet: then probes are under way. */
  async function agentAtWork(machine: string, filtered: string) {
    for (;;) {
      const dropped = (await lab.run(filtered, 'iptables -w -S -v')).match(/-c (\d+) \d+ -j DROP/);
      const child = [...lab.agents].find(({ spawnargs }) => spawnargs.includes(`--net=${lab.path(machine)}`));
      if (child !== undefined && Number(dropped?.[1] ?? 0) > 0) return child;
    }
  }

  it('says so when an agent dies', async () => {
    const rules = ['-A FORWARD -d 10.99.3.2 -j DROP'];
    const [seen] = await withRules('m1', rules, () =>
      Promise.all([
        probe([['a', 'c', ip('10.99.3.2')]]),
        agentAtWork('m2', 'm1').then((agent) => agent.kill('SIGKILL')),
      ]),
    );
    expect(outcomes(seen)).toEqual(all('not-measured'));
    expect(seen[0]?.detail).toContain('m2');
    expect(lab.agents.size).toBe(0);
  });

  it('says so when a place goes meanwhile, and only there', async () => {
    const path = join(lab.folder, 'going');
    await lab.run('b', `touch ${path}`);
    await lab.run('b', `mount --bind ${lab.path('b')} ${path}`);
    const going = { ...(places.get('b') as Place), id: 'going', namespacePath: path };
    const asked: Asked[] = [
      ['a', 'going', ip('10.99.2.2')],
      ['a', 'b', ip('10.99.2.2')],
    ];
    const leave = () => agentAtWork('m1', 'b').then(() => lab.run('b', `umount -l ${path}`));
    const rules = ['-A INPUT -s 10.99.1.2 -j DROP'];
    const [seen] = await withRules('b', rules, () => Promise.all([probe(asked, [going]), leave()]));
    expect(outcomes(seen)).toEqual([...all('not-measured'), ...all('timeout')]);
    expect(seen[0]?.detail).toContain(path);
  });

  it('does not take a full queue of its own listener for a lost answer', async () => {
    await lab.run('b', 'sysctl -q -w net.core.somaxconn=1');
    const seen = await probe(Array.from({ length: 60 }, (): Asked => ['a', 'b', ip('10.99.2.2'), ['tcp']]));
    await lab.run('b', 'sysctl -q -w net.core.somaxconn=4096');
    expect(outcomes(seen).filter((outcome) => !['reached', 'not-measured'].includes(outcome))).toEqual([]);
  });

  it.each(['10.1', '::1', '10.99.2.256'])('says what is no address: %s', async (address) => {
    const seen = await probe([['a', 'b', ip(address)]]);
    expect(outcomes(seen)).toEqual(all('not-measured'));
    expect(seen[0]?.detail).toContain(address);
  });

  it('redoes what was tried while the agent did not run', async () => {
    const rules = ['-A INPUT -s 10.99.1.2 -j DROP'];
    const pause = async () => {
      const agent = await agentAtWork('m1', 'b');
      agent.kill('SIGSTOP');
      await new Promise((resolve) => setTimeout(resolve, 700));
      agent.kill('SIGCONT');
    };
    const [seen] = await withRules('b', rules, () => Promise.all([probe([['a', 'b', ip('10.99.2.2')]]), pause()]));
    expect(outcomes(seen)).toEqual(all('timeout'));
    const starved = seen.flatMap(({ attempts }) => attempts).filter(({ detail }) => detail.includes('starved'));
    expect(starved.map(({ outcome }) => outcome)).toEqual(starved.map(() => 'not-measured'));
    expect(starved.length).toBeGreaterThan(0);
  });
});

describe('ports between machines', () => {
  const nodes = [
    { name: 'm1', address: '10.99.0.1' },
    { name: 'm2', address: '10.99.0.2' },
  ];
  const ports = [
    { protocol: 'tcp', port: 2377 },
    { protocol: 'tcp', port: 7946 },
    { protocol: 'udp', port: 7946 },
    { protocol: 'udp', port: 4789 },
    { protocol: 'esp', port: null },
  ] as const;
  const measure = async () => {
    const seen = await measurePorts({
      connections: lab.connections('m1', 'm2'),
      nodes,
      ports,
      timings,
      signal,
      timeoutMs: 30_000,
    });
    expect(seen.length).toBe(10);
    return Object.fromEntries(
      seen.map((row) => [`${row.from} ${row.to} ${row.protocol} ${row.port ?? ''}`.trim(), row]),
    );
  };
  const shut = [
    '-A INPUT -i v1 -p tcp --dport 2377 -j DROP',
    '-A INPUT -i v1 -p tcp --dport 7946 -j DROP',
    '-A INPUT -i v1 -p udp --dport 7946 -j DROP',
    '-A INPUT -i v1 -p udp --dport 4789 -j DROP',
    '-A INPUT -i v1 -p esp -j DROP',
  ];
  const of = (seen: Awaited<ReturnType<typeof measure>>, direction: string) =>
    Object.entries(seen)
      .filter(([key]) => key.startsWith(direction))
      .map(([, row]) => row.outcome);

  it('echoes on free ports', async () => {
    const seen = await measure();
    expect(Object.values(seen).filter(({ outcome }) => outcome !== 'reached')).toEqual([]);
  });

  it('measures each direction on its own', async () => {
    const seen = await withRules('m2', shut, measure);
    expect(of(seen, 'm1 m2')).toEqual(Array(5).fill('timeout'));
    expect(of(seen, 'm2 m1')).toEqual(Array(5).fill('reached'));
  });

  describe('that others hold', () => {
    beforeAll(async () => {
      for (const machine of ['m1', 'm2']) {
        await lab.run(machine, 'ip link add vx0 type vxlan id 7 dstport 4789 local 10.99.0.1');
        await lab.run(machine, 'ip link set vx0 up');
        const holder = `
import socket, time
a = socket.create_server(('', 2377)); b = socket.create_server(('', 7946))
c = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); c.bind(('', 7946))
print('ready', flush=True); time.sleep(600)`;
        const child = lab.start(machine, ['python3', '-c', holder]);
        await new Promise((resolve) => child.stdout.once('data', resolve));
      }
    });

    it('sees what arrives behind the filter', async () => {
      const seen = await measure();
      expect(Object.values(seen).filter(({ outcome }) => outcome !== 'reached')).toEqual([]);
      for (const port of ['tcp 2377', 'tcp 7946', 'udp 7946', 'udp 4789']) {
        expect(seen[`m1 m2 ${port}`]?.detail).toContain('another program holds the port');
      }
    });

    it('does not take for arrived what the filter drops', async () => {
      const seen = await withRules('m2', shut, measure);
      expect(of(seen, 'm1 m2')).toEqual(Array(5).fill('timeout'));
      expect(of(seen, 'm2 m1')).toEqual(Array(5).fill('reached'));
    });
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExplainDocument } from '../../src/verdict/explain-types.ts';
import { createSwarmlab, type Swarmlab } from './swarmlab.ts';

/** On a machine that others use too, engines take their time; nothing is judged by it. */
const slowTestMs = 120_000;
const image = 'swarmlab/built-in:1';

let swarmlab: Swarmlab;

async function on(node: string, ...argv: string[]): Promise<string> {
  const { status, stdout, stderr } = await swarmlab.run('exec', node, ...argv);
  if (status !== 0) throw new Error(`${argv.join(' ')} on ${node} ended with ${status}: ${stdout}${stderr}`);
  return stdout.trim();
}

const start = (node: string, name: string, network: string, ...options: string[]) =>
  on(node, 'docker', 'run', '-d', '--name', name, '--network', network, ...options, image, 'sleep', '100000');

const explain = (...argv: string[]) => swarmlab.json<ExplainDocument>(0, 'explain', ...argv);

/** `outcome cause node confidence`. */
const told = ({ outcome, cause }: ExplainDocument) => `${outcome} ${cause.id} ${cause.node ?? '-'} ${cause.confidence}`;

/** Breaks something by a command on a node, asks, and mends it by another, whatever came. */
async function whileBroken<T>(node: string, script: string, mend: string, ask: () => Promise<T>): Promise<T> {
  await on(node, 'sh', '-ec', script);
  try {
    return await ask();
  } finally {
    await on(node, 'sh', '-c', mend);
  }
}

/** At the top of INPUT and OUTPUT, at the interface on the segment, and away again. */
const closed = (match: string) =>
  [
    `iptables -I INPUT 1 -i eth1 ${match} -j DROP && iptables -I OUTPUT 1 -o eth1 ${match} -j DROP`,
    `iptables -D INPUT -i eth1 ${match} -j DROP; iptables -D OUTPUT -o eth1 ${match} -j DROP`,
  ] as const;

beforeAll(async () => {
  swarmlab = await createSwarmlab();
  await swarmlab.json(0, 'up');
  await on('m1', 'docker', 'network', 'create', '-d', 'overlay', '--attachable', 'ov');
  const macvlan = (range: string) => [
    'docker',
    'network',
    'create',
    '-d',
    'macvlan',
    '-o',
    'parent=eth1',
    '--subnet',
    '192.168.56.0/24',
    '--gateway',
    '192.168.56.254',
    '--ip-range',
    range,
    'mac',
  ];
  await Promise.all([
    (async () => {
      await start('m1', 'c1', 'ov');
      await start('w1', 'c2', 'ov');
    })(),
    on('m1', ...macvlan('192.168.56.64/28')).then(() => start('m1', 'v1', 'mac')),
    on('w1', ...macvlan('192.168.56.80/28')).then(() => start('w1', 'v2', 'mac')),
    start('w2', 'b1', 'bridge'),
  ]);
}, slowTestMs);

afterAll(async () => {
  await swarmlab?.[Symbol.asyncDispose]();
}, slowTestMs);

describe('explain, on a lab that is whole', () => {
  it(
    'says by which way packets went, or by which rule they do not',
    async () => {
      const overlay = await explain('c1', 'c2');
      expect(told(overlay)).toBe('reached reached - certain');
      expect(overlay.evidence.map(({ what }) => what).join('\n')).toContain('VXLAN to w1 with packets of the pair');
      expect(told(await explain('v1', 'v2'))).toBe('reached reached - certain');
      expect(told(await explain('v1', 'node:m1'))).toMatch(/^(timeout|unreachable) macvlan\.own-host m1 certain$/);
      expect(told(await explain('b1', 'world'))).toBe('reached reached - certain');
    },
    slowTestMs,
  );

  it(
    'refuses what it cannot ask',
    async () => {
      const { status, stdout } = await swarmlab.run('explain', 'c1', 'nobody', '--json');
      expect([status, JSON.parse(stdout).error.code]).toEqual([2, 'selector.unknown']);
      const published = await swarmlab.run('explain', 'c1', 'b1', '--by', 'published', '--json');
      expect([published.status, JSON.parse(published.stdout).error.code]).toEqual([2, 'explain.not-published']);
    },
    slowTestMs,
  );
});

describe('explain, on a lab in which one thing is broken', () => {
  it.each<[string, string, string, readonly [string, string], RegExp]>([
    [
      '4789/udp is shut at w1',
      'c1 c2',
      'w1',
      closed('-p udp --dport 4789'),
      /^(timeout|one-way) overlay\.data-path-blocked w1 certain$/,
    ],
    ['7946 is shut at w1', 'c1 c2', 'w1', closed('-p tcp --dport 7946'), /overlay\.gossip-blocked w1 certain$/],
    [
      'm1 and w1 are cut off from each other',
      'c1 c2',
      'w1',
      [
        'iptables -I INPUT 1 -s 192.168.56.11 -j DROP && iptables -I OUTPUT 1 -d 192.168.56.11 -j DROP',
        'iptables -D INPUT 1; iptables -D OUTPUT 1',
      ],
      /segment\.partitioned w1 certain$/,
    ],
    [
      'the MTU of w1 is lower',
      'c1 c2',
      'w1',
      ['ip link set eth1 mtu 1300', 'ip link set eth1 mtu 1500'],
      /^reached segment\.mtu w1 certain$/,
    ],
    [
      'three in ten packets to w1 are lost',
      'c1 c2',
      'w1',
      ['iptables -I INPUT 1 -i eth1 -m statistic --mode random --probability 0.3 -j DROP', 'iptables -D INPUT 1'],
      /segment\.loses-packets w1 certain$/,
    ],
    [
      'ICMP alone is shut at w1, which is no partition',
      'node:m1 node:w1',
      'w1',
      closed('-p icmp'),
      /firewall\.blocks w1 certain$/,
    ],
    [
      'v1 took the address of v2',
      'v1 v2',
      'm1',
      [
        'nsenter -t $(docker inspect -f {{.State.Pid}} v1) -n ip addr add 192.168.56.80/24 dev eth0',
        'nsenter -t $(docker inspect -f {{.State.Pid}} v1) -n ip addr del 192.168.56.80/24 dev eth0',
      ],
      /address\.duplicate m1 certain$/,
    ],
    [
      'the engine of w1 is stopped by a signal',
      'c1 c2',
      'w1',
      ['kill -STOP $(cat /var/run/docker.pid)', 'kill -CONT $(cat /var/run/docker.pid)'],
      /engine\.paused w1 certain$/,
    ],
  ])(
    '%s',
    async (_, pair, node, [script, mend], expected) => {
      const document = await whileBroken(node, script, mend, () => explain(...pair.split(' ')));
      expect(told(document), JSON.stringify(document, null, 1)).toMatch(expected);
    },
    slowTestMs,
  );

  it(
    'names an engine that is dead, with the last of the tests: nothing brings it back',
    async () => {
      await on('w1', 'sh', '-c', 'kill -KILL $(cat /var/run/docker.pid)');
      expect(told(await explain('c1', 'c2'))).toMatch(/engine\.down w1 certain$/);
      const human = await swarmlab.run('explain', 'c1', 'c2');
      expect(human.stdout.split('\n')[0]).toMatch(/^m1\/c1 (reaches|does not reach|could not)/);
    },
    slowTestMs,
  );
});

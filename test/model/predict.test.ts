import { describe, expect, it } from 'vitest';
import { letterNodes } from '../../src/experiment/build/letters.ts';
import { parseExperiment } from '../../src/experiment/language/parse.ts';
import { predictExperiment } from '../../src/model/experiment.ts';
import { labPlan } from '../experiment/lab-fixture.ts';

/** `outcome rule` of the last probe of an experiment; the steps are YAML, one to an item. */
function foretold(text: string, options: { engine?: string; features?: readonly 'vxlan'[] } = {}): string {
  const plan = labPlan();
  const nodes = letterNodes(plan);
  const names = [...nodes.values()].map(({ name }) => name);
  const { engine: engineVersion = '20.10.24', features } = options;
  const facts = new Map(names.map((name) => [name, { engineVersion, kernel: '', forwardPolicy: 'DROP' }]));
  const lab = {
    plan,
    nodes,
    facts,
    ...(features ? { features: new Map(names.map((name) => [name, new Set(features)])) } : {}),
  };
  const experiment = parseExperiment(
    `id: t\ntitle: T\nabout: A\nneeds: {nodes: 3, outsider: true, kernel: [vxlan, esp4]}\n${text}`,
    't.yaml',
  );
  const probes = predictExperiment(experiment, lab).flatMap(({ cells }) => cells.flatMap((cell) => cell.probes));
  const { expected, rule } = probes.at(-1)?.prediction ?? { expected: '', rule: { id: '' } };
  return `${expected} ${rule.id}`;
}

const ask = (line: string, more = 'by: ip') =>
  `  - {title: Ask, probe: {${more}, protocols: [icmp], expect: ['${line}: any']}}\n`;
const askTcp = (line: string, more: string) =>
  `  - {title: Ask, probe: {${more}, protocols: [tcp], expect: ['${line}: any']}}\n`;

const across = `disturbs: swarm
networks: {wide: {driver: overlay, attachable: true}, coded: {driver: overlay, attachable: true, options: {encrypted: ''}}}
containers:
  a1: {node: A, networks: [wide]}
  b1: {node: B, networks: [wide]}
  x1: {node: A, networks: [coded]}
  y1: {node: B, networks: [coded]}
  late: {node: B, networks: [wide], start: false}
steps:
`;
const block = (node: string, port: string, direction = 'both') =>
  `  - {title: Close, block: {node: ${node}, port: ${port}, direction: ${direction}}}\n`;

describe('across nodes', () => {
  it.each([
    ['', 'a1 -> b1', 'reached overlay.one-segment'],
    [block('B', '4789/udp'), 'a1 -> b1', 'not-reached overlay.needs-4789'],
    [block('B', '4789/udp', 'in'), 'a1 -> b1', 'not-reached overlay.needs-4789'],
    [block('B', '4789/udp', 'out'), 'a1 -> b1', 'one-way overlay.answer-dies'],
    [block('C', '4789/udp'), 'a1 -> b1', 'reached overlay.one-segment'],
    [block('B', '4789/udp'), 'x1 -> y1', 'reached overlay.one-segment'],
    ['  - {title: Close, block: {node: B, port: esp}}\n', 'x1 -> y1', 'not-reached overlay.encrypted.needs-esp'],
    ['  - {title: Lose, lose: B}\n', 'a1 -> b1', 'not-reached overlay.node-lost'],
    ['  - {title: Lose, lose: B}\n', 'a1 -> world', 'reached overlay.gateway-bridge'],
    ['  - {title: Lose, lose: B}\n', 'b1 -> world', 'not-reached node.lost.out'],
    ['  - {title: Leave, leave: B}\n', 'b1 -> world', 'not-reached swarm.left-unplugged'],
  ])('%s%s: %s', (steps, line, said) => {
    expect(foretold(`${across}${steps}${ask(line)}`)).toBe(said);
  });

  const onItsBridge = across
    .replace('networks: {', 'networks: {own: {driver: bridge, nodes: [B]}, ')
    .replace(
      'containers:\n',
      'containers:\n  own1: {node: B, networks: [own]}\n  own2: {node: B, networks: [{network: own, aliases: [it]}]}\n',
    );
  it.each([
    ['', 'own1 -> own2', 'by: name', 'reached network.embedded-dns'],
    ['leave: B', 'own1 -> own2', 'by: name', 'no-name swarm.left-names-lost'],
    ['leave: B', 'own2 -> own2', 'by: name, name: it', 'no-name swarm.left-names-lost'],
    ['leave: B', 'own1 -> own2', 'by: ip', 'reached bridge.same-segment'],
    ['leave: C', 'own1 -> own2', 'by: name', 'reached network.embedded-dns'],
    ['leave: B}\n  - {title: Again, restart: own2', 'own1 -> own2', 'by: name', 'reached network.embedded-dns'],
    ['leave: B}\n  - {title: Again, restart: own1', 'own1 -> own2', 'by: name', 'no-name swarm.left-names-lost'],
    ['leave: B}\n  - {title: Back, join: B', 'own1 -> own2', 'by: name', 'no-name swarm.left-names-lost'],
  ])('who leaves the swarm forgets names, also of its own bridges: %s, %s %s: %s', (step, line, by, said) => {
    const steps = step === '' ? '' : `  - {title: Step, ${step}}\n`;
    expect(foretold(`${onItsBridge}${steps}${ask(line, by)}`)).toBe(said);
  });

  it('an encrypted overlay dies where a kernel has no ESP', () => {
    expect(foretold(`${across}${ask('x1 -> y1')}`, { features: ['vxlan'] })).toBe(
      'not-reached overlay.encrypted.needs-esp',
    );
  });

  it.each([
    [`${block('B', '7946/udp')}`, 'a1 -> b1', 'reached overlay.swarm-dns'],
    [`${block('B', '7946/udp')}${block('B', '7946/tcp')}`, 'a1 -> b1', 'undecided gossip.under-way'],
    [
      `${block('B', '7946/udp')}${block('B', '7946/tcp')}  - {title: Wait, wait: {name: {from: a1, name: b1, answers: false}}}\n`,
      'a1 -> b1',
      'no-name gossip.forgotten',
    ],
    [`${block('B', '7946/udp')}  - {title: New, create: late}\n`, 'a1 -> late', 'undecided gossip.under-way'],
    [
      `${block('B', '7946/udp')}  - {title: New, create: late}\n  - {title: Wait, wait: {name: {from: a1, name: late}}}\n`,
      'a1 -> late',
      'reached overlay.swarm-dns',
    ],
  ])('%s%s by name: %s', (steps, line, said) => {
    expect(foretold(`${across}${steps}${ask(line, 'by: name')}`)).toBe(said);
  });
});

const local = `disturbs: engine
networks:
  front: {driver: bridge}
  shut: {driver: bridge, internal: true}
  apart: {driver: bridge, options: {com.docker.network.bridge.enable_icc: 'false'}}
  odd: {driver: bridge, options: {com.docker.network.bridge.gateway_mode_ipv4: routed}}
containers:
  web: {networks: [front], publish: ['8080:80']}
  near: {networks: [front]}
  in1: {networks: [shut]}
  kept: {networks: [apart]}
  kept2: {networks: [apart]}
  both: {networks: [front, shut]}
  doubled: {networks: [front, shut], publish: ['8081:80']}
  strange: {networks: [odd]}
  strange2: {networks: [odd]}
steps:
`;

describe('a closed port beside a published one', () => {
  const beside = local.replace('disturbs: engine\n', 'disturbs: swarm\n');
  it.each([
    // The packets' destination is the container's port by then.
    [block('A', '80/tcp', 'in'), 'lan -> web', 'not-reached published.port-closed'],
    [block('A', '80/tcp', 'in'), 'lan -> node:A', 'not-reached published.port-closed'],
    [block('A', '8080/tcp', 'in'), 'lan -> web', 'reached published.port'],
    [block('A', '80/tcp', 'out'), 'lan -> web', 'reached published.port'],
    [block('A', '80/tcp'), 'node:A -> web', 'reached published.port'],
    [block('A', '80/udp'), 'lan -> web', 'reached published.port'],
    [block('B', '8080/tcp', 'out'), 'node:B -> web', 'not-reached port.closed'],
    [block('B', '80/tcp', 'out'), 'node:B -> web', 'reached published.port'],
  ])('%s%s: %s', (steps, line, said) => {
    expect(foretold(`${beside}${steps}${askTcp(line, 'by: published, port: 8080')}`)).toBe(said);
  });
});

const alike = `networks:
  same: {nodes: [A, B], subnet: 172.20.0.0/24}
  apart: {nodes: [A, B], subnet: 172.21.0.0/24, options: {com.docker.network.bridge.enable_icc: 'false'}}
  plain: {nodes: [A], options: {com.docker.network.bridge.enable_ip_masquerade: 'false'}}
  mine: {nodes: [A], subnet: 172.22.0.0/24, options: {com.docker.network.bridge.enable_ip_masquerade: 'false'}}
  lan1: {driver: macvlan, nodes: [B]}
containers:
  s1: {networks: [{network: same, ip: 172.20.0.5}]}
  s2: {networks: [{network: same, ip: 172.20.0.6}]}
  t1: {node: B, networks: [{network: same, ip: 172.20.0.5}]}
  p1: {networks: [{network: apart, ip: 172.21.0.5}]}
  p2: {networks: [{network: apart, ip: 172.21.0.6}]}
  q1: {node: B, networks: [{network: apart, ip: 172.21.0.5}]}
  u1: {networks: [plain]}
  v1: {networks: [mine]}
  m1x: {node: B, networks: [lan1]}
steps:
`;

describe('subnets that are there twice, and packets that are not translated', () => {
  it.each([
    ['s2 -> t1', 'wrong-responder address.taken-here'],
    ['node:A -> t1', 'wrong-responder address.taken-here'],
    ['p2 -> q1', 'not-reached address.icc-off'],
    // Its own address: nothing is switched.
    ['p1 -> q1', 'wrong-responder address.taken-here'],
    ['node:A -> q1', 'wrong-responder address.taken-here'],
    ['u1 -> world', 'reached bridge.untranslated'],
    ['u1 -> m1x', 'reached bridge.untranslated'],
    ['v1 -> lan', 'undecided bridge.no-masquerade'],
    ['v1 -> m1x', 'undecided bridge.no-masquerade'],
  ])('%s: %s', (line, said) => {
    expect(foretold(`${alike}${ask(line)}`)).toBe(said);
  });
});

const serving = `networks:
  wide: {driver: overlay, attachable: true}
  inner: {driver: overlay, attachable: true, internal: true}
containers: {cc: {networks: [wide]}}
services:
  fleet:
    replicas: 1
    nodes: [B]
    endpointMode: dnsrr
    networks: [wide]
    publish: [{hostPort: 8080, port: 80, mode: host}]
  none:
    replicas: 0
    endpointMode: dnsrr
    networks: [wide]
    publish: [{hostPort: 8082, port: 80, mode: host}]
  shut:
    nodes: [B]
    endpointMode: dnsrr
    networks: [inner]
    publish: [{hostPort: 8081, port: 80, mode: host}]
steps:
`;
const scale = '  - {title: None, scale: {service: fleet, replicas: 0}}\n';

describe('a service', () => {
  it.each([
    ['cc -> svc:fleet', 'by: name', '', 'reached service.tasks'],
    ['cc -> svc:fleet', 'by: name', scale, 'undecided gossip.under-way'],
    ['cc -> svc:none', 'by: name', '', 'no-name service.no-addresses'],
    ['cc -> svc:none', 'by: name, name: tasks.none', '', 'no-name service.no-addresses'],
    ['cc -> svc:fleet', 'by: name', `${block('B', '2377/tcp')}${scale}`, 'undecided gossip.under-way'],
    ['lan -> node:B', 'by: published, port: 8080', '', 'reached published.host-mode'],
    ['lan -> node:B', 'by: published, port: 8081', '', 'refused published.not-by-this-network'],
    ['lan -> node:A', 'by: published, port: 8080', '', 'refused published.host-mode.elsewhere'],
    ['lan -> node:B', 'by: published, port: 8082', '', 'refused published.host-mode.elsewhere'],
    ['lan -> node:B', 'by: published, port: 8080', scale, 'undecided service.no-tasks'],
  ])('%s (%s) after %s: %s', (line, how, steps, said) => {
    expect(foretold(`${serving}${steps}${askTcp(line, how)}`)).toBe(said);
  });
});

const gone = `networks: {front: {nodes: [A]}, bare: {nodes: [A], options: {com.docker.network.bridge.enable_ip_masquerade: 'false'}}}
containers:
  web: {networks: [front], publish: ['8080:80']}
  one: {networks: [{network: front, aliases: [both]}]}
  two: {networks: [{network: front, aliases: [both]}]}
  asks: {networks: [bare], publish: ['8081:80']}
  next: {networks: [bare]}
  hosted: {network: host}
  lodger: {network: 'container:hosted'}
steps:
`;

describe('who does not run, and who shares', () => {
  it.each([
    ['web -> one', 'by: name, name: both', '', 'reached network.embedded-dns'],
    ['web -> one', 'by: name, name: both', '  - {title: S, stop: one}\n', 'wrong-responder name.somebody-else'],
    ['web -> hosted', 'by: ip', '', 'reached bridge.to-own-node'],
    ['web -> lodger', 'by: ip', '', 'reached bridge.to-own-node'],
    ['web -> hosted', 'by: ip', '  - {title: S, stop: hosted}\n', 'undecided stopped.host-answers'],
    ['asks -> web', 'by: published, port: 8080', '', 'not-reached published.from-an-untranslated-bridge'],
    ['next -> asks', 'by: published, port: 8081', '', 'reached published.by-the-proxy'],
  ])('%s (%s) after %s: %s', (line, how, steps, said) => {
    expect(foretold(`${gone}${steps}${askTcp(line, how)}`)).toBe(said);
  });
});

const linking = `networks:
  front: {nodes: [A], options: {com.docker.network.bridge.enable_icc: 'false'}}
  back: {nodes: [A]}
containers:
  db: {networks: [back, front]}
  web: {networks: [front, back], links: ['db:store']}
  app: {networks: [back, front], links: ['db:store']}
steps:
`;

describe('the name of a link', () => {
  it.each([
    // Of the network that it was created on, and of no other.
    ['web -> db', '', 'not-reached icc.off'],
    ['app -> db', '', 'reached network.embedded-dns'],
    [
      'app -> db',
      '  - {title: Off, disconnect: {container: app, network: back}}\n',
      'no-name network.names-stay-within',
    ],
  ])('%s%s: %s', (line, steps, said) => {
    expect(foretold(`${linking}${steps}${ask(line, 'by: name, name: store')}`)).toBe(said);
  });

  const byFile = `containers: {db: {networks: [bridge]}, web: {networks: [bridge], links: ['db:store']}}\nsteps:\n`;
  it.each([
    ['', 'reached link.hosts-entry'],
    // The entry of /etc/hosts stays; who has the address then is another question.
    ['  - {title: Off, disconnect: {container: db, network: bridge}}\n', 'undecided link.hosts-entry-stale'],
    ['  - {title: Off, stop: db}\n', 'undecided link.hosts-entry-stale'],
  ])('on the default bridge, web -> db%s: %s', (steps, said) => {
    expect(foretold(`${byFile}${steps}${ask('web -> db', 'by: name, name: store')}`)).toBe(said);
  });
});

describe('on one node', () => {
  it.each([
    ['kept -> kept2', '', '20.10.24', 'not-reached icc.off'],
    ['node:A -> kept', '', '20.10.24', 'reached bridge.own-node'],
    ['node:A -> in1', '', '20.10.24', 'reached bridge.own-node'],
    ['in1 -> node:A', '', '20.10.24', 'reached internal.own-node-open'],
    ['in1 -> node:A', '', '24.0.7', 'undecided internal.own-node-unsure'],
    ['in1 -> node:A', '', '25.0.3', 'not-reached internal.no-route-out'],
    ['in1 -> world', '', '20.10.24', 'not-reached internal.no-way-out'],
    ['both -> world', '', '20.10.24', 'reached bridge.masquerade'],
    ['strange -> strange2', '', '28.1.0', 'undecided option.unknown'],
    ['near -> web', '  - {title: Stop, stop: web}\n', '20.10.24', 'not-reached stopped.nobody-answers'],
    [
      'near -> web',
      '  - {title: Run, run: {in: near, command: [ip, link, set, eth0, down]}}\n',
      '20.10.24',
      'undecided world.disturbed',
    ],
    [
      'near -> web',
      '  - {title: Run, run: {in: near, command: [ip, route]}}\n',
      '20.10.24',
      'reached bridge.same-segment',
    ],
  ])('%s after %s on %s: %s', (line, steps, engine, said) => {
    expect(foretold(`${local}${steps}${ask(line)}`, { engine })).toBe(said);
  });

  it.each([
    ['20.10.24', 'reached published.moved-to-internal'],
    ['26.1.5', 'undecided published.moved-to-internal.unsure'],
    ['24.0.7', 'undecided published.moved-to-internal.unsure'],
  ])('a published port whose network is gone, beside an internal one, on %s: %s', (engine, said) => {
    const steps = '  - {title: Off, disconnect: {container: doubled, network: front}}\n';
    const asked = askTcp('lan -> doubled', 'by: published, port: 8081');
    expect(foretold(`${local}${steps}${asked}`, { engine })).toBe(said);
  });

  it.each([
    ['lan -> web', '20.10.24', 'reached published.port'],
    ['near -> web', '20.10.24', 'reached published.by-the-proxy'],
    ['near -> web', '28.1.0', 'undecided published.from-a-container'],
    ['in1 -> web', '20.10.24', 'not-reached published.from-an-internal-bridge'],
    ['lan -> node:B', '20.10.24', 'refused published.nobody'],
  ])('port 8080, %s on %s: %s', (line, engine, said) => {
    expect(foretold(`${local}${askTcp(line, 'by: published, port: 8080')}`, { engine })).toBe(said);
  });
});

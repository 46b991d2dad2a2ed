import { describe, expect, it } from 'vitest';
import type { Problem } from '../../../src/core/errors.ts';
import { LabError } from '../../../src/core/errors.ts';
import { parseExperiment } from '../../../src/experiment/language/parse.ts';

const probe = 'steps:\n  - title: s\n    probe: {by: name, expect: [aa -> bb: yes]}\n';
const pair = 'title: t\ncontainers: {aa: {networks: [red]}, bb: {networks: [red]}}\nnetworks: {red: {}}\n';

function problemsOf(text: string): readonly Problem[] {
  try {
    parseExperiment(text, 'f.yaml');
    return [];
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    expect(error).toMatchObject({ code: 'experiment.invalid', exitStatus: 2 });
    return error.problems;
  }
}

/** The problems of a file with these steps, two networks and some containers. */
function stepProblems(steps: string): readonly Problem[] {
  return problemsOf(`title: t
networks: {red: {}, blue: {}, wide: {driver: overlay, attachable: true}}
containers:
  web: {networks: [red], publish: ['8080:80']}
  both: {networks: [red, blue]}
  lone: {network: none}
  later: {networks: [red], start: false}
services: {shop: {networks: [wide], endpointMode: dnsrr}, desk: {networks: [wide]}}
steps:
${steps}`);
}

const shown = (problems: readonly Problem[]) =>
  problems.map(({ code, line, column, message, hint }) =>
    `${line}:${column} ${code} ${message} -> ${hint ?? ''}`.trim(),
  );

describe('an experiment', () => {
  it('is filled in where the file says nothing', () => {
    expect(parseExperiment(`${pair}${probe}`, 'some/where/two.yaml')).toMatchObject({
      id: 'two',
      about: '',
      sources: [],
      needs: { nodes: 1, outsider: false, kernel: [], engine: null, programs: [] },
      disturbs: 'nothing',
      ownLab: null,
      networks: [{ name: 'red', driver: 'bridge', nodes: ['A'], subnet: null, parent: null, internal: false }],
      containers: [
        { name: 'aa', node: 'A', image: null, atStart: true, restart: 'no', command: null },
        { name: 'bb', attach: { kind: 'networks', networks: [{ network: 'red', ip: null, aliases: [] }] } },
      ],
      services: [],
      steps: [{ title: 's', because: null, see: null, when: null, line: 5 }],
      file: 'some/where/two.yaml',
    });
  });

  it('may say everything', () => {
    const experiment = parseExperiment(everything, 'f.yaml');
    expect(experiment).toMatchObject({
      id: 'all-of-it',
      needs: { nodes: 3, outsider: true, kernel: ['macvlan', '8021q'], programs: ['etcd'] },
      ownLab: { managers: 1, workers: 2, outsiders: 1, engine: { icc: false }, swarm: { dataPathPort: 4790 } },
      disturbs: 'nothing',
    });
    expect(experiment.needs.engine?.text).toBe('>=20.10 <29');
    expect(
      experiment.networks.map(({ name, nodes, subnet, parent }) => [name, nodes.join(''), subnet, parent]),
    ).toEqual([
      ['red', 'AB', '172.20.0.0/16', null],
      ['split', 'A', '10.9.1.0/24', { kind: 'none' }],
      ['split', 'B', '10.9.2.0/24', { kind: 'none' }],
      ['tagged', 'A', null, { kind: 'vlan', id: 10 }],
      ['conf', 'C', null, { kind: 'segment' }],
      ['wide', 'A', null, null],
      ['mesh', 'A', null, null],
    ]);
    const [web] = experiment.containers;
    expect(web).toMatchObject({
      publish: [
        { hostAddress: null, hostPort: 8080, port: 80, protocol: 'tcp' },
        { hostAddress: '127.0.0.1', hostPort: 5353, port: 53, protocol: 'udp' },
      ],
      listen: [{ port: 81, protocol: 'tcp' }],
      expose: [{ port: 82, protocol: 'udp' }],
      env: { ONE: '1', YES: 'true' },
      command: ['sh', '-c', 'sleep 1'],
      entrypoint: ['tini', '--'],
      attach: { networks: [{ network: 'red', ip: '172.20.0.9', mac: '02:42:00:00:00:09', aliases: ['www'] }] },
    });
    expect(experiment.services[0]?.publish).toEqual([
      { hostPort: 8090, port: 80, protocol: 'tcp', mode: 'ingress' },
      { hostPort: 8091, port: 53, protocol: 'udp', mode: 'host' },
    ]);
    expect(experiment.steps.map(({ action }) => action.kind)).toEqual([
      ...['probe', 'check', 'connect', 'disconnect', 'stop', 'start', 'restart', 'create', 'create-service', 'scale'],
      ...[
        'block',
        'block',
        'open',
        'drain',
        'activate',
        'promote',
        'demote',
        'leave',
        'join',
        'lose',
        'revive',
        'route',
      ],
      ...['wait', 'wait', 'wait', 'wait', 'wait', 'run', 'run', 'refused', 'refused', 'remove'],
    ]);
    const [first] = experiment.steps;
    expect(first).toMatchObject({
      because: 'it is so',
      see: 'https://docs.docker.com/',
      when: { forwardPolicy: 'DROP' },
    });
    expect(first?.action.kind === 'probe' && first.action.probe).toMatchObject({
      by: 'ip',
      network: 'red',
      protocols: ['udp'],
      port: 53,
      variants: [
        { when: { engine: { text: '<28' }, forwardPolicy: 'DROP', provider: 'netns' }, cells: [{ because: 'old' }] },
        {
          when: null,
          cells: [
            { from: 'lan', to: 'web', expected: 'not-reached', because: 'new', see: null },
            { from: 'node:B', to: 'web', expected: 'any', because: null },
          ],
        },
      ],
    });
  });

  it.each([
    [
      'the last letter',
      'steps: [{title: s, probe: {by: ip, expect: ["aa -> node:Z: yes"]}}]\n',
      { needs: { nodes: 26 } },
    ],
    ['a swarm-disturbing step', 'steps: [{title: s, drain: B}]\n', { disturbs: 'swarm', needs: { nodes: 2 } }],
    [
      'a lab of its own',
      'lab: {workers: 2}\nsteps: [{title: s, drain: B}]\n',
      { disturbs: 'nothing', needs: { nodes: 3 } },
    ],
    ['what it says itself', 'disturbs: engine\nsteps: [{title: s, restart: aa}]\n', { disturbs: 'engine' }],
    ['the LAN', 'steps: [{title: s, probe: {by: ip, expect: [lan -> aa: no]}}]\n', { needs: { outsider: true } }],
  ])('is told by %s how it runs and what it needs', (_what, text, expected) => {
    expect(parseExperiment(`${pair}${text}`, 'f.yaml')).toMatchObject(expected);
  });

  it.each([
    ['two protocols without a port', '{by: name, expect: [aa -> bb: yes]}', ['icmp', 'tcp', 'udp'], null],
    ['a port', '{by: name, port: 80, expect: [aa -> bb: yes]}', ['tcp'], 80],
    ['a UDP port', '{by: name, port: 53/udp, expect: [aa -> bb: yes]}', ['udp'], 53],
    ['what it says', '{by: name, port: 80, protocols: [tcp, icmp], expect: [aa -> bb: yes]}', ['tcp', 'icmp'], 80],
    ['what is published', '{by: published, expect: [aa -> bb: yes]}', ['udp'], 5353],
  ])('is asked by %s', (_what, asked, protocols, port) => {
    const text = `title: t\ncontainers: {aa: {}, bb: {publish: ['5353:53/udp']}}\nsteps: [{title: s, probe: ${asked}}]\n`;
    const action = parseExperiment(text, 'f.yaml').steps[0]?.action;
    expect(action?.kind === 'probe' && action.probe).toMatchObject({ protocols, port });
  });

  it('may change what an address means from step to step', () => {
    expect(
      stepProblems(`  - {title: one address, probe: {by: ip, expect: [both -> web: yes]}}
  - {title: second, connect: {container: web, network: blue}}
  - {title: which, probe: {by: ip, network: blue, expect: [both -> web: yes]}}
  - {title: back, disconnect: {container: web, network: red}}
  - {title: one again, probe: {by: ip, expect: [both -> web: yes]}}
  - {title: new, create: later}
  - {title: and asked, probe: {by: ip, expect: [later -> web: no]}}
`),
    ).toEqual([]);
  });
});

describe('a mistake in the file', () => {
  it.each([
    ['no title', 'steps: [{title: s, drain: A}]\n', '1:1 experiment.missing-key title must be a title'],
    ['a tab', 'title: t\n\tid: x\n', '2:1 experiment.syntax this is no YAML'],
    ['a list', '- aa\n', '1:1 experiment.wrong-type the file must be keys with values'],
    [
      'a key twice',
      `${pair}${probe}title: u\n`,
      '7:1 experiment.duplicate-key this key is there twice -> keep one of them',
    ],
    [
      'an unknown key',
      `${pair}netwroks: {}\n${probe}`,
      '4:1 experiment.unknown-key unknown key "netwroks" -> did you mean "networks"?',
    ],
    [
      'a key of another file',
      `${pair}${probe}foo: 1\n`,
      '7:1 experiment.unknown-key unknown key "foo" -> known keys here: id, title,',
    ],
    ['no steps', pair, '1:1 experiment.missing-key steps must be a list of steps'],
    ['no step', `${pair}steps: []\n`, '4:1 experiment.wrong-value steps must have a step'],
    ['an id that is none', `id: My Lab\n${pair}${probe}`, '1:1 experiment.wrong-value id must be a name of a-z'],
    [
      'a name in upper case',
      `title: t\ncontainers: {Web: {}}\n${probe}`,
      '2:14 experiment.wrong-value "Web" must be a name',
    ],
    [
      'a name that Docker finds too short',
      `title: t\ncontainers: {x: {}, aa: {}, bb: {}}\n${probe}`,
      '2:14 experiment.wrong-value "x" must be a name',
    ],
    [
      'a service with a dot',
      `${pair}services: {a.b: {}}\n${probe}`,
      '4:12 experiment.wrong-value "a.b" must be a name',
    ],
    [
      'a reserved name',
      `title: t\ncontainers: {lan: {}, aa: {}, bb: {}}\n${probe}`,
      '2:14 experiment.reserved-name no container of yours can be called lan',
    ],
    [
      'a network of everybody',
      `${pair.replace('{red: {}}', '{red: {}, host: {}}')}${probe}`,
      '3:21 experiment.reserved-name no network of yours can be called host',
    ],
    [
      'a driver',
      `title: t\nnetworks:\n  red:\n    driver: brigde\n${probe.replaceAll('aa -> bb', 'node:A -> world')}`,
      '4:5 experiment.wrong-value networks.red.driver must be bridge, overlay, macvlan or ipvlan, not "brigde" -> did you mean bridge?',
    ],
    [
      'a node',
      `title: t\ncontainers:\n  aa: {node: 7A}\n  bb: {}\n${probe}`,
      `3:8 experiment.wrong-value containers.aa.node must be a node's letter, A to Z, or spread, not "7A"`,
    ],
    [
      'a port',
      `title: t\ncontainers:\n  aa: {publish: ["80800:80"]}\n  bb: {}\n${probe}`,
      '3:18 experiment.wrong-value containers.aa.publish[0] must be such as 8080:80',
    ],
    [
      'a feature',
      `needs: {kernel: [ipvs]}\n${pair}${probe}`,
      '1:18 experiment.wrong-value needs.kernel[0] must be one of: macvlan, ipvlan,',
    ],
    [
      'a range of versions',
      `needs: {engine: new}\n${pair}${probe}`,
      '1:9 experiment.wrong-value needs.engine must be a range of versions such as ">=20.10 <27", not "new"',
    ],
    [
      'fewer nodes than used',
      `needs: {nodes: 1}\n${pair}steps: [{title: s, drain: C}]\n`,
      '1:9 experiment.contradiction the file uses node C, which is number 3 -> say 3, or leave it out',
    ],
    [
      'no outsider, and lan',
      `needs: {outsider: false}\n${pair}steps: [{title: s, probe: {by: ip, expect: [lan -> aa: no]}}]\n`,
      '1:9 experiment.contradiction the file uses lan',
    ],
    [
      'a lab that is too small',
      `lab: {workers: 1}\n${pair}steps: [{title: s, drain: C}]\n`,
      '1:1 experiment.contradiction the lab of this experiment has the nodes A to B, and the file uses C -> have "workers: 2"',
    ],
    [
      'an even number of managers',
      `lab: {managers: 2}\n${pair}${probe}`,
      '1:7 experiment.contradiction the number of managers must be odd, not 2 -> have 1 or 3',
    ],
    [
      'services without a swarm',
      `lab: {swarm: false}\n${pair}services: {s: {}}\n${probe}`,
      '5:12 experiment.contradiction the lab of this experiment has no swarm',
    ],
    [
      'disturbance denied',
      `disturbs: nothing\n${pair}steps: [{title: s, drain: A}]\n`,
      '1:1 experiment.contradiction it does disturb the swarm: "s" -> leave it out',
    ],
    [
      'a container and service of one name',
      `${pair}services: {aa: {}}\n${probe}`,
      '4:12 experiment.contradiction a container is called aa as well',
    ],
  ])('%s', (_what, text, expected) => {
    expect(shown(problemsOf(text))).toEqual([expect.stringContaining(expected)]);
  });

  it.each([
    [
      'an unknown network',
      'aa: {networks: [rde]}',
      '4:19 experiment.unknown-name there is no network "rde" -> did you mean red?',
    ],
    [
      'one that is no network',
      'aa: {networks: [host]}',
      '4:19 experiment.unknown-name host is not among networks -> write "network: host"',
    ],
    ['a network twice', 'aa: {networks: [red, red]}', '4:24 experiment.contradiction red is there twice'],
    [
      'both network and networks',
      'aa: {networks: [red], network: none}',
      '4:25 experiment.contradiction with "network: none" it has no networks',
    ],
    [
      'an unknown namespace',
      'aa: {network: "container:zb"}',
      '4:8 experiment.unknown-name there is no container "zb" -> did you mean bb?',
    ],
    [
      'a namespace of its own',
      'aa: {network: "container:aa"}',
      '4:3 experiment.contradiction these need each other first: aa -> aa',
    ],
    [
      'a circle',
      'aa: {network: "container:cc"}\n  cc: {links: [aa]}',
      '4:3 experiment.contradiction these need each other first: aa -> cc -> aa',
    ],
    ['an unknown link', 'aa: {links: [zz]}', '4:16 experiment.unknown-name there is no container "zz"'],
    [
      'a link to another node',
      'aa: {node: B, links: [bb]}',
      '4:25 experiment.contradiction bb is on node A, and aa on B',
    ],
    [
      'a link to a later one',
      'aa: {links: [cc]}\n  cc: {start: false}',
      '4:16 experiment.contradiction cc is not there when aa starts',
    ],
    [
      'a network of another node',
      'aa: {node: B, networks: [fixed]}',
      '4:28 experiment.contradiction fixed is not made on node B -> add B to the "nodes" of fixed',
    ],
    [
      'an overlay that is closed',
      'aa: {networks: [closed]}',
      '4:19 experiment.contradiction closed is not attachable: the engine refuses plain containers -> give closed "attachable: true"',
    ],
    ['a configuration', 'aa: {networks: [conf]}', '4:19 experiment.contradiction conf is a configuration, no network'],
    [
      'an address without a subnet',
      'aa: {networks: [{network: red, ip: 10.0.0.9}]}',
      '4:20 experiment.contradiction a fixed address needs a subnet of yours',
    ],
    [
      'an address of elsewhere',
      'aa: {networks: [{network: fixed, ip: 10.0.0.9}]}',
      '4:20 experiment.contradiction 10.0.0.9 is no address for a host in fixed -> its subnet is 172.20.0.0/16',
    ],
    [
      'a MAC address',
      'aa: {networks: [{network: red, mac: 02-42}]}',
      '4:34 experiment.wrong-value containers.aa.networks[0].mac must be a MAC address',
    ],
    [
      'an alias in upper case',
      'aa: {networks: [{network: red, aliases: [WWW]}]}',
      '4:44 experiment.wrong-value containers.aa.networks[0].aliases[0] must be a name',
    ],
    [
      'text for a list',
      'aa: {networks: red}',
      '4:8 experiment.wrong-type containers.aa.networks must be a list of networks, not "red"',
    ],
    [
      'a key',
      'aa: {enviroment: {}}',
      '4:8 experiment.unknown-key unknown key "enviroment" -> known keys here: node, count, image',
    ],
    [
      'a near key',
      'aa: {capabilites: []}',
      '4:8 experiment.unknown-key unknown key "capabilites" -> did you mean "capabilities"?',
    ],
  ])('of a container: %s', (_what, container, expected) => {
    const networks =
      '{red: {}, fixed: {nodes: [A], subnet: 172.20.0.0/16}, closed: {driver: overlay}, conf: {configOnly: true}}';
    const text = `title: t\nnetworks: ${networks}\ncontainers:\n  ${container}\n  bb: {}\n${probe}`;
    expect(shown(problemsOf(text))).toEqual([expect.stringContaining(expected)]);
  });

  it.each([
    [
      'host bits',
      '{subnet: 172.20.0.1/16}',
      'experiment.address 172.20.0.1/16 is no subnet: it has host bits -> the subnet is 172.20.0.0/16',
    ],
    ['a gateway alone', '{gateway: 172.20.0.1}', 'experiment.address a gateway needs a subnet'],
    [
      'a gateway outside',
      '{subnet: 172.20.0.0/16, gateway: 10.0.0.1}',
      'experiment.address 10.0.0.1 is no address for a host in 172.20.0.0/16',
    ],
    [
      'a range outside',
      '{subnet: 10.0.42.0/24, ipRange: 10.0.43.0/25}',
      'experiment.address 10.0.43.0/25 is not in 10.0.42.0/24',
    ],
    ['a range alone', '{ipRange: 10.0.43.0/25}', 'experiment.address a ipRange needs a subnet'],
    ['a parent of a bridge', '{parent: segment}', 'experiment.contradiction a bridge network has no parent'],
    [
      'a parent that is none',
      '{driver: macvlan, parent: eth0}',
      'experiment.wrong-value networks.red.parent must be segment, none, or the number of a VLAN',
    ],
    ['no configuration', '{configFrom: rad}', 'experiment.unknown-name there is no network "rad" -> did you mean red?'],
    [
      'a network for a configuration',
      '{configFrom: other}',
      'experiment.contradiction other is no configuration -> give other "configOnly: true"',
    ],
    ['no nodes', '{nodes: []}', 'experiment.contradiction the list is empty'],
    [
      'a different subnet in places, swarm-wide',
      '{driver: overlay, attachable: true, nodes: {A: {subnet: 10.0.42.0/24}}}',
      'experiment.contradiction a swarm-wide network is made once',
    ],
    ['host bits on one node', '{nodes: {A: {subnet: 10.0.42.1/24}}}', 'experiment.address 10.0.42.1/24 is no subnet'],
    [
      'the name of the CLI',
      '{ip-range: 10.0.0.0/8}',
      'experiment.unknown-key unknown key "ip-range" -> did you mean "ipRange"?',
    ],
  ])('of a network: %s', (_what, network, expected) => {
    const text = `title: t\nnetworks: {other: {}, red: ${network}}\nsteps: [{title: s, check: [{listed: {network: red, equals: true}}]}]\n`;
    expect(shown(problemsOf(text))).toEqual([expect.stringContaining(expected)]);
  });

  it.each([
    ['nothing to do', '  - title: s', '10:5 experiment.contradiction this step does nothing'],
    [
      'two things',
      '  - {title: s, stop: web, start: web}',
      '10:5 experiment.contradiction this step does several things: start, stop -> make a step of each',
    ],
    ['no title', '  - stop: web', '10:5 experiment.missing-key steps[0].title must be a title'],
    [
      'a near action',
      '  - {title: s, conect: {container: web, network: blue}}',
      '10:16 experiment.unknown-key unknown key "conect" -> did you mean "connect"?',
    ],
    [
      'an unknown container',
      '  - {title: s, stop: wed}',
      '10:16 experiment.unknown-name there is no container "wed" -> did you mean web?',
    ],
    [
      'one that is not there yet',
      '  - {title: s, stop: later}',
      '10:16 experiment.not-askable later is not there at this step -> create it in a step before',
    ],
    [
      'one that is there already',
      '  - {title: s, create: web}',
      '10:16 experiment.not-askable web is there already at this step',
    ],
    [
      'creation of nobody',
      '  - {title: s, create: shpo}',
      '10:16 experiment.unknown-name there is no container or service "shpo" -> did you mean shop?',
    ],
    [
      'an unknown network',
      '  - {title: s, connect: {container: web, network: blu}}',
      '10:42 experiment.unknown-name there is no network "blu" -> did you mean blue?',
    ],
    [
      'a network that it is not on',
      '  - {title: s, disconnect: {container: web, network: blue}}',
      '10:45 experiment.not-askable web is not on blue at this step -> it is on red',
    ],
    [
      'an unknown service',
      '  - {title: s, scale: {service: shoop, replicas: 2}}',
      '10:24 experiment.unknown-name there is no service "shoop" -> did you mean shop?',
    ],
    [
      'a port without protocol',
      '  - {title: s, block: {node: A, port: 4789}}',
      '10:33 experiment.wrong-type steps[0].block.port must be a port with its protocol',
    ],
    [
      'a wait without an end',
      '  - {title: s, wait: {timeout: 5s}}',
      '10:16 experiment.contradiction this wait is empty',
    ],
    [
      'a wait for two',
      '  - {title: s, wait: {running: {container: web}, tasks: {service: shop, running: 1}}}',
      '10:16 experiment.contradiction this wait is two at once: tasks and running',
    ],
    [
      'a wait in seconds',
      '  - {title: s, wait: {running: {container: web}, timeout: 5}}',
      '10:50 experiment.wrong-type steps[0].wait.timeout must be a duration such as 90s or 10m, at most 24h, not 5 -> seconds are written 5s',
    ],
    [
      'a wait of nobody',
      '  - {title: s, wait: {name: {from: wbe, name: x}}}',
      '10:30 experiment.unknown-name there is no container "wbe" -> did you mean web?',
    ],
    [
      'a command on no node',
      '  - {title: s, run: {in: "node:AA", command: id}}',
      '10:22 experiment.unknown-name there is no "node:AA"',
    ],
    [
      'no pattern',
      '  - {title: s, run: {in: web, command: id, matches: "("}}',
      '10:44 experiment.wrong-value steps[0].run.matches must be a regular expression',
    ],
    [
      'nothing to refuse',
      '  - {title: s, refused: {matches: x}}',
      '10:16 experiment.contradiction this refusal is empty',
    ],
    ['a look at nothing', '  - {title: s, check: []}', '10:16 experiment.contradiction there is nothing to look at'],
    [
      'a look with nothing to compare',
      '  - {title: s, check: [{address: {container: web, network: red}}]}',
      '10:25 experiment.contradiction it says nothing of what is expected',
    ],
    [
      'an unknown look',
      '  - {title: s, check: [{member: {}}]}',
      '10:25 experiment.unknown-key unknown key "member" -> did you mean "members"?',
    ],
    [
      'a look that is no map',
      '  - {title: s, check: [{running: web}]}',
      '10:25 experiment.wrong-type steps[0].check[0].running must be keys with values; known here: container, equals, exitCode',
    ],
    [
      'a member of nowhere',
      '  - {title: s, check: [{members: {network: red, equals: [wbe]}}]}',
      '10:58 experiment.unknown-name there is no container "wbe" -> did you mean web?',
    ],
    [
      'a link that is none',
      '  - {title: s, see: docs, stop: web}',
      '10:16 experiment.wrong-value steps[0].see must be a link',
    ],
    [
      'a condition',
      '  - {title: s, when: {forward: drop}, stop: web}',
      '10:23 experiment.wrong-value steps[0].when.forward must be ACCEPT or DROP, not "drop" -> did you mean DROP?',
    ],
  ])('of a step: %s', (_what, step, expected) => {
    expect(shown(stepProblems(`${step}\n`))).toEqual([expect.stringContaining(expected)]);
  });

  it.each([
    [
      'no way of asking',
      '{expect: [web -> both: yes]}',
      'experiment.missing-key steps[0].probe.by must be name, ip or published',
    ],
    [
      'several addresses',
      '{by: ip, expect: [web -> both: yes]}',
      'experiment.not-askable both has several addresses: it is on red, blue -> say which, such as "network: red"',
    ],
    [
      'no address',
      '{by: ip, expect: [web -> lone: no]}',
      'experiment.not-askable lone is on no network, so it has no address',
    ],
    [
      'another network',
      '{by: ip, network: blue, expect: [both -> web: no]}',
      'experiment.not-askable web is not on blue at this step -> it is on red',
    ],
    [
      'an unknown network',
      '{by: ip, network: bleu, expect: [both -> both: no]}',
      'experiment.unknown-name there is no network "bleu" -> did you mean blue?',
    ],
    [
      'a network by name',
      '{by: name, network: blue, expect: [web -> both: yes]}',
      'experiment.contradiction by name no network is chosen',
    ],
    [
      'one that is not there yet',
      '{by: name, expect: [web -> later: no-name]}',
      'experiment.not-askable later is not there at this step',
    ],
    [
      'a service as container',
      '{by: name, expect: [web -> shop: yes]}',
      `experiment.unknown-name shop is a service, not a container -> its name for all tasks is svc:shop`,
    ],
    [
      'an address of dnsrr',
      '{by: ip, expect: ["web -> svc:shop: yes"]}',
      'experiment.not-askable svc:shop has no virtual address: it is dnsrr',
    ],
    [
      'a letter alone',
      '{by: ip, expect: [web -> A: yes]}',
      'experiment.unknown-name there is no container "A" -> the node itself is node:A',
    ],
    [
      'an unknown letter',
      '{by: ip, expect: ["web -> node:z: yes"]}',
      'experiment.unknown-name there is no "node:z" -> nodes are node:A to node:Z',
    ],
    [
      'a word',
      '{by: name, expect: [web -> both: yess]}',
      'experiment.wrong-value steps[0].probe.expect[0].web -> both must be one of: yes, no,',
    ],
    ['a word in quotes', '{by: name, expect: ["web -> both: nope"]}', 'experiment.table "nope" is no word of a table'],
    [
      'no arrow',
      '{by: name, expect: [web to both: yes]}',
      'experiment.table "web to both" is no line of the kind "a, b -> c"',
    ],
    [
      'the same twice',
      '{by: name, expect: [web -> both: yes, web -> both: no]}',
      'experiment.table web -> both is there twice',
    ],
    [
      'an unpublished port',
      '{by: published, port: 80, expect: [lan -> web: yes]}',
      'experiment.contradiction nothing of the file publishes port 80 -> published are: 8080',
    ],
    [
      'ICMP to a port',
      '{by: published, protocols: [icmp], expect: [lan -> web: yes]}',
      'experiment.contradiction ICMP has no ports to publish',
    ],
    [
      'publishing by nobody',
      '{by: published, expect: [lan -> both: yes]}',
      `experiment.not-askable both publishes no port`,
    ],
    [
      'publishing by the LAN',
      '{by: published, expect: [web -> lan: yes]}',
      'experiment.not-askable lan publishes nothing',
    ],
    [
      'a variant behind the last',
      '{by: name, expect: [{expect: [web -> both: yes]}, {when: {forward: DROP}, expect: [web -> both: no]}]}',
      'experiment.contradiction this variant is never reached',
    ],
  ])('of a probe: %s', (_what, asked, expected) => {
    expect(shown(stepProblems(`  - {title: s, probe: ${asked}}\n`))).toEqual([expect.stringContaining(expected)]);
  });

  it.each([
    [
      'a word',
      '      x/y web  both\n        web yes  yse\n',
      '15:18 experiment.table "yse" is no word of a table -> did you mean yes?',
    ],
    [
      'a column',
      '      x/y web  bth\n        web yes  yes\n',
      '14:18 experiment.unknown-name there is no container "bth" -> did you mean both?',
    ],
    [
      'a row',
      '      x/y web  both\n        wbe yes  yes\n',
      '15:9 experiment.unknown-name there is no container "wbe" -> did you mean web?',
    ],
    [
      'a cell too few',
      '      x/y web  both\n        web yes\n',
      '15:9 experiment.table row web: 1 of 2 columns -> put "."',
    ],
    ['a cell too many', '      x/y web\n        web yes  yes\n', '15:9 experiment.table row web: 2 of 1 columns'],
    [
      'a column twice',
      '      x/y web  web\n        both yes  yes\n',
      '14:18 experiment.table the column web is there twice',
    ],
    [
      'a row twice',
      '      x/y web\n        both yes\n        both no\n',
      '16:9 experiment.table the row both is there twice',
    ],
    ['no rows', '      x/y web\n', '13:7 experiment.table the table has no rows'],
    ['no columns', '      x/y\n        web\n', '13:7 experiment.table it asks nothing'],
    ['nothing but dots', '      x/y web both\n        web . .\n', '13:7 experiment.table it asks nothing'],
  ])('of a table: %s, at its own line and column', (_what, table, expected) => {
    const problems = shown(stepProblems(`  - title: s\n    probe:\n      by: name\n      expect: |\n  ${table}`));
    expect(problems).toEqual([expect.stringContaining(expected)]);
  });

  it('is told beside those that the same container or service has in other keys, and what follows from none is not', () => {
    const text = `title: t
networks: {red: {}}
containers:
  web: {networks: [rde], links: [bd], env: 7}
  db: {networks: [red], publish: [nonsense]}
  far: {node: QQ, networks: [rad]}
services:
  shop: {replicas: many, networks: [blue]}
steps:
  - title: p
    probe: {by: published, port: 8080, expect: ['lan -> db: yes']}
`;
    expect(shown(problemsOf(text))).toEqual([
      expect.stringContaining('4:20 experiment.unknown-name there is no network "rde"'),
      expect.stringContaining('4:34 experiment.unknown-name there is no container "bd"'),
      expect.stringContaining('4:39 experiment.wrong-type containers.web.env'),
      expect.stringContaining('5:35 experiment.wrong-value containers.db.publish[0]'),
      expect.stringContaining('6:9 experiment.wrong-value containers.far.node'),
      expect.stringContaining('8:10 experiment.wrong-type services.shop.replicas'),
      expect.stringContaining('8:37 experiment.unknown-name there is no network "blue"'),
    ]);
  });

  it.each([
    ['[]', '13:7 experiment.table it asks nothing'],
    ['[{when: {forward: DROP}, expect: []}, {expect: ["web -> both: yes"]}]', 'experiment.table it asks nothing'],
  ])('of lines: none in %s', (lines, expected) => {
    const problems = shown(stepProblems(`  - title: s\n    probe:\n      by: name\n      expect: ${lines}\n`));
    expect(problems).toEqual([expect.stringContaining(expected)]);
  });

  it('in YAML itself is told alone: a table whose corner is empty', () => {
    const text = `${pair}steps:\n  - title: s\n    probe:\n      by: name\n      expect: |\n          aa\n        a yes\n`;
    expect(shown(problemsOf(text))).toEqual([
      '10:9 experiment.syntax the first line of this block is further in than this one, which YAML does not allow -> begin a table with a word in its corner, such as from/to',
    ]);
  });

  it('is told beside all others, in the order of the file, and nothing that only follows from one', () => {
    const text = `title: [t]
needs: {nods: 2}
networks:
  red: {driver: brigde}
  blue: {}
containers:
  aa: {networks: [rad], publish: ['8080']}
  bb: {networks: [red]}
  cc: {networks: [bleu]}
steps:
  - title: s
    probe: {by: ip, expect: ['bb -> aa, d: yes']}
  - title: t
    stopp: aa
  - title: u
    probe:
      by: name
      expect: |
        .  bb
        cc yess
        e yes
`;
    expect(problemsOf(text).map(({ code, line }) => `${line} ${code}`)).toEqual([
      '1 experiment.wrong-type',
      '2 experiment.unknown-key',
      '4 experiment.wrong-value',
      '7 experiment.unknown-name',
      '7 experiment.wrong-value',
      '9 experiment.unknown-name',
      '12 experiment.unknown-name',
      '14 experiment.unknown-key',
      '20 experiment.table',
      '21 experiment.unknown-name',
    ]);
  });
});

const everything = `
id: all-of-it
title: Everything
about: |
  First.

  Second.
sources: [https://docs.docker.com/]
needs: {nodes: 3, outsider: true, kernel: [macvlan, 8021q], engine: '>=20.10 <29', programs: [etcd]}
lab: {managers: 1, workers: 2, outsiders: 1, daemon: {icc: false}, swarm: {dataPathPort: 4790}, clusterStore: etcd}
networks:
  red: {driver: bridge, nodes: [A, B], subnet: 172.20.0.0/16, gateway: 172.20.0.1, ipRange: 172.20.1.0/24, internal: true}
  split: {driver: macvlan, parent: none, nodes: {A: {subnet: 10.9.1.0/24}, B: {subnet: 10.9.2.0/24}}}
  tagged: {driver: macvlan, parent: 10, options: {macvlan_mode: bridge}, labels: {purpose: workshop}}
  conf: {driver: macvlan, configOnly: true}
  wide: {driver: macvlan, scope: swarm, configFrom: conf, attachable: true}
  mesh: {driver: overlay, attachable: true, options: {encrypted: ''}}
containers:
  web:
    node: A
    image: alpine:3.20
    networks: [{network: red, ip: 172.20.0.9, mac: '02:42:00:00:00:09', aliases: [www]}]
    publish: ['8080:80', '127.0.0.1:5353:53/udp']
    env: {ONE: 1, YES: true}
    command: sleep 1
    entrypoint: [tini, --]
    listen: [81]
    expose: [82/udp]
    capabilities: [NET_ADMIN]
    restart: always
    labels: {tier: front}
  plain:
  old: {links: ['plain:alias']}
  hosted: {network: host}
  nowhere: {network: none}
  lodger: {network: container:web}
  roamer: {node: C, networks: [wide]}
  later: {networks: [mesh], start: false}
services:
  shop:
    replicas: 2
    nodes: [A, B]
    endpointMode: dnsrr
    networks: [mesh]
    publish: ['8090:80', {hostPort: 8091, port: 53/udp, mode: host}]
    image: alpine:3.20
    command: [sleep, '1']
  kiosk: {start: false}
steps:
  - title: Probe
    because: it is so
    see: https://docs.docker.com/
    when: {forward: DROP}
    probe:
      by: ip
      network: red
      port: 53/udp
      expect:
        - when: {engine: '<28', forward: DROP, provider: netns}
          because: old
          expect: |
            from/to web
            lan     yes
        - expect:
            - lan -> web: {expect: no, because: new}
            - node:B -> web: any
  - title: Look
    check:
      - address: {container: web, network: red, equals: 172.20.0.9, prefixLength: 16, gateway: ''}
      - address: {container: web, network: red, within: 172.20.0.0/16, changed: false}
      - interfaces: {container: web, equals: [lo, eth0]}
      - sameAddress: {containers: [web, lodger, 'node:A']}
      - hostsFile: {container: old, contains: [alias], lacks: [web]}
      - environment: {container: web, contains: {ONE: 1}, lacks: [TWO]}
      - scope: {network: none, equals: local}
      - members: {network: red, node: B, equals: []}
      - listed: {network: mesh, node: C, equals: false}
      - answers: {container: web, name: shop, targets: ['svc:shop'], count: 2, lookups: 50, fairShare: 0.2}
      - running: {container: web}
      - running: {container: plain, exitCode: 1}
      - logs: {container: web, matches: '^ready'}
      - published: {container: web, contains: ['0.0.0.0:8080->80/tcp']}
      - mtu: {container: web, network: red, equals: 1500}
      - nodeState: {node: C, equals: ready}
  - {title: Do, connect: {container: plain, network: red, ip: 172.20.0.10, aliases: [p]}}
  - {title: Do, disconnect: {container: plain, network: red}}
  - {title: Do, stop: web}
  - {title: Do, start: web}
  - {title: Do, restart: web}
  - {title: Do, create: later}
  - {title: Do, create: kiosk}
  - {title: Do, scale: {service: shop, replicas: 3}}
  - {title: Do, block: {node: B, port: 4789/udp, direction: in}}
  - {title: Do, block: {node: B, port: esp}}
  - {title: Do, open: {node: B, port: 4789/udp}}
  - {title: Do, drain: B}
  - {title: Do, activate: B}
  - {title: Do, promote: B}
  - {title: Do, demote: B}
  - {title: Do, leave: B}
  - {title: Do, join: B}
  - {title: Do, lose: B}
  - {title: Do, revive: B}
  - {title: Do, route: {node: lan, to: {network: red, node: B}, via: B}}
  - {title: Wait, wait: {name: {from: web, name: tasks.shop, answers: false}}}
  - {title: Wait, wait: {reached: {from: web, to: 'node:B', equals: false}, timeout: 90s}}
  - {title: Wait, wait: {nodeState: {node: B, equals: down}}}
  - {title: Wait, wait: {tasks: {service: shop, running: 2}}}
  - {title: Wait, wait: {running: {container: web}}}
  - {title: Run, run: {in: web, command: [cat, /etc/hosts], matches: localhost}}
  - {title: Run, run: {in: 'node:A', command: docker ps, exitStatus: 1}}
  - {title: Refuse, refused: {connect: {container: plain, network: mesh, ip: 1.2.3.4}, matches: invalid}}
  - {title: Refuse, refused: {createNetwork: red, matches: already exists}}
  - {title: Do, remove: later}
`;

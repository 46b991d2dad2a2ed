import { describe, expect, it } from 'vitest';
import { LabError } from '../../../src/core/errors.ts';
import { parseExperiment } from '../../../src/experiment/language/parse.ts';

const asked = (...lines: string[]) =>
  `steps: [{title: s, probe: {by: name, expect: [${lines.map((line) => `'${line}'`).join(', ')}]}}]\n`;
const crowd = 'crowd: {count: 4, node: spread, networks: [wide]}';
const wide = 'networks: {wide: {driver: overlay, attachable: true}}\n';
const file = (containers: string, rest: string, needs = 'needs: {nodes: 3}\n') =>
  `id: f\ntitle: t\n${needs}${wide}containers: {${containers}}\n${rest}`;
const read = (text: string) => parseExperiment(text, 'f.yaml');

function problemsOf(text: string): readonly string[] {
  try {
    read(text);
    return [];
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return error.problems.map(({ code, path, message, hint }) => `${path}: ${code} ${message} -> ${hint ?? ''}`);
  }
}

function cellsOf(text: string): readonly string[] {
  const [step] = read(text).steps;
  const variants = step?.action.kind === 'probe' ? step.action.probe.variants : [];
  return variants.flatMap(({ cells }) => cells.map(({ from, to, expected }) => `${from} ${to} ${expected}`));
}

describe('an entry with a count', () => {
  it('is so many containers alike, each with a number, on each node in turn', () => {
    const { containers, needs } = read(
      file(`web: {node: B, networks: [wide]}, ${crowd}`, asked('crowd-1 -> web: yes')),
    );
    expect(containers.map(({ name, group, node }) => [name, group, node])).toEqual([
      ['web', null, 'B'],
      ['crowd-1', 'crowd', 'A'],
      ['crowd-2', 'crowd', 'B'],
      ['crowd-3', 'crowd', 'C'],
      ['crowd-4', 'crowd', 'A'],
    ]);
    expect(needs.nodes).toBe(3);
    expect(containers.every(({ attach }) => attach.kind === 'networks' && attach.networks[0]?.network === 'wide')).toBe(
      true,
    );
  });

  it('is one group also where it counts one, and stays on its node where it has a letter', () => {
    const { containers } = read(file('solo: {count: 1}, pair: {count: 2, node: C}', asked('solo -> pair: yes')));
    expect(containers.map(({ name, node }) => `${name} ${node}`)).toEqual(['solo-1 A', 'pair-1 C', 'pair-2 C']);
  });

  it('is spread over the nodes of a lab of its own', () => {
    const { containers, needs } = read(file(crowd, asked('crowd -> crowd: yes'), 'lab: {workers: 1}\n'));
    expect(containers.map(({ node }) => node)).toEqual(['A', 'B', 'A', 'B']);
    expect(needs.nodes).toBe(2);
  });

  it('needs the nodes that it is spread over also where there are fewer of it', () => {
    expect(read(file(crowd, asked('crowd -> crowd: yes'), 'needs: {nodes: 20}\n')).needs.nodes).toBe(20);
  });

  it('has a local network made on all of its nodes', () => {
    const text = file(`${crowd}, here: {count: 3, node: spread, networks: [red]}`, asked('here -> here: any'));
    const { networks } = read(text.replace('networks: {wide', 'networks: {red: {}, wide'));
    expect(networks.find(({ name }) => name === 'red')?.nodes).toEqual(['A', 'B', 'C']);
  });
});

describe('the name of a group', () => {
  it('stands for all of its members at both ends of a probe, themselves included', () => {
    const cells = cellsOf(file(`web: {networks: [wide]}, ${crowd}`, asked('crowd, web -> crowd: yes')));
    expect(cells).toHaveLength(20);
    expect(new Set(cells).size).toBe(20);
    expect(cells).toContain('crowd-4 crowd-4 reached');
    expect(cells).toContain('web crowd-2 reached');
  });

  it('stands for them in a table as well', () => {
    const table =
      'steps:\n  - title: s\n    probe:\n      by: name\n      expect: |\n        f/t    crowd\n        web    no\n';
    expect(cellsOf(file(`web: {}, ${crowd}`, table))).toEqual([1, 2, 3, 4].map((n) => `web crowd-${n} not-reached`));
  });

  it('stands for them in looks that take several', () => {
    const step = 'steps: [{title: s, check: [{members: {network: wide, equals: [crowd]}}]}]\n';
    const [{ action } = { action: null }] = read(file(crowd, step)).steps;
    expect(action).toMatchObject({ checks: [{ equals: ['crowd-1', 'crowd-2', 'crowd-3', 'crowd-4'] }] });
  });
});

describe('what is wrong with a group is told', () => {
  const contradiction = 'experiment.contradiction';
  it.each([
    [
      'spread alone',
      'aa: {node: spread}',
      `containers.aa.node: ${contradiction} it is one container: there is nothing to spread -> give it a "count"`,
    ],
    [
      'an address for all',
      'aa: {count: 2, networks: [{network: wide, mac: "02:42:ac:14:00:05"}]}',
      `containers.aa.networks[0].mac: ${contradiction} 2 containers cannot all have 02:42:ac:14:00:05 -> take it out`,
    ],
    [
      'a port twice',
      'aa: {count: 4, node: spread, publish: ["8080:80"]}',
      `containers.aa.publish: ${contradiction} several of them are on one node, and a port of a node is published once -> take it out`,
    ],
    [
      'a name twice',
      'aa: {count: 2}, aa-2: {}',
      `containers.aa: ${contradiction} it has a container aa-2, which is there by itself as well -> give one of them another name`,
    ],
    ['a long name', `${'a'.repeat(62)}: {count: 9}`, 'is a name of more than 63 characters -> give it a shorter name'],
    [
      'too many for the plan',
      'aa: {count: 600, node: spread, networks: [wide]}',
      `networks.wide: ${contradiction} 600 containers are on wide, and the /24 that the plan gives it has addresses for 250 -> give wide a subnet with room, such as "subnet: 10.80.0.0/16"`,
    ],
    [
      'a link to all',
      'aa: {count: 2}, bb: {links: [aa]}',
      'containers.bb.links[0]: experiment.unknown-name aa stands for 2 containers, and one is meant here -> name one of them, such as aa-1',
    ],
    [
      'a link from all',
      'aa: {count: 3, links: [cc]}',
      'containers.aa.links[0]: experiment.unknown-name there is no container "cc" -> there is: aa',
    ],
    [
      'no network',
      'aa: {count: 9, node: spread, networks: [wid]}',
      'containers.aa.networks[0]: experiment.unknown-name there is no network "wid" -> did you mean wide?',
    ],
    [
      'a count',
      'aa: {count: 0}',
      'containers.aa.count: experiment.wrong-value containers.aa.count must be a whole number from 1 to 5000, not 0 -> ',
    ],
  ])('%s', (_what, containers, expected) => {
    expect(problemsOf(file(containers, asked('node:A -> world: any')))).toEqual([expect.stringContaining(expected)]);
  });

  it('and what follows from a count that could not be read is not', () => {
    expect(problemsOf(file('aa: {count: many}', asked('aa-7 -> aa: yes')))).toHaveLength(1);
  });

  it.each([
    ['no such member', 'crowd-5 -> world: yes', 'there is no container "crowd-5" -> did you mean crowd?'],
    [
      'a member twice',
      "crowd -> world: yes', 'crowd-2 -> world: no",
      'crowd-2 -> world is there twice -> keep one of them',
    ],
  ])('in a probe: %s', (_what, line, expected) => {
    expect(problemsOf(file(crowd, asked(line)))).toEqual([expect.stringContaining(expected)]);
  });

  it('in a probe: more pairs than one probe can keep', () => {
    const big = 'crowd: {count: 1000, node: spread}';
    expect(problemsOf(file(big, asked('crowd -> crowd: yes'), 'needs: {nodes: 20}\n'))).toEqual([
      expect.stringContaining('it asks about 1000000 pairs, and 20000 is the most -> ask some of them'),
    ]);
    expect(cellsOf(file(big, asked('crowd-1 -> crowd: yes'), 'needs: {nodes: 20}\n'))).toHaveLength(1000);
  });

  it.each([
    ['stop', '{title: s, stop: crowd}'],
    ['create', '{title: s, create: crowd}'],
    ['check', '{title: s, check: [{running: {container: crowd}}]}'],
    ['wait', '{title: s, wait: {reached: {from: crowd, to: crowd-1}}}'],
    ['run', '{title: s, run: {in: crowd, command: id}}'],
  ])('in a step that takes one: %s', (_what, step) => {
    expect(problemsOf(file(crowd, `steps: [${step}]\n`))).toEqual([
      expect.stringContaining(
        'crowd stands for 4 containers, and one is meant here -> name one of them, such as crowd-1',
      ),
    ]);
  });

  it('where nobody says how many nodes there are', () => {
    expect(problemsOf(file(crowd, asked('crowd -> world: any'), ''))).toEqual([
      expect.stringContaining('the file does not say over how many nodes -> say it, such as "needs: {nodes: 3}"'),
    ]);
  });
});

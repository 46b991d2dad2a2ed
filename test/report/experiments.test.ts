import { describe, expect, it } from 'vitest';
import { loadCatalogue } from '../../src/experiment/language/catalogue.ts';
import { parseExperiment } from '../../src/experiment/language/parse.ts';
import { makeExperimentsDocument } from '../../src/report/experiments-document.ts';
import { renderExplanation } from '../../src/report/experiments-explain.ts';
import { renderExperimentList } from '../../src/report/experiments-list.ts';

const look = { width: 80, color: false };
const catalogue = await loadCatalogue();

/** Lines that are too long and could be broken: not links, not long words. */
function overlong(text: string, width: number): string[] {
  return text.split('\n').filter((line) => line.length > width && !/^\s*See \S+$/.test(line));
}

describe('the list', () => {
  it.each([80, 60, 40])('fits %d columns, in ASCII, with every id once', (width) => {
    const text = renderExperimentList(catalogue, { ...look, width });
    expect(overlong(text, width)).toEqual([]);
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
    for (const { id } of catalogue) expect(text.match(new RegExp(`^${id}(?: |$)`, 'gm'))).toHaveLength(1);
  });

  it('parts those that share the lab from those that do not', () => {
    const of = (id: string, extra: string) =>
      parseExperiment(`id: ${id}\ntitle: T\ncontainers: {aa: {}}\n${extra}`, 'f.yaml');
    const text = renderExperimentList(
      [
        of('calm', 'steps: [{title: s, restart: aa}]'),
        of('rude', 'steps: [{title: s, drain: C}]'),
        of('apart', 'lab: {}\nneeds: {engine: ">=27", kernel: [ipvlan]}\nsteps: [{title: s, restart: aa}]'),
      ],
      look,
    );
    expect(text).toBe(`3 experiments.

In the lab that is up, side by side:
calm   T

In the lab that is up, one at a time:
rude   T (3 nodes)

Each in a lab of its own:
apart  T (kernel ipvlan, engine >=27)

swarmlab experiments ID explains one before it runs; swarmlab run ID runs it.
`);
  });
});

describe('the drawing', () => {
  it('gives neighbours that look the same one box, where there are more nodes than five', () => {
    const draw = (last: string) =>
      renderExplanation(
        parseExperiment(
          `id: wide\ntitle: T\ncontainers: {far: {node: ${last}}}\nsteps: [{title: s, restart: far}]`,
          'f.yaml',
        ),
        'wide',
        look,
      );
    const boxes = (text: string) => [...text.matchAll(/\+- (nodes? .*?) -/g)].map((match) => match[1]);
    expect(boxes(draw('E'))).toEqual(['node A', 'node B', 'node C', 'node D', 'node E']);
    expect(boxes(draw('F'))).toEqual(['nodes A to E', 'node F']);
    expect(boxes(draw('T'))).toEqual(['nodes A to S', 'node T']);
  });
});

it('draws a group as one, and counts its pairs', () => {
  const text = renderExplanation(
    parseExperiment(
      `id: f
title: T
needs: {nodes: 3}
containers: {web: {}, crowd: {count: 7, node: spread}, guest: {count: 2, network: 'container:web'}}
steps:
  - title: s
    probe: {by: ip, expect: [crowd -> web: no, web -> crowd-2: yes, crowd-1 -> crowd: {expect: any, because: nobody knows}]}`,
      'f.yaml',
    ),
    'f',
    look,
  );
  expect(text).toContain('|   3 of 7 crowd');
  expect(text).toContain('|   2 of 7 crowd');
  expect(text).toContain('|   2 of 2 guest');
  expect(text).toContain(`
            web   crowd
     crowd  7 no  7 any
     web    .     1 yes
`);
  expect(text).toContain('crowd -> crowd: nobody knows');
  expect(text).not.toContain('crowd-');
});

describe('the explanation', () => {
  it.each(catalogue.map((experiment) => [experiment.id, experiment] as const))(
    'of %s fits, and tells every step and end',
    (_id, experiment) => {
      const text = renderExplanation(experiment, experiment.id, look);
      expect(overlong(text, 80)).toEqual([]);
      const flat = text.replace(/\s+/g, ' ');
      for (const { title } of experiment.steps) expect(flat).toContain(title.replace(/\s+/g, ' '));
      for (const { name } of experiment.containers) expect(text).toContain(name);
      for (const { name } of experiment.networks) expect(text).toContain(name);
      expect(text.trimEnd().endsWith(`swarmlab run ${experiment.id}`)).toBe(true);
    },
  );

  it('draws what is built, says what is done, and what is expected and why', () => {
    const experiment = parseExperiment(small, 'small.yaml');
    expect(renderExplanation(experiment, './small.yaml', look)).toBe(explained);
  });

  it('splits a table that is too wide, each part with all rows', () => {
    const names = Array.from({ length: 12 }, (_, index) => `container-number-${index + 1}`);
    const text = `title: T\ncontainers: {${names.map((name) => `${name}: {}`).join(', ')}}\nsteps:\n  - title: S\n    probe:\n      by: name\n      expect:\n        - ${names.join(', ')} -> ${names.join(', ')}: no-name\n`;
    const shown = renderExplanation(parseExperiment(text, 'wide.yaml'), 'wide', look);
    expect(overlong(shown, 80)).toEqual([]);
    expect(shown.match(/^ +container-number-7 {2,}no-name/gm)?.length).toBeGreaterThan(2);
  });
});

describe('the document', () => {
  it('has every experiment in short, or one whole', () => {
    const all = makeExperimentsDocument(catalogue, false);
    expect(all.schema).toBe('swarmlab/experiments@1');
    expect(all.experiments).toHaveLength(catalogue.length);
    expect(all.experiments[0]).not.toHaveProperty('steps');
    const [one] = makeExperimentsDocument([parseExperiment(small, 'small.yaml')], true).experiments;
    expect(one).toMatchObject({ id: 'small', needs: { nodes: 2, engine: '>=20.10' }, steps: [{}, {}, {}, {}] });
    expect(JSON.parse(JSON.stringify(one))).toEqual(one);
  });
});

const small = `
title: A small one
about: |
  First paragraph.

  Second one, which
  is in two lines.
sources: [https://docs.docker.com/]
needs: {engine: '>=20.10'}
networks: {red: {}, wide: {driver: overlay, attachable: true, options: {encrypted: ''}}}
containers:
  aa: {networks: [red], publish: ['8080:80']}
  bb: {node: B, networks: [wide]}
  cc: {network: host, start: false}
steps:
  - title: Two nodes
    because: names stay on a node
    see: https://docs.docker.com/engine/
    probe:
      by: name
      expect:
        - when: {engine: '<28', forward: DROP}
          expect: |
            from/to aa   bb
            aa       yes no-name
            lan     .   no
        - expect:
            - aa -> bb: {expect: any, because: nobody knows}
  - title: A look
    check:
      - address: {container: aa, network: red, prefixLength: 24, changed: false}
      - running: {container: aa}
  - {title: A port, block: {node: B, port: 4789/udp, direction: in}}
  - {title: No, refused: {connect: {container: aa, network: wide, aliases: [x]}, matches: 'not (here)'}}
`;

const explained = `small: A small one

First paragraph.

Second one, which is in two lines.

What is built
+- node A ----------------------------+ +- node B ----------------------------+
| red (bridge)                        | | wide (overlay)                      |
|   aa (8080->80)                     | |   bb                                |
| the node's own network              | |                                     |
|   cc (later)                        | |                                     |
+-------------------------------------+ +-------------------------------------+
=== wide (overlay), through the swarm =========================================
--- LAN, with a machine outside (lan); the world beyond -----------------------
Options: wide: encrypted

What is done and asked

1. Two nodes (by name)
   Because names stay on a node.
   See https://docs.docker.com/engine/

   With engine <28, FORWARD policy DROP:

          aa   bb
     aa   yes  no-name
     lan  .    no

   Otherwise:

         bb
     aa  any
   aa -> bb: nobody knows

2. A look
   - aa's address on red: prefix /24 and as at first
   - aa: runs

3. A port
   > block 4789/udp on node B, inward

4. No
   > connect aa to wide as x: the engine must refuse, with a message like /not
     (here)/

yes = reached   no = not reached   no-name = unknown name   . = not asked

See https://docs.docker.com/

It needs 2 nodes, a LAN machine, engine >=20.10.
It runs in the lab that is up, alone: it disturbs the swarm.
swarmlab run ./small.yaml
`;

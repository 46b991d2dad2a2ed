import { letterNodes } from '../../src/experiment/build/letters.ts';
import type { ContainerDefinition, Experiment } from '../../src/experiment/language/definition.ts';
import { parseExperiment } from '../../src/experiment/language/parse.ts';
import { containerWorld, worldAtStart } from '../../src/model/start.ts';
import type { World } from '../../src/model/world.ts';
import { labPlan } from '../experiment/lab-fixture.ts';

const text = `id: crowd
title: Many containers on all kinds of networks
about: Nothing is built of it.
needs: {nodes: 3, outsider: true, kernel: [vxlan, macvlan]}
networks:
  red: {driver: bridge, nodes: [A, B, C]}
  blue: {driver: bridge, nodes: [A, B, C], internal: true}
  wide: {driver: overlay, attachable: true}
  far: {driver: overlay, attachable: true, internal: true}
  wire: {driver: macvlan, nodes: [A, B, C], parent: segment}
containers:
  first: {networks: [red]}
steps:
  - title: Nothing
    probe: {by: name, expect: ['first -> first: yes']}
`;

const attached: readonly ContainerDefinition['attach'][] = [
  ...[
    ['red'],
    ['blue'],
    ['wide'],
    ['far'],
    ['wire'],
    ['bridge'],
    ['red', 'wide'],
    ['wide', 'far'],
    ['bridge', 'blue'],
  ].map((networks) => ({
    kind: 'networks' as const,
    networks: networks.map((network) => ({ network, ip: null, mac: null, aliases: [] })),
  })),
  { kind: 'host' },
  { kind: 'none' },
  { kind: 'container', name: 'first' },
];

/** A world of three nodes and that many containers, of all kinds in turn. */
export function crowd(size: number): World {
  const experiment: Experiment = parseExperiment(text, 'crowd.yaml');
  const plan = labPlan();
  const nodes = letterNodes(plan);
  const facts = new Map(
    [...nodes.values()].map(({ name }) => [name, { engineVersion: '20.10.24', kernel: '', forwardPolicy: 'DROP' }]),
  );
  const world = worldAtStart(experiment, { plan, nodes, facts });
  const [first] = experiment.containers;
  if (first === undefined) return world;
  const letters = ['A', 'B', 'C'] as const;
  const containers = [
    first,
    ...Array.from({ length: size - 1 }, (_, at): ContainerDefinition => {
      const attach = attached[at % attached.length] ?? first.attach;
      // Who lodges with somebody is on that one's node.
      const node = attach.kind === 'container' ? 'A' : (letters[at % letters.length] ?? 'A');
      return { ...first, name: `c${at}`, node, attach };
    }),
  ];
  return { ...world, containers: new Map(containers.map((one) => [one.name, containerWorld(world, one)])) };
}

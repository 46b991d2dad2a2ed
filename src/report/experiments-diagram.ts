import type {
  ContainerDefinition,
  Experiment,
  NetworkDefinition,
  NodeLetter,
} from '../experiment/language/definition.ts';
import { isSwarmWide } from '../experiment/language/read-networks.ts';
import { lettersOf, usesOutsider } from '../experiment/language/uses.ts';
import { nodeLetters } from '../experiment/language/vocabulary.ts';
import { list } from './words.ts';
import { wrap } from './wrap.ts';

type Built = Pick<Experiment, 'networks' | 'containers' | 'services' | 'steps' | 'needs' | 'ownLab'>;

const mostBeside = 3;

/**
 * What an experiment builds: each node a box with its networks and who is on them, beside each other; below them what
 * joins the nodes. ASCII, no line longer than `width`.
 */
export function drawExperiment(experiment: Built, width: number): readonly string[] {
  const nodes = shownNodes(experiment);
  const alike = boxesOf(experiment, nodes);
  const beside = Math.max(1, Math.min(mostBeside, alike.length, Math.floor((width + 1) / 25)));
  const boxWidth = Math.min(Math.floor((width - (beside - 1)) / beside), alike.length === 1 ? 60 : width);
  const rows: string[] = [];
  for (let start = 0; start < alike.length; start += beside) {
    const drawn = alike.slice(start, start + beside);
    const boxes = drawn.map(({ first }) => contentOf(experiment, first, boxWidth - 4));
    const height = Math.max(...boxes.map((lines) => lines.length));
    const edge = (labels: readonly string[]) => labels.map((label) => `+${label.padEnd(boxWidth - 2, '-')}+`).join(' ');
    rows.push(edge(drawn.map(({ label }) => `- ${label} `)));
    for (let line = 0; line < height; line += 1) {
      rows.push(boxes.map((lines) => `| ${(lines[line] ?? '').padEnd(boxWidth - 4)} |`).join(' '));
    }
    rows.push(edge(boxes.map(() => '')));
  }
  const total = Math.min(width, beside * boxWidth + beside - 1);
  return [...rows, ...joining(experiment, nodes.length > 1, total)];
}

function shownNodes(experiment: Built): readonly NodeLetter[] {
  const used = lettersOf(experiment);
  const most = Math.max(experiment.needs.nodes, ...used.map((letter) => nodeLetters.indexOf(letter) + 1));
  return nodeLetters.slice(0, most);
}

/** So many nodes have a box each; of more, neighbours that look the same share one. */
const mostBoxes = 5;

interface Box {
  label: string;
  first: NodeLetter;
}

function boxesOf(experiment: Built, nodes: readonly NodeLetter[]): readonly Box[] {
  const each = nodes.map((node) => ({ node, role: roleOf(experiment, node) }));
  if (nodes.length <= mostBoxes) return each.map(({ node, role }) => ({ first: node, label: `node ${node}${role}` }));
  const look = ({ node, role }: (typeof each)[number]) => JSON.stringify([role, contentOf(experiment, node, 80)]);
  const runs: (typeof each)[] = [];
  for (const one of each) {
    const run = runs.at(-1);
    if (run?.[0] !== undefined && look(run[0]) === look(one)) run.push(one);
    else runs.push([one]);
  }
  return runs.flatMap((run) => {
    const [first, last] = [run[0], run.at(-1)];
    if (first === undefined || last === undefined) return [];
    const label = first === last ? `node ${first.node}` : `nodes ${first.node} to ${last.node}`;
    return [{ first: first.node, label: `${label}${first.role}` }];
  });
}

/** In a lab of its own, who manages the swarm: A, and behind the workers those after it. */
function roleOf({ ownLab }: Built, node: NodeLetter): string {
  if (ownLab === null || ownLab.swarm === null) return '';
  const index = nodeLetters.indexOf(node);
  return index === 0 || index > ownLab.workers ? ', manager' : '';
}

/** Networks of a node with their containers, then those that are on none. */
function contentOf(experiment: Built, node: NodeLetter, width: number): readonly string[] {
  const { networks, containers, services } = experiment;
  const here = containers.filter((container) => container.node === node);
  const on = (name: string) =>
    here.filter(({ attach }) => attach.kind === 'networks' && attach.networks.some(({ network }) => network === name));
  const own = networks.filter((network) =>
    isSwarmWide(network) ? on(network.name).length > 0 : network.nodes.includes(node),
  );
  const groups: { label: string; members: readonly string[] }[] = [
    ...(on('bridge').length > 0
      ? [{ label: 'bridge (the default one)', members: membersText(on('bridge'), containers) }]
      : []),
    ...own.map((network) => ({ label: networkText(network), members: membersText(on(network.name), containers) })),
    ...['host', 'none'].flatMap((kind) => {
      const members = here.filter(({ attach }) => attach.kind === kind);
      return members.length === 0
        ? []
        : [
            {
              label: kind === 'host' ? "the node's own network" : 'no network',
              members: membersText(members, containers),
            },
          ];
    }),
    ...lodgers(here).map(([landlord, members]) => ({
      label: `in the namespace of ${landlord}`,
      members: membersText(members, containers),
    })),
    ...services
      .filter(({ nodes }) => nodes?.includes(node))
      .map(({ name, networks: names }) => ({
        label: `service ${name}`,
        members: names.length === 0 ? [] : [`tasks on ${names.join(', ')}`],
      })),
  ];
  if (groups.length === 0) return ['(nothing of its own)'];
  return groups
    .flatMap(({ label, members }) => [
      ...wrap(label, width, '  ').split('\n'),
      ...members.flatMap((member) => wrap(`  ${member}`, width, '    ').split('\n')),
    ])
    .map((line) => (line.length > width ? `${line.slice(0, width - 1)}~` : line));
}

function networkText({ name, driver, internal, parent, subnet, configOnly, configFrom }: NetworkDefinition): string {
  const facts = [
    driver,
    ...(configOnly ? ['configuration only'] : []),
    ...(configFrom === null ? [] : [`as ${configFrom}`]),
    ...(internal ? ['internal'] : []),
    ...(parent?.kind === 'segment' ? ['on the LAN'] : []),
    ...(parent?.kind === 'vlan' ? [`VLAN ${parent.id}`] : []),
    ...(parent?.kind === 'none' ? ['no parent'] : []),
    ...(subnet === null ? [] : [subnet]),
  ];
  return `${name} (${facts.join(', ')})`;
}

/** Those who joined the namespace of another: by themselves, those of a group together. */
function lodgers(here: readonly ContainerDefinition[]): readonly (readonly [string, readonly ContainerDefinition[]])[] {
  const rows = new Map<string, { landlord: string; members: ContainerDefinition[] }>();
  for (const container of here) {
    if (container.attach.kind !== 'container') continue;
    const row = rows.get(container.group ?? ` ${container.name}`);
    if (row === undefined)
      rows.set(container.group ?? ` ${container.name}`, { landlord: container.attach.name, members: [container] });
    else row.members.push(container);
  }
  return [...rows.values()].map(({ landlord, members }) => [landlord, members]);
}

/** Each container; of a group how many of all of it. */
function membersText(members: readonly ContainerDefinition[], all: readonly ContainerDefinition[]): readonly string[] {
  const told = new Set<string>();
  return members.flatMap((container) => {
    const { group } = container;
    if (group === null) return [memberText(container)];
    if (told.has(group)) return [];
    told.add(group);
    const ofGroup = (list: readonly ContainerDefinition[]) => list.filter((one) => one.group === group).length;
    return [`${ofGroup(members)} of ${ofGroup(all)} ${memberText({ ...container, name: group })}`];
  });
}

function memberText({ name, publish, attach, links, atStart }: ContainerDefinition): string {
  const fixed = attach.kind === 'networks' ? attach.networks.flatMap(({ ip }) => ip ?? []) : [];
  const facts = [
    ...fixed,
    ...publish.map(
      ({ hostAddress, hostPort, port }) => `${hostAddress === null ? '' : `${hostAddress}:`}${hostPort}->${port}`,
    ),
    ...(links.length === 0 ? [] : [`linked to ${list(links)}`]),
    ...(atStart ? [] : ['later']),
  ];
  return facts.length === 0 ? name : `${name} (${facts.join(', ')})`;
}

/** What joins the nodes: swarm-wide networks, services that may run anywhere, the LAN. */
function joining(experiment: Built, several: boolean, width: number): readonly string[] {
  const { networks, services, needs } = experiment;
  const bar = (text: string, mark: string) => `${mark.repeat(3)} ${text} `.padEnd(width, mark).slice(0, width);
  const wide = networks.filter((network) => isSwarmWide(network));
  const anywhere = services.filter(({ nodes }) => nodes === null);
  const lan = needs.outsider || usesOutsider(experiment);
  return [
    ...wide.map((network) => bar(`${networkText(network)}, through the swarm`, '=')),
    ...anywhere.map(({ name, replicas, networks: names }) =>
      bar(`service ${name} x${replicas}${names.length === 0 ? '' : ` on ${names.join(', ')}`}`, '='),
    ),
    ...(several || lan ? [bar(`LAN${lan ? ', with a machine outside (lan)' : ''}; the world beyond`, '-')] : []),
  ];
}

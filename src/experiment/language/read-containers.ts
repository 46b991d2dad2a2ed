import type { PathPart } from '../../config/locate.ts';
import { isHostAddress, parseAddress, parseSubnet } from '../../plan/ipv4.ts';
import type { AttachmentDefinition, ContainerDefinition, NetworkDefinition, NodeLetter } from './definition.ts';
import type { Member, SaidContainer } from './members.ts';
import { checkGroup, checkRoom } from './read-groups.ts';
import { isSwarmWide } from './read-networks.ts';
import { readCommand, readPort, readPublish, texts } from './read-values.ts';
import { isBroken, isKnown, isThere, namesOf, type Reading, report } from './reading.ts';
import { defaultBridge, reservedNames } from './vocabulary.ts';

type SaidAttachment = NonNullable<SaidContainer['networks']>[number];

/** The containers of a file, each of those that a `count` stands for by itself. `networks` are the file's own, read before. */
export function readContainers(reading: Reading, networks: readonly NetworkDefinition[]): ContainerDefinition[] {
  const containers = [...reading.roster.entries].flatMap(([entry, members]) => {
    if (reservedNames.includes(entry)) {
      report(reading, ['containers', entry], {
        code: 'experiment.reserved-name',
        message: `no container of yours can be called ${entry}`,
        hint: 'it means something else in a table',
      });
    }
    checkGroup(reading, members);
    return readEntry(reading, members, networks);
  });
  checkDependence(reading, containers);
  checkRoom(reading, containers, networks);
  return containers;
}

/** Those of one entry: alike but for their names and nodes. */
function readEntry(
  reading: Reading,
  members: readonly Member[],
  networks: readonly NetworkDefinition[],
): ContainerDefinition[] {
  const known = reading.problems.length;
  const attachments = new Map<NodeLetter, ContainerDefinition['attach']>();
  const attachOn = ({ node, said, entry }: Member) => {
    // What is wrong on one node is told once.
    const told = reading.problems.length > known ? [...attachments.values()][0] : undefined;
    const attach =
      attachments.get(node) ??
      told ??
      readAttach(reading, said, ['containers', entry], networks, node, said.start ?? true);
    attachments.set(node, attach);
    return attach;
  };
  return members.map((member) => {
    const { name, group, node, said } = member;
    return {
      name,
      group,
      node,
      image: said.image ?? null,
      attach: attachOn(member),
      links: said.links ?? [],
      publish: (said.publish ?? []).map(readPublish),
      env: texts(said.env),
      command: readCommand(said.command),
      entrypoint: readCommand(said.entrypoint),
      expose: (said.expose ?? []).map(readPort),
      listen: (said.listen ?? []).map(readPort),
      capabilities: said.capabilities ?? [],
      restart: said.restart ?? ('no' as const),
      labels: texts(said.labels),
      atStart: said.start ?? true,
    };
  });
}

function readAttach(
  reading: Reading,
  said: SaidContainer,
  path: readonly PathPart[],
  networks: readonly NetworkDefinition[],
  node: NodeLetter,
  atStart: boolean,
): ContainerDefinition['attach'] {
  const { network } = said;
  if (network !== undefined && said.networks !== undefined) {
    report(reading, [...path, 'network'], {
      code: 'experiment.contradiction',
      message: `with "network: ${network}" it has no networks of its own`,
      hint: 'have either "network" or "networks"',
    });
  }
  if (network === 'host' || network === 'none') return { kind: network };
  if (network !== undefined) {
    const name = network.slice('container:'.length);
    isKnown(reading, 'container', name, [...path, 'network']);
    return { kind: 'container', name };
  }
  const attachments = (said.networks ?? [defaultBridge]).map((each, index) => {
    const place = typeof each === 'string' ? [...path, 'networks', index] : [...path, 'networks', index, 'network'];
    return readAttachment(reading, each, { path: place, networks, node, mayFail: !atStart });
  });
  for (const [index, { network: each }] of attachments.entries()) {
    if (attachments.findIndex((other) => other.network === each) < index) {
      report(reading, [...path, 'networks', index], {
        code: 'experiment.contradiction',
        message: `${each} is there twice`,
        hint: 'keep one of them',
      });
    }
  }
  return { kind: 'networks', networks: attachments };
}

/** One network of a container, of its own or by a step. `mayFail`: the engine may be meant to refuse it. */
export function readAttachment(
  reading: Reading,
  given: SaidAttachment,
  at: { path: readonly PathPart[]; networks: readonly NetworkDefinition[]; node: NodeLetter; mayFail: boolean },
): AttachmentDefinition {
  const said = typeof given === 'string' ? { network: given } : given;
  const attachment = {
    network: said.network,
    ip: said.ip ?? null,
    mac: said.mac ?? null,
    aliases: said.aliases ?? [],
  };
  if (said.network === 'host' || said.network === 'none') {
    report(reading, at.path, {
      code: 'experiment.unknown-name',
      message: `${said.network} is not among networks`,
      hint: `write "network: ${said.network}" instead of "networks"`,
    });
  } else if (isKnown(reading, 'network', said.network, at.path, [defaultBridge])) {
    checkAttachment(reading, attachment, at);
  }
  return attachment;
}

function checkAttachment(
  reading: Reading,
  attachment: AttachmentDefinition,
  at: Parameters<typeof readAttachment>[2],
): void {
  if (attachment.network === defaultBridge || isBroken(reading, ['networks', attachment.network])) return;
  const problem = attachmentProblem(reading, attachment, at);
  if (problem !== null) report(reading, at.path, { code: 'experiment.contradiction', ...problem });
}

function attachmentProblem(
  reading: Reading,
  { network, ip }: AttachmentDefinition,
  at: Parameters<typeof readAttachment>[2],
): { message: string; hint: string } | null {
  const everywhere = at.networks.filter(({ name }) => name === network);
  const swarmWide = everywhere.find(isSwarmWide);
  const here = swarmWide ?? everywhere.find(({ nodes }) => nodes.includes(at.node));
  if (here === undefined) {
    const hint = `add ${at.node} to the "nodes" of ${network}`;
    return { message: `${network} is not made on node ${at.node}`, hint };
  }
  if (here.configOnly) {
    return { message: `${network} is a configuration, no network`, hint: 'attach to one that takes it' };
  }
  if (at.mayFail) return null;
  const legacy = reading.document.lab?.clusterStore !== undefined;
  if (swarmWide !== undefined && !swarmWide.attachable && !legacy) {
    const message = `${network} is not attachable: the engine refuses plain containers`;
    return { message, hint: `give ${network} "attachable: true"` };
  }
  if (ip === null || here.configFrom !== null) return null;
  if (here.subnet === null) {
    return { message: 'a fixed address needs a subnet of yours', hint: `give ${network} a subnet that has ${ip}` };
  }
  if (isHostAddress(parseSubnet(here.subnet), parseAddress(ip))) return null;
  return { message: `${ip} is no address for a host in ${network}`, hint: `its subnet is ${here.subnet}` };
}

/** Links and `container:` need another container first, on the same node; they must not go in a circle. */
function checkDependence(reading: Reading, containers: readonly ContainerDefinition[]): void {
  const needed = new Map<string, string[]>();
  const told = new Set<string>();
  for (const { name, group, node, links, attach, atStart } of containers) {
    const entry = group ?? name;
    const wants = [
      ...links.map((link, index) => ({
        target: link.split(':')[0] ?? '',
        path: ['containers', entry, 'links', index],
      })),
      ...(attach.kind === 'container' ? [{ target: attach.name, path: ['containers', entry, 'network'] }] : []),
    ];
    needed.set(
      name,
      wants.map(({ target }) => target),
    );
    // What is wrong with one of many alike is told once.
    if (told.has(entry)) continue;
    const known = reading.problems.length;
    for (const [index, { target, path }] of wants.entries()) {
      const other = containers.find((each) => each.name === target);
      if (other === undefined) {
        if (index < links.length) isKnown(reading, 'container', target, path);
      } else if (atStart && other.node !== node && !isBroken(reading, ['containers', target])) {
        report(reading, path, {
          code: 'experiment.contradiction',
          message: `${target} is on node ${other.node}, and ${name} on ${node}: an engine knows its own containers only`,
          hint: `put them on one node, or give ${name} "start: false" and have its creation refused`,
        });
      } else if (atStart && !other.atStart) {
        report(reading, path, {
          code: 'experiment.contradiction',
          message: `${target} is not there when ${name} starts`,
          hint: `give ${name} "start: false" as well, and create it in a step`,
        });
      }
    }
    if (reading.problems.length > known) told.add(entry);
  }
  for (const { name, group } of containers) {
    const circle = circleFrom(name, needed);
    if (circle === null) continue;
    report(reading, ['containers', group ?? name], {
      code: 'experiment.contradiction',
      message: `these need each other first: ${circle.join(' -> ')}`,
      hint: 'take out one of the links, or one "network: container:..."',
    });
    return;
  }
}

function circleFrom(start: string, needed: ReadonlyMap<string, readonly string[]>): string[] | null {
  const walk = (name: string, before: readonly string[]): string[] | null => {
    if (name === start && before.length > 0) return [...before, name];
    if (before.includes(name)) return null;
    for (const next of needed.get(name) ?? []) {
      const found = walk(next, [...before, name]);
      if (found !== null) return found;
    }
    return null;
  };
  return walk(start, []);
}

/** Containers and services share no name: tables and `create` would not tell them apart. */
export function checkNames(reading: Reading): void {
  for (const name of namesOf(reading, 'service')) {
    if (!isThere(reading, 'container', name) && !reading.roster.groups.has(name)) continue;
    report(reading, ['services', name], {
      code: 'experiment.contradiction',
      message: `a container is called ${name} as well`,
      hint: 'give one of them another name',
    });
  }
}

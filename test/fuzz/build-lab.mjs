// A random lab as an experiment file has it: choices made consistent. Pure.
import { asking } from './asking.mjs';
import { changeOf } from './changes.mjs';
import { networksOf } from './networks.mjs';
import { aliasOf, hostPort, letters, lettersOf, linkAliasOf, markOf, pick } from './words.mjs';

/** What node kernels may lack, of which random labs make use where it is there. */
export const optionalFeatures = ['ipvlan', 'dummy', '8021q', 'esp4', 'ip_vs'];

/**
 * A lab out of choices: networks, containers, services, and steps that ask everybody for everybody, at first and after all
 * changes. `number` keeps names, ports and subnets apart from those of labs that run beside it; `features` are those of
 * `optionalFeatures` that the nodes' kernels have.
 */
export function labOf(choices, number, features = new Set()) {
  const mark = markOf(number);
  const own = choices.ownLab;
  const nodes = letters.slice(0, choices.nodes);
  const networks = networksOf(choices, { mark, number, nodes, features, swarm: own === null || own.swarm });
  const containers = containersOf(choices, { mark, number, nodes, networks });
  const services = servicesOf(choices, { mark, number, nodes, networks, features });
  const lab = { mark, nodes, networks, containers, services, swarm: own === null || own.swarm };
  const standing = standingOf(lab);
  const steps = [...forwardSteps(own, nodes), ...waits(lab, standing), ...asking(lab, standing, 'at first')];
  const made = [];
  for (const one of choices.changes) {
    const change = changeOf(one, lab, standing);
    if (change === null) continue;
    made.push(change.after);
    steps.push({ title: `Now ${change.after}`, ...change.action });
  }
  if (made.length > 0) {
    if (standing.faults.size === 0) steps.push(...waits(lab, standing));
    steps.push(...asking(lab, standing, 'after that'));
  }
  return {
    id: `random-${mark}`,
    title: `Random lab ${mark}`,
    about: 'Made by chance, to compare the model with real engines.\n',
    needs: { nodes: choices.nodes, outsider: true, kernel: kernelOf(networks) },
    ...(standing.disturbed ? { disturbs: 'swarm' } : {}),
    ...(own === null ? {} : { lab: ownLabOf(own, choices.nodes) }),
    networks: Object.fromEntries(networks.flatMap(({ name, said, template }) => [...template, [name, said]])),
    containers: Object.fromEntries(containers.map(({ name, said }) => [name, said])),
    services: Object.fromEntries(services.map(({ name, said }) => [name, said])),
    steps,
  };
}

function ownLabOf({ icc, dataPathPort, swarm }, nodes) {
  return {
    managers: 1,
    workers: nodes - 1,
    outsiders: 1,
    ...(icc ? {} : { daemon: { icc: false } }),
    ...(swarm ? (dataPathPort ? { swarm: { dataPathPort: 4800 } } : {}) : { swarm: false }),
  };
}

/** As where an administrator set it, or another program. */
function forwardSteps(own, nodes) {
  if (own === null || !own.accept) return [];
  return nodes.map((letter) => ({
    title: `FORWARD is at ACCEPT on ${letter}`,
    run: { in: `node:${letter}`, command: ['iptables', '-P', 'FORWARD', 'ACCEPT'] },
  }));
}

function kernelOf(networks) {
  return [...new Set(networks.flatMap(({ kernel }) => kernel))];
}

function standingOf({ containers, services }) {
  const now = containers.filter(({ said }) => said.start !== false);
  return {
    running: new Set(now.map(({ name }) => name)),
    /** By container that is there: its networks; null: it has none of its own. */
    joined: new Map(now.map(({ name, joins }) => [name, joins === null ? null : [...joins]])),
    replicas: new Map(services.map(({ name, said }) => [name, said.replicas])),
    faults: new Set(),
    disturbed: false,
  };
}

/** The names of a swarm-wide macvlan travel as those of overlays do, and no engine says when they have arrived. */
function waits({ networks, containers }, { running, joined }) {
  return networks
    .filter(({ kind }) => kind === 'macvlan-wide')
    .flatMap(({ name }) => {
      const ends = containers.filter((one) => running.has(one.name) && joined.get(one.name)?.includes(name));
      return ends.flatMap((from) =>
        ends
          .filter((to) => to.node !== from.node)
          .map((to) => ({
            title: `${from.name} knows ${to.name}`,
            wait: { name: { from: from.name, name: to.name }, timeout: '30s' },
          })),
      );
    });
}

function containersOf({ containers }, { mark, number, nodes, networks }) {
  const made = [];
  for (const [at, one] of containers.entries()) {
    const name = `c${at}${mark}`;
    const node = pick(nodes, one.node);
    const start = one.late && at > 0 ? { start: false } : {};
    // Who comes late has nobody who needs it.
    const before = made.filter((other) => other.node === node && other.said.start !== false);
    const landlord = pick(before, one.picks[0]);
    if (one.attach === 'host' || one.attach === 'none') {
      made.push({ name, node, joins: null, said: { node, network: one.attach, ...start } });
      continue;
    }
    if (one.attach === 'container' && landlord !== undefined && landlord.lodgesWith === undefined) {
      const said = { node, network: `container:${landlord.name}`, ...start };
      made.push({ name, node, joins: null, lodgesWith: landlord.name, said });
      continue;
    }
    const joins = one.attach === 'bridge' ? ['bridge'] : joinsOf(one, networks, node);
    const attached = joins.map((network) => attachmentOf(one, network, { mark, made, networks, node }));
    const linked = one.link ? linkOf(one, joins, before, mark) : null;
    made.push({
      name,
      node,
      joins,
      linked: linked?.to,
      port: one.publish === null ? null : hostPort(number, at),
      alias: one.alias && joins.some((network) => network !== 'bridge') ? aliasOf(mark) : null,
      said: {
        node,
        networks: attached,
        ...(linked === null ? {} : { links: [`${linked.to}:${linked.as}`] }),
        ...(one.expose ? { expose: [80] } : {}),
        ...publishOf(one, hostPort(number, at)),
        ...start,
      },
    });
  }
  return made;
}

function joinsOf({ picks, alsoDefault }, networks, node) {
  const here = networks.filter((one) => one.nodes.includes(node) && one.joinable).map(({ name }) => name);
  const chosen = [...new Set(picks.map((number) => pick(here, number)).filter((found) => found !== undefined))];
  return [...chosen, ...(alsoDefault || chosen.length === 0 ? ['bridge'] : [])];
}

function attachmentOf({ alias }, network, { mark, made, networks, node }) {
  const ip = addressOn(networks, made, network, node);
  if (network === 'bridge' || (!alias && ip === null)) return network;
  return { network, ...(ip === null ? {} : { ip }), ...(alias ? { aliases: [aliasOf(mark)] } : {}) };
}

/** On a subnet that several nodes have, each of them counts from the same address: who asks gets the wrong one. */
function addressOn(networks, made, network, node) {
  const { prefix, nodes } = networks.find(({ name }) => name === network) ?? {};
  if (prefix == null || nodes.length < 2) return null;
  const before = made.filter((other) => other.node === node && other.joins?.includes(network)).length;
  return `${prefix}.${70 + before}`;
}

/** To another container of the node that is on the network which goes with its creation: links are made there. */
function linkOf({ picks }, joins, before, mark) {
  const [first] = joins;
  const to = pick(
    before.filter((other) => other.joins?.includes(first)),
    picks[0],
  );
  return to === undefined ? null : { to: to.name, as: linkAliasOf(mark) };
}

function publishOf({ publish }, port) {
  if (publish === null) return {};
  return { publish: [{ all: `${port}:80`, loopback: `127.0.0.1:${port}:80`, udp: `${port}:53/udp` }[publish]] };
}

function servicesOf({ services }, { mark, number, nodes, networks, features }) {
  const wide = networks.filter(({ kind }) => kind === 'overlay');
  return services.flatMap((one, at) => {
    const on = pick(wide, one.on);
    if (on === undefined) return [];
    const own = lettersOf(one.nodes, nodes);
    const vip = one.vip && features.has('ip_vs');
    const port = hostPort(number, 8 + at);
    const publish = one.publish ? [{ port: 80, hostPort: port, mode: vip ? 'ingress' : 'host' }] : [];
    return {
      name: `s${at}${mark}`,
      nodes: own,
      port: one.publish ? port : null,
      said: {
        // A node has a host port once.
        replicas: one.publish ? Math.min(one.replicas, own.length) : one.replicas,
        nodes: own,
        endpointMode: vip ? 'vip' : 'dnsrr',
        networks: [on.name],
        ...(publish.length === 0 ? {} : { publish }),
      },
    };
  });
}

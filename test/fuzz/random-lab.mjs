// Random labs: what to choose from, and the choices made consistent. Pure; fast-check draws and shrinks.
import fc from 'fast-check';

const letters = ['A', 'B'];
const index = fc.nat({ max: 1_000 });
const network = fc.record({
  driver: fc.constantFrom('bridge', 'bridge', 'bridge', 'overlay', 'overlay', 'macvlan'),
  nodes: fc.constantFrom(['A'], ['B'], ['A', 'B'], ['A', 'B']),
  internal: fc.constantFrom(false, false, false, true),
  icc: fc.constantFrom(true, true, true, false),
  given: fc.constantFrom(false, false, false, true),
});
const container = fc.record({
  node: fc.constantFrom(...letters),
  attach: fc.constantFrom('networks', 'networks', 'networks', 'networks', 'bridge', 'host', 'none', 'container'),
  picks: fc.array(index, { minLength: 1, maxLength: 3 }),
  alsoDefault: fc.constantFrom(false, false, false, true),
  alias: fc.boolean(),
  link: fc.boolean(),
  publish: fc.constantFrom(null, null, 'all', 'loopback'),
});
const change = fc.record({
  kind: fc.constantFrom('connect', 'disconnect', 'stop', 'restart', 'block'),
  of: index,
  to: index,
  port: fc.constantFrom('4789/udp', '4789/udp', '2377/tcp', '7946/udp'),
});

/** The choices of one lab; whatever is drawn can be built. */
export const randomLab = fc.record({
  networks: fc.array(network, { minLength: 1, maxLength: 4 }),
  containers: fc.array(container, { minLength: 2, maxLength: 6 }),
  service: fc.option(fc.record({ node: fc.constantFrom(...letters), on: index }), { freq: 3, nil: null }),
  changes: fc.array(change, { maxLength: 2 }),
});

const pick = (list, number) => (list.length === 0 ? undefined : list[number % list.length]);

/**
 * A lab as an experiment file has it: networks, containers, a service, and steps that ask everybody for everybody, before
 * and after each change. `mark` (letters and digits) keeps its names and ports apart from other labs' that run beside it.
 */
export function labOf(choices, mark, number) {
  const networks = networksOf(choices, mark, number);
  const containers = containersOf(choices, networks, mark, number);
  const service = serviceOf(choices, networks, mark);
  const standing = new Map(containers.map(({ name, joins }) => [name, joins === null ? null : [...joins]]));
  const steps = [...asking(standing, containers, networks, service, number, 'at first')];
  const blocked = [];
  for (const one of choices.changes) {
    const made = changeOf(one, containers, networks, standing, blocked);
    if (made === null) continue;
    steps.push(made.step, ...asking(standing, containers, networks, service, number, made.after));
  }
  return {
    id: `random-${mark}`,
    title: `Random lab ${mark}`,
    about: 'Made by chance, to compare the model with real engines.\n',
    needs: { nodes: 2, outsider: true, kernel: kernelOf(networks) },
    ...(blocked.length > 0 ? { disturbs: 'swarm' } : containers.some(({ joins }) => joins === null) ? {} : {}),
    networks: Object.fromEntries(networks.map(({ name, said }) => [name, said])),
    containers: Object.fromEntries(containers.map(({ name, said }) => [name, said])),
    ...(service === null ? {} : { services: { [service.name]: service.said } }),
    steps,
  };
}

function kernelOf(networks) {
  const drivers = new Set(networks.map(({ driver }) => driver));
  return [...(drivers.has('overlay') ? ['vxlan'] : []), ...(drivers.has('macvlan') ? ['macvlan'] : [])];
}

/** Before engine 27 a node's interface is the parent of one network at most. */
function networksOf({ networks }, mark, number) {
  let parents = 0;
  return networks.map(({ driver: drawn, nodes: drawnNodes, internal, icc, given }, at) => {
    const driver = drawn === 'macvlan' && parents > 0 ? 'bridge' : drawn;
    if (driver === 'macvlan') parents += 1;
    const nodes = driver === 'overlay' ? letters : drawnNodes;
    const name = `n${at}${mark}`;
    const options = driver === 'bridge' && !icc ? { 'com.docker.network.bridge.enable_icc': 'false' } : null;
    const subnet = driver === 'bridge' && given ? `172.${20 + (number % 8)}.${at}.0/24` : null;
    const said = {
      driver,
      ...(driver === 'overlay' ? { attachable: true } : { nodes }),
      ...(internal ? { internal: true } : {}),
      ...(driver === 'macvlan' ? { parent: 'segment' } : {}),
      ...(subnet === null ? {} : { subnet }),
      ...(options === null ? {} : { options }),
    };
    return { name, driver, nodes, internal, subnet, said };
  });
}

function containersOf({ containers }, networks, mark, number) {
  const made = [];
  for (const [at, one] of containers.entries()) {
    const { node, picks } = one;
    const name = `c${at}${mark}`;
    const here = networks.filter(({ nodes }) => nodes.includes(node)).map((network) => network.name);
    const chosen = [...new Set(picks.map((number_) => pick(here, number_)).filter((found) => found !== undefined))];
    const joins = [...chosen, ...(one.alsoDefault || chosen.length === 0 ? ['bridge'] : [])];
    const landlords = made.filter((other) => other.node === node && Array.isArray(other.joins));
    const landlord = pick(landlords, picks[0]);
    if (one.attach === 'host' || one.attach === 'none') {
      made.push({ name, node, joins: null, said: { node, network: one.attach } });
    } else if (one.attach === 'container' && landlord !== undefined) {
      made.push({
        name,
        node,
        joins: null,
        said: { node, network: `container:${landlord.name}` },
        lodgesWith: landlord.name,
      });
    } else if (one.attach === 'bridge') {
      const linked = one.link
        ? pick(
            made.filter((other) => other.node === node && other.joins?.includes('bridge')),
            picks[0],
          )
        : undefined;
      const links = linked === undefined ? {} : { links: [linked.name] };
      made.push({
        name,
        node,
        joins: ['bridge'],
        linked: linked?.name,
        said: { node, networks: ['bridge'], ...links, ...publishOf(one, at, number) },
      });
    } else {
      const alias = `a${mark}`;
      const attached = joins.map((network) => {
        const ip = addressOn(networks, made, network, node);
        if (network === 'bridge' || (!one.alias && ip === null)) return network;
        return { network, ...(ip === null ? {} : { ip }), ...(one.alias ? { aliases: [alias] } : {}) };
      });
      made.push({ name, node, joins, said: { node, networks: attached, ...publishOf(one, at, number) } });
    }
  }
  return made;
}

/** On a subnet that both nodes have, each of them counts from the same address: who asks gets the wrong one. */
function addressOn(networks, made, network, node) {
  const { subnet, nodes } = networks.find(({ name }) => name === network) ?? {};
  if (subnet == null || nodes.length < 2) return null;
  const before = made.filter((other) => other.node === node && other.joins?.includes(network)).length;
  return subnet.replace('0/24', `${10 + before}`);
}

function publishOf({ publish }, at, number) {
  if (publish === null) return {};
  const port = hostPort(number, at);
  return { publish: [publish === 'all' ? `${port}:80` : `127.0.0.1:${port}:80`] };
}

const hostPort = (number, at) => 20_000 + (number % 400) * 10 + at;

function serviceOf({ service }, networks, mark) {
  const overlays = networks.filter(({ driver }) => driver === 'overlay');
  const on = service === null ? undefined : pick(overlays, service.on);
  if (on === undefined) return null;
  const name = `s${mark}`;
  return { name, said: { replicas: 1, nodes: [service.node], endpointMode: 'dnsrr', networks: [on.name] } };
}

const machines = ['node:A', 'node:B', 'lan', 'world'];
const any = (from, to) => `${from.join(', ')} -> ${to.join(', ')}: any`;

/** Steps that ask all that can be asked now. */
function asking(standing, containers, networks, service, number, when) {
  const running = containers.filter(({ name }) => standing.has(name)).map(({ name }) => name);
  if (running.length === 0) return [];
  const names = [...running, ...(service === null ? [] : [`svc:${service.name}`]), 'lan', 'node:B', 'world'];
  const steps = [
    { title: `By name, ${when}`, probe: { by: 'name', expect: [any([...running, 'node:A'], names)] } },
    { title: `Machines by address, ${when}`, probe: { by: 'ip', expect: [any(running, machines)] } },
  ];
  for (const network of [...networks.map(({ name }) => name), 'bridge']) {
    const there = running.filter((name) => standing.get(name)?.includes(network));
    if (there.length === 0) continue;
    steps.push({
      title: `By address on ${network}, ${when}`,
      probe: { by: 'ip', network, expect: [any([...running, ...machines], there)] },
    });
  }
  for (const [at, { name, said }] of containers.entries()) {
    if (said.publish === undefined || !running.includes(name)) continue;
    const probe = {
      by: 'published',
      protocols: ['tcp'],
      port: hostPort(number, at),
      expect: [any([...running, ...machines], [name])],
    };
    steps.push({ title: `The published port of ${name}, ${when}`, probe });
  }
  return steps;
}

/** A step that changes the lab, with what stands after it; null where it has nothing to change. */
function changeOf({ kind, of, to, port }, containers, networks, standing, blocked) {
  const own = containers.filter(({ name }) => Array.isArray(standing.get(name)));
  const one = pick(own, of);
  switch (kind) {
    case 'connect': {
      const free =
        one === undefined
          ? []
          : networks.filter(({ name, nodes }) => nodes.includes(one.node) && !standing.get(one.name).includes(name));
      const network = pick(free, to);
      if (network === undefined) return null;
      standing.get(one.name).push(network.name);
      return step(`connected ${one.name} to ${network.name}`, {
        connect: { container: one.name, network: network.name },
      });
    }
    case 'disconnect': {
      // The address of a container on no network cannot be aimed at, and links need theirs.
      const joined = one === undefined ? [] : standing.get(one.name);
      if (joined.length < 2) return null;
      const network = pick(joined, to);
      standing.set(
        one.name,
        joined.filter((name) => name !== network),
      );
      return step(`disconnected ${one.name} from ${network}`, { disconnect: { container: one.name, network } });
    }
    case 'stop': {
      if (one === undefined || containers.some(({ linked }) => linked === one.name)) return null;
      standing.delete(one.name);
      for (const { name, lodgesWith } of containers) if (lodgesWith === one.name) standing.delete(name);
      return step(`stopped ${one.name}`, { stop: one.name });
    }
    case 'restart':
      return one === undefined ? null : step(`restarted ${one.name}`, { restart: one.name });
    case 'block': {
      if (blocked.length > 0) return null;
      blocked.push(port);
      return step(`closed ${port} on node B`, { block: { node: 'B', port } });
    }
  }
}

function step(after, action) {
  return { step: { title: `Now ${after}`, ...action }, after: `after that (${after})` };
}

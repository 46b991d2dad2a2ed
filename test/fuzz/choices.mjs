// What a random lab is drawn from. fast-check draws and shrinks: what is simplest stands first, and whatever is drawn can be
// built (build-lab.mjs makes the choices consistent), so that any part of a lab can be taken away.
import fc from 'fast-check';

/** Names something of a list that is not known yet, by its number modulo the list's length. */
const index = fc.nat({ max: 1_000 });
/** A set of nodes, one bit for each; bits of nodes that the lab has not are nothing. */
const nodes = fc.integer({ min: 1, max: 15 });
const oneIn = (many) => fc.constantFrom(...Array(many - 1).fill(false), true);
const often = (weights) => fc.constantFrom(...weights.flatMap(([value, weight]) => Array(weight).fill(value)));

const network = fc.record({
  driver: often([
    ['bridge', 8],
    ['overlay', 6],
    ['macvlan', 3],
    ['macvlan-wide', 1],
    ['ipvlan', 2],
  ]),
  nodes,
  internal: oneIn(4),
  icc: often([
    [true, 3],
    [false, 1],
  ]),
  masquerade: often([
    [true, 5],
    [false, 1],
  ]),
  /** `range`: with a range and a gateway of its own as well. */
  subnet: often([
    ['planned', 5],
    ['given', 1],
    ['range', 1],
  ]),
  /** Of macvlan and ipvlan, each reads the number in its own way. */
  mode: fc.nat({ max: 11 }),
  parent: often([
    ['segment', 4],
    ['none', 1],
    ['vlan', 1],
  ]),
  encrypted: oneIn(5),
  attachable: often([
    [true, 7],
    [false, 1],
  ]),
  mtu: oneIn(8),
});

const container = fc.record({
  node: index,
  attach: often([
    ['networks', 9],
    ['bridge', 3],
    ['host', 1],
    ['none', 1],
    ['container', 2],
  ]),
  picks: fc.array(index, { minLength: 1, maxLength: 3 }),
  alsoDefault: oneIn(5),
  alias: oneIn(3),
  link: oneIn(3),
  expose: oneIn(4),
  publish: often([
    [null, 7],
    ['all', 2],
    ['loopback', 1],
    ['udp', 1],
  ]),
  late: oneIn(10),
});

const service = fc.record({
  nodes,
  on: index,
  replicas: fc.constantFrom(1, 2, 0),
  vip: fc.boolean(),
  publish: fc.boolean(),
});

/** `swarm`: to nodes and their ports, after which nothing else may run in the lab until it is healed. */
const change = fc.record({
  kind: often([
    ['connect', 5],
    ['disconnect', 5],
    ['stop', 3],
    ['restart', 3],
    ['start', 2],
    ['remove', 1],
    ['create', 2],
    ['scale', 2],
    ['swarm', 3],
  ]),
  of: index,
  to: index,
  swarm: often([
    ['block', 8],
    ['open', 1],
    ['lose', 1],
    ['drain', 1],
    ['leave', 1],
    ['promote', 1],
  ]),
  port: often([
    ['4789/udp', 6],
    ['7946/udp', 1],
    ['7946/tcp', 1],
    ['2377/tcp', 1],
    ['80/tcp', 1],
  ]),
  direction: fc.constantFrom('both', 'in', 'out'),
});

/** A lab of its own, for what an engine or a swarm is started with. */
const ownLab = fc.record({ icc: fc.boolean(), dataPathPort: fc.boolean(), swarm: fc.boolean(), accept: fc.boolean() });

/** The choices of one lab. */
export const randomLab = fc.record({
  nodes: fc.constantFrom(2, 3, 2, 4),
  ownLab: fc.oneof(
    { withCrossShrink: true },
    { weight: 19, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: ownLab },
  ),
  networks: fc.array(network, { minLength: 1, maxLength: 4 }),
  containers: fc.array(container, { minLength: 1, maxLength: 7 }),
  services: fc.oneof(
    { withCrossShrink: true },
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(service, { minLength: 1, maxLength: 2 }) },
  ),
  changes: fc.array(change, { maxLength: 3 }),
});

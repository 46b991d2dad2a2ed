import type { Foretold } from '../rule.ts';
import { source } from './sources.ts';

type Text = { expected: Foretold; sentence: string; reference: string };

/** What is said of questions themselves, of services and of published ports: decided where they are looked up, not by a list. */
export const targetRules = {
  'world.disturbed': {
    expected: 'undecided',
    sentence: 'something was done whose effect on networks nobody can foretell',
    reference: 'docs/model.md',
  },
  'target.unknown': {
    expected: 'undecided',
    sentence: 'nobody of that name is there at this step',
    reference: 'docs/model.md',
  },
  'target.no-address': {
    expected: 'undecided',
    sentence: 'it has no address that could be aimed at',
    reference: 'docs/model.md',
  },
  'target.several': {
    expected: 'undecided',
    sentence: 'it may be any of several, and they are not reached alike',
    reference: source.swarm,
  },
  'asker.not-there': { expected: 'undecided', sentence: 'who should ask does not run', reference: 'docs/model.md' },
  'none.loopback': {
    expected: 'reached',
    sentence: 'a container without a network has loopback, and reaches itself by that',
    reference: source.none,
  },
  'shared.other-namespace': {
    expected: 'wrong-responder',
    sentence: 'the address is that of the namespace that its owner stands in now, not of the one where it is asked for',
    reference: source.containerMode,
  },
  'stopped.host-answers': {
    expected: 'undecided',
    sentence: 'the target does not run; its address is that of its node, which answers as it would without it',
    reference: source.host,
  },
  'name.somebody-else': {
    expected: 'wrong-responder',
    sentence: 'the name means somebody else to the one who asks',
    reference: source.dns,
  },
  'name.somebody-else.unsure': {
    expected: 'undecided',
    sentence: 'the name is that of a service, and not of whom it was asked for',
    reference: source.swarm,
  },
  'service.no-tasks': {
    expected: 'undecided',
    sentence: 'no task of the service is sure to run',
    reference: source.swarm,
  },
  'service.ping': {
    expected: 'undecided',
    sentence: "a service's virtual address balances TCP and UDP; what answers a ping is none of its tasks",
    reference: source.vip,
  },
  'service.needs-ip-vs': {
    expected: 'undecided',
    sentence: "a service's virtual address needs IPVS in the kernel of the node that asks",
    reference: source.swarm,
  },
  'service.from-elsewhere': {
    expected: 'not-reached',
    sentence: "a service's virtual address is known within its network only",
    reference: source.swarm,
  },
  'published.nobody': {
    expected: 'refused',
    sentence: 'nobody publishes the port there, so the node refuses',
    reference: source.publish,
  },
  'published.loopback': {
    expected: 'reached',
    sentence: 'a port that is published on a loopback address is open to the node itself',
    reference: source.publish,
  },
  'published.loopback-elsewhere': {
    expected: 'refused',
    sentence: "a port that is published on a loopback address is not open at the node's address on the LAN",
    reference: source.publish,
  },
  'published.port': {
    expected: 'reached',
    sentence:
      "a published port is open at its node's address to whoever reaches the node: its destination is rewritten to the container's",
    reference: source.publish,
  },
  'published.not-by-this-network': {
    expected: 'refused',
    sentence:
      'ports are published by the network that the default route leaves by, and only by a bridge or beside an overlay, not by internal networks',
    reference: source.publish,
  },
  'published.on-the-host': {
    expected: 'undecided',
    sentence: 'on the host network publishing is ignored; what listens on the port is another question',
    reference: source.host,
  },
  'published.strange': {
    expected: 'undecided',
    sentence: 'the network that would publish the port has an option that the model has no rule for',
    reference: source.publish,
  },
  'published.moved-to-internal': {
    expected: 'reached',
    sentence:
      'in engine 20.10 a container that loses the network that published its ports has them published by an internal bridge, which would not have done so by itself',
    reference: 'https://github.com/moby/moby/blob/v20.10.24/vendor/github.com/docker/libnetwork/endpoint.go',
  },
  'published.moved-to-internal.unsure': {
    expected: 'undecided',
    sentence:
      'the container lost the network that published its ports, and is left on an internal one: what becomes of them differs by version',
    reference: 'https://github.com/moby/moby/blob/v20.10.24/vendor/github.com/docker/libnetwork/endpoint.go',
  },
  'published.by-the-proxy': {
    expected: 'reached',
    sentence:
      "what a container sends to a published port of its own node is taken by the engine's proxy there, past the rules between bridges",
    reference: source.filter,
  },
  'published.by-the-proxy.udp': {
    expected: 'one-way',
    sentence:
      "the engine's proxy answers a container's UDP from another address than the one that was asked, so the answer is not taken",
    reference: source.filter,
  },
  'published.from-an-internal-bridge': {
    expected: 'not-reached',
    sentence:
      "packets from an internal bridge to a published port of its own node are rewritten, and then dropped between the engine's bridges",
    reference: source.filter,
  },
  'published.from-an-untranslated-bridge': {
    expected: 'not-reached',
    sentence:
      "packets from a bridge without translation to a published port of its own node are rewritten, and then dropped between the engine's bridges",
    reference: source.filter,
  },
  'published.from-a-container': {
    expected: 'undecided',
    sentence: "how a container's packets to a port of its own node are taken differs by version and protocol",
    reference: source.filter,
  },
  'published.other-address': {
    expected: 'undecided',
    sentence: 'the port is published on one address only, and whether that is the one asked is not known',
    reference: source.publish,
  },
  'published.several-networks': {
    expected: 'undecided',
    sentence: 'the answers of a container that is on the LAN itself may not go back by the node that was asked',
    reference: source.publish,
  },
  'ingress.mesh': {
    expected: 'reached',
    sentence: 'a port that a service publishes is open on every node of the swarm, and leads to a task on any of them',
    reference: source.ingress,
  },
  'ingress.cut': {
    expected: 'undecided',
    sentence: 'the nodes pass connections on over the overlay ingress, and something stands in its way',
    reference: source.ingress,
  },
  'ingress.not-a-member': {
    expected: 'refused',
    sentence: 'a node that left the swarm does not answer for its services',
    reference: source.ingress,
  },
  'ingress.from-a-node': {
    expected: 'undecided',
    sentence: 'what a node or a container of it sends to the mesh on that same node takes a way of its own',
    reference: source.ingress,
  },
  'ingress.needs-ip-vs': {
    expected: 'undecided',
    sentence: 'the routing mesh needs IPVS in the kernels of the nodes',
    reference: source.ingress,
  },
  'published.host-mode': {
    expected: 'reached',
    sentence: 'a port published in mode host is open on the nodes that run a task',
    reference: source.ingress,
  },
  'published.host-mode.elsewhere': {
    expected: 'refused',
    sentence: 'a port published in mode host is open on the nodes that run a task, and on those alone',
    reference: source.ingress,
  },
} as const satisfies Readonly<Record<string, Text>>;

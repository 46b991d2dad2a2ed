import { LabError, wrongInput } from '../core/errors.ts';
import { provisionText } from '../core/provision.ts';
import { findParentInterface, parentInterface } from '../experiment/parent-interface.ts';
import { listPresent, type PresentContainer, placeOf } from '../experiment/running/running.ts';
import { selectEnd } from '../experiment/running/select.ts';
import type { NodeConnection } from '../fabric/connection.ts';
import { listAttachments } from '../fault/attachments.ts';
import { nodesOf } from '../fault/describe.ts';
import type { FaultContainer, FaultFacts } from '../fault/facts.ts';
import type { Attachment, Fault } from '../fault/types.ts';
import type { OpenConnections, OpenLab } from './open.ts';

/**
 * What a fault's changes are planned from, asked of the machines that it is about; and the fault with its containers as
 * `node/name`. Throws wrong input where a container is not there, and what a machine said where it cannot be asked.
 */
export async function collectFaultFacts(
  asked: Fault,
  lab: OpenLab,
  open: OpenConnections,
  signal: AbortSignal,
): Promise<readonly [Fault, FaultFacts]> {
  const { plan, provider } = lab;
  const words = containerWords(asked);
  const containers = new Map<string, FaultContainer>();
  if (words.length > 0) {
    const present = await listPresent(open.byMachine, plan, signal);
    for (const word of words) {
      const container = await lookAt(word, present, lab, open, signal);
      containers.set(container.id, container);
    }
  }
  const fault = withContainers(asked, [...containers.keys()]);
  // Without names of its own a fault is about all of them; and the size of frames is set wherever they begin.
  const named = nodesOf(fault);
  const machines = named.length === 0 || fault.kind === 'mtu' ? plan.nodes.map(({ name }) => name) : named;
  const interfaces = new Map<string, string>();
  const ports = new Map<string, string>();
  const routes = new Map<string, readonly string[]>();
  const running = new Map<string, readonly string[]>();
  const attached = new Map<string, readonly Attachment[]>();
  await Promise.all(
    [...new Set(machines)].map(async (name) => {
      const connection = connectionTo(open, name);
      const device = await findParentInterface(connection, addressOf(lab, name), signal);
      interfaces.set(name, device);
      const port = await provider.tampering.segmentPort(name);
      if (port !== null) ports.set(name, port.device);
      if (fault.kind === 'link-down') routes.set(name, await routesOf(connection, device, signal));
      if (fault.kind === 'wrong-advertise') attached.set(name, await listAttachments(connection, signal));
      if (fault.kind === 'engine') running.set(name, await runningOn(connection, signal));
    }),
  );
  const announcer = fault.kind === 'duplicate-address' ? await provisionText('announce-address.py') : '';
  return [fault, { plan, interfaces, ports, routes, running, attached, containers, announcer }];
}

function containerWords(fault: Fault): readonly string[] {
  if (fault.kind === 'duplicate-address') return [fault.first, fault.second];
  return fault.kind === 'no-dns' && fault.at.kind === 'container' ? [fault.at.container] : [];
}

function withContainers(fault: Fault, [first = '', second = '']: readonly string[]): Fault {
  if (fault.kind === 'duplicate-address') {
    if (second === '') throw wrongInput('fault.wrong', `${fault.first} and ${fault.second} are one container`);
    return { ...fault, first, second };
  }
  if (fault.kind === 'no-dns' && fault.at.kind === 'container')
    return { ...fault, at: { kind: 'container', container: first } };
  return fault;
}

async function lookAt(
  word: string,
  present: readonly PresentContainer[],
  { plan }: OpenLab,
  open: OpenConnections,
  signal: AbortSignal,
): Promise<FaultContainer> {
  const end = selectEnd(word, present, plan);
  if (end.kind !== 'container')
    throw wrongInput('fault.wrong', `${word} is no container`, [], 'such as m1/web, or web where it is unique');
  const { id, node, view } = end.container;
  const connection = connectionTo(open, node);
  // A container on the host's network stands where the machine does.
  const namespace = placeOf(end.container, present).namespacePath ?? '/proc/1/ns/net';
  const addresses = Object.entries(view.addresses).filter(([, { ip }]) => ip !== '');
  const networks = await Promise.all(
    addresses.map(async ([network]) => ({ network, view: await connection.engine.inspectNetwork(network, signal) })),
  );
  // On an overlay nobody is asked for an address, so another network counts, if there is one.
  const chosen =
    networks.find(({ view: seen }) => seen?.driver === 'macvlan' || seen?.driver === 'bridge') ?? networks[0];
  const address = view.addresses[chosen?.network ?? ''];
  const argv = ['nsenter', `--net=${namespace}`, 'ip', '-j', '-4', 'addr', 'show'];
  const { stdout } = await connection.exec(argv, { signal });
  const device = parentInterface(stdout.toString(), address?.ip ?? '');
  return {
    id,
    node,
    namespace,
    network: chosen?.network ?? view.networkMode,
    driver: chosen?.view?.driver ?? 'none',
    address: address?.ip ?? '',
    prefixLength: address?.prefixLength ?? 24,
    device: device ?? '',
  };
}

/** Without those that the kernel makes of an address by itself. */
async function routesOf(connection: NodeConnection, device: string, signal: AbortSignal): Promise<readonly string[]> {
  const { stdout } = await connection.exec(['ip', '-4', 'route', 'show', 'dev', device], { signal });
  return stdout
    .toString()
    .split('\n')
    .map((route) => route.replaceAll(/ (linkdown|dead|onlink)\b/g, '').trim())
    .filter((route) => route !== '' && !route.includes('proto kernel'));
}

async function runningOn({ engine }: NodeConnection, signal: AbortSignal): Promise<readonly string[]> {
  const listed = await engine.listContainers(null, signal);
  const views = await Promise.all(listed.map(({ id }) => engine.inspectContainer(id, signal)));
  return views.flatMap((view) => (view?.running === true ? [view.id] : []));
}

function addressOf({ plan }: OpenLab, name: string): string {
  return plan.nodes.find((node) => node.name === name)?.address ?? '';
}

function connectionTo(open: OpenConnections, node: string): NodeConnection {
  const connection = open.byMachine.get(node);
  if (connection !== undefined) return connection;
  throw new LabError({
    code: 'node.missing',
    message: `${node} is not running`,
    hint: 'swarmlab up starts what is missing',
  });
}

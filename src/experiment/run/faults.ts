import { LabError } from '../../core/errors.ts';
import { settleAll } from '../../core/pool.ts';
import { provisionText } from '../../core/provision.ts';
import { type Bench, connectionTo } from '../build/bench.ts';

/** Marks the routes that experiments add (iproute2, `proto`), so that they are found again. */
const routeProtocol = '201';

export interface PortFault {
  node: string;
  direction: 'in' | 'out' | 'both';
  /** `all`: whatever comes and goes by the interface. */
  protocol: 'tcp' | 'udp' | 'esp' | 'all';
  port: number | null;
}

/** Drops what the fault says, at the top of INPUT, OUTPUT and FORWARD, on the segment's interface of the node. */
export function addFault(bench: Bench, fault: PortFault, signal: AbortSignal): Promise<void> {
  return changeFault(bench, 'add', fault, signal);
}

/** Fine when it is not in force. */
export function removeFault(bench: Bench, fault: PortFault, signal: AbortSignal): Promise<void> {
  return changeFault(bench, 'remove', fault, signal);
}

async function changeFault(
  bench: Bench,
  action: 'add' | 'remove',
  fault: PortFault,
  signal: AbortSignal,
): Promise<void> {
  const { node, direction, protocol, port } = fault;
  const device = await bench.parentOf(node);
  const argv = [action, direction, device, protocol, ...(port === null ? [] : [`${port}`])];
  await runScript(bench, node, argv, signal);
}

async function runScript(bench: Bench, node: string, argv: readonly string[], signal: AbortSignal): Promise<void> {
  const stdin = await provisionText('port-block.sh');
  const result = await connectionTo(bench, node).exec(['sh', '-s', '--', ...argv], { stdin, signal });
  if (result.exitStatus === 0) return;
  throw new LabError({
    code: 'run.port-block',
    message: `the firewall of ${node} could not be changed: ${result.stderr.trim()}`,
    hint: 'iptables must work there, as root',
  });
}

/** No fault of an experiment is in force any more, on any node, and no route of one is left on any machine. */
export async function clearFaults(bench: Bench, signal: AbortSignal): Promise<void> {
  await settleAll([
    ...[...bench.nodes.values()].map(({ name }) => runScript(bench, name, ['clear'], signal)),
    ...machinesWithRoutes(bench).map((machine) => removeRoutes(bench, machine, signal)),
  ]);
}

function machinesWithRoutes({ nodes, outsider }: Bench): readonly string[] {
  return [...[...nodes.values()].map(({ name }) => name), ...(outsider === null ? [] : [outsider.name])];
}

async function removeRoutes(bench: Bench, machine: string, signal: AbortSignal): Promise<void> {
  // It says so where there are none: that is no failure.
  await connectionTo(bench, machine).exec(['ip', 'route', 'flush', 'proto', routeProtocol], { signal });
}

/** Takes away a route that addRoute added; fine when it is gone. Others, of experiments that run beside, stay. */
export async function removeRoute(bench: Bench, { machine, subnet }: Route, signal: AbortSignal): Promise<void> {
  await connectionTo(bench, machine).exec(['ip', 'route', 'del', subnet, 'proto', routeProtocol], { signal });
}

export interface Route {
  machine: string;
  subnet: string;
}

export async function addRoute(
  bench: Bench,
  machine: string,
  subnet: string,
  via: string,
  signal: AbortSignal,
): Promise<void> {
  const argv = ['ip', 'route', 'add', subnet, 'via', via, 'proto', routeProtocol];
  const result = await connectionTo(bench, machine).exec(argv, { signal });
  // A route of the lab's own to the same subnet does what is asked for, if it goes the same way.
  if (
    result.exitStatus === 0 ||
    (result.stderr.includes('File exists') && (await goesVia(bench, machine, subnet, via, signal)))
  )
    return;
  throw new LabError({
    code: 'run.route',
    message: `${machine} took no route to ${subnet} via ${via}: ${result.stderr.trim()}`,
    hint: `swarmlab exec ${machine} ip route shows those that it has`,
  });
}

async function goesVia(
  bench: Bench,
  machine: string,
  subnet: string,
  via: string,
  signal: AbortSignal,
): Promise<boolean> {
  const shown = await connectionTo(bench, machine).exec(['ip', 'route', 'show', 'exact', subnet], { signal });
  return shown.stdout.toString().includes(`via ${via} `);
}

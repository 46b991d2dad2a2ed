import { settleAll } from '../../core/pool.ts';
import { parseSubnet } from '../../plan/ipv4.ts';
import type { LabPlan } from '../../plan/types.ts';
import { gatewayMachine, type Machine, segmentMachine } from './layout.ts';
import { run } from './shell.ts';

/** Process ids of the machines' first processes, by machine. */
export type MachinePids = ReadonlyMap<string, number>;

/** The network interface of every node on the segment. */
export const segmentInterface = 'eth1';

/**
 * Plugs machines into the segment: cables first (made where they end, never in this machine's own namespace), then
 * addresses and routes. Whatever an interrupted run left half done is completed.
 */
export async function wire(
  plan: LabPlan,
  machines: readonly Machine[],
  pids: MachinePids,
  signal: AbortSignal,
): Promise<void> {
  const wanted = machines.filter((machine) => machine.kind !== 'segment');
  const wired = await Promise.all(wanted.map((machine) => hasLink(pidOf(pids, machine.name), linkOf(machine), signal)));
  const cables = wanted.filter((_machine, index) => wired[index] === false).map((machine) => cable(machine, pids));
  if (cables.length > 0) await run(['ip', '-batch', '-'], { input: `${cables.join('\n')}\n`, signal });
  const ports = wanted
    .filter((machine) => machine.kind !== 'world')
    .map((machine) => `link set ${portOf(pids, machine.name)} master segment up`);
  await inMachine(pidOf(pids, segmentMachine), ports, signal);
  const addressed = wanted.map((machine) => inMachine(pidOf(pids, machine.name), addressing(plan, machine), signal));
  await settleAll(addressed);
}

function pidOf(pids: MachinePids, machine: string): number {
  const pid = pids.get(machine);
  if (pid === undefined) throw new Error(`${machine} has no process`);
  return pid;
}

function linkOf(machine: Machine): string {
  return machine.kind === 'world' ? 'eth0' : segmentInterface;
}

/** The segment's end of a machine's cable, named by process id: unique, and short enough for IFNAMSIZ (15 characters). */
export function portName(pid: number): string {
  return `port${pid}`;
}

function portOf(pids: MachinePids, machine: string): string {
  return portName(pidOf(pids, machine));
}

function cable(machine: Machine, pids: MachinePids): string {
  const mac = machine.node === null ? '' : ` address ${machine.node.mac}`;
  const own = `${linkOf(machine)}${mac} netns ${pidOf(pids, machine.name)}`;
  if (machine.kind === 'world')
    return `link add name world netns ${pidOf(pids, gatewayMachine)} type veth peer name ${own}`;
  return `link add name ${portOf(pids, machine.name)} netns ${pidOf(pids, segmentMachine)} type veth peer name ${own}`;
}

async function hasLink(pid: number, link: string, signal: AbortSignal): Promise<boolean> {
  const links = await run(['nsenter', '-t', `${pid}`, '-n', 'ip', '-o', 'link', 'show'], { signal });
  return new RegExp(`^\\d+: ${link}[@:]`, 'm').test(links);
}

async function inMachine(pid: number, commands: readonly string[], signal: AbortSignal): Promise<void> {
  await run(['nsenter', '-t', `${pid}`, '-n', 'ip', '-batch', '-'], { input: `${commands.join('\n')}\n`, signal });
}

function addressing(plan: LabPlan, machine: Machine): readonly string[] {
  const { segment, world } = plan;
  switch (machine.kind) {
    case 'segment':
      return [];
    case 'world':
      return [
        `address replace ${world.address}/${parseSubnet(world.subnet).prefixLength} dev eth0`,
        'link set eth0 up',
        `route replace default via ${world.gateway}`,
      ];
    case 'router':
      return [
        `address replace ${segment.gateway}/${segment.prefixLength} dev eth1`,
        'link set eth1 up',
        `address replace ${world.gateway}/${parseSubnet(world.subnet).prefixLength} dev world`,
        'link set world up',
        ...routes(plan, null),
      ];
    case 'engine':
    case 'plain':
      return [
        `address replace ${machine.node?.address}/${segment.prefixLength} dev eth1`,
        'link set eth1 up',
        `route replace default via ${segment.gateway}`,
        ...routes(plan, machine.name),
      ];
    default:
      return machine.kind satisfies never;
  }
}

/**
 * Ways to the containers of every other node, by way of that node: with a route in place, 'not reached' says something
 * about Docker. Overlay networks are nobody's; the gateway sends what is meant for them to the first manager, and the
 * nodes have the default route only (an engine looks for overlaps with the routes of its host).
 */
function routes(plan: LabPlan, self: string | null): readonly string[] {
  const nodes = plan.nodes.filter((node) => node.containerPool !== null && node.name !== self);
  const pools = nodes.map((node) => `route replace ${node.containerPool?.subnet} via ${node.address}`);
  const manager = plan.nodes.find((node) => node.role === 'manager');
  return self === null && manager !== undefined
    ? [...pools, `route replace ${plan.swarm.addressPool} via ${manager.address}`]
    : pools;
}

import { provisionText } from '../../core/provision.ts';
import { formatSubnet, parseSubnet, subnetAt } from '../../plan/ipv4.ts';
import type { LabPlan, NodePlan } from '../../plan/types.ts';
import type { MachineFile, Preparation } from '../provider.ts';
import { gatewayNode, worldSshPort } from './layout.ts';

/** Where a machine keeps what the lab tells it. */
const folder = '/etc/swarmlab';

/** What makes a VM a node of the lab; the gateway's makes the world too, and the world itself needs nothing. */
export async function preparationOf(plan: LabPlan, machine: string): Promise<Preparation | null> {
  const node = plan.nodes.find(({ name }) => name === machine);
  if (node === undefined) return null;
  return { files: nodeFiles(plan, node), script: await provisionText('vagrant/prepare.sh') };
}

/** Pure: the files that prepare.sh reads. */
export function nodeFiles(plan: LabPlan, node: NodePlan): readonly MachineFile[] {
  const isGateway = node === gatewayNode(plan);
  const files: Record<string, string> = {
    'node.env': nodeEnvironment(plan, node, isGateway),
    routes: routes(plan, node, isGateway)
      .map((route) => `${route}\n`)
      .join(''),
    hosts: `127.0.0.1 localhost\n${node.address} ${node.name}\n`,
    // The lab's DNS stands in the world, beyond the gateway.
    'resolv.conf': `nameserver ${plan.world.address}\n`,
    ...(node.containerPool === null ? {} : { 'daemon.json': daemonJson(plan, node) }),
    ...(isGateway ? worldFiles(plan) : {}),
  };
  return Object.entries(files).map(([name, text]) => ({ path: `${folder}/${name}`, text, mode: 0o644 }));
}

/** Read by a shell: no value has anything but letters, digits, dots, colons, slashes and dashes. */
function nodeEnvironment(plan: LabPlan, node: NodePlan, isGateway: boolean): string {
  const { segment, world } = plan;
  const values: Record<string, string> = {
    NAME: node.name,
    ENGINE: node.containerPool === null ? 'no' : 'yes',
    MAC: node.mac,
    ADDRESS: `${node.address}/${segment.prefixLength}`,
    GATEWAY_ADDRESS: isGateway ? `${segment.gateway}/${segment.prefixLength}` : '',
    WORLD_ADDRESS: isGateway ? `${world.address}/${prefixOf(world.subnet)}` : '',
    WORLD_GATEWAY: isGateway ? `${world.gateway}/${prefixOf(world.subnet)}` : '',
    WORLD_SSH_PORT: isGateway ? `${worldSshPort}` : '',
  };
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

function prefixOf(subnet: string): string {
  return subnet.split('/')[1] ?? '';
}

/**
 * Destinations and next hops, for `ip route replace`. Ways to the containers of every other node, by way of that node,
 * and from the gateway into the overlays by way of the first manager: with a route in place, 'not reached' says something
 * about Docker. The world is beyond the gateway; the machine's own default route stays what Vagrant made it.
 */
function routes(plan: LabPlan, node: NodePlan, isGateway: boolean): readonly string[] {
  const others = plan.nodes.filter((other) => other !== node && other.containerPool !== null);
  const pools = others.map((other) => `${other.containerPool?.subnet} via ${other.address}`);
  const beyond = [`${plan.world.subnet} via ${plan.segment.gateway}`, ...ownNetworks(node, plan.segment.gateway)];
  if (!isGateway) return [...pools, ...beyond];
  const manager = plan.nodes.find(({ role }) => role === 'manager');
  return manager === undefined ? pools : [...pools, `${plan.swarm.addressPool} via ${manager.address}`];
}

/**
 * The way of a node to its own networks that are not its own links (ipvlan in mode l3): by the gateway and back, as its
 * default route would take it on a host whose router is the gateway. Not the half that the engine takes subnets from by
 * itself: it refuses those that a route of its host covers.
 */
function ownNetworks({ containerPool }: NodePlan, gateway: string): readonly string[] {
  if (containerPool === null) return [];
  return [`${formatSubnet(subnetAt(parseSubnet(containerPool.subnet).base, 17))} via ${gateway}`];
}

function daemonJson({ engines }: LabPlan, { containerPool }: NodePlan): string {
  const settings = {
    ...engines?.options,
    bip: containerPool?.defaultBridge,
    'default-address-pools': [{ base: containerPool?.automatic.base, size: containerPool?.automatic.prefixLength }],
  };
  return `${JSON.stringify(settings, null, 2)}\n`;
}

function worldFiles(plan: LabPlan): Record<string, string> {
  const names = [...plan.nodes, plan.world].map(({ address, name }) => `${address} ${name}\n`);
  return {
    'world/names': names.join(''),
    'world/www/index.html': `This is ${plan.world.name} (${plan.world.address}), the internet of lab ${plan.lab}.\n`,
    'world/resolv.conf': `nameserver ${plan.world.address}\n`,
  };
}

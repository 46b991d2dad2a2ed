import { invalidConfig } from '../config/invalid.ts';
import { defaultTimeoutOf } from '../config/resolve.ts';
import type { ResolvedConfig } from '../config/types.ts';
import { hostAddressFinding, planAddresses, planMac } from './addresses.ts';
import { type Finding, locateFindings } from './findings.ts';
import { formatAddress, formatSubnet, parseAddress, type Subnet, subnetAt } from './ipv4.ts';
import { machineFindings } from './machines.ts';
import { nameNodes } from './nodes.ts';
import { planSegmentRanges, prefixLengthFor } from './segment-ranges.ts';
import { planSubnets } from './subnets.ts';
import type { ContainerPool, EngineNode, LabPlan, NodePlan, WorldPlan } from './types.ts';

/**
 * The whole lab on paper: names, addresses, MACs, ranges. The same config gives the same plan.
 * Throws one error (exit status 2) with everything that is wrong: the config's own problems, and overlaps, duplicate
 * names and addresses, addresses that no machine can have, an even number of managers, too little room.
 */
export function planLab(config: ResolvedConfig): LabPlan {
  const { nodes: named, findings: nodeFindings } = nameNodes(config.nodes, config.provider);
  const { subnets, findings: subnetFindings } = planSubnets(config);
  const { addresses, findings: addressFindings } = planAddresses(subnets.segment, config.segment.gateway, named);
  const { world, findings: worldFindings } = planWorld(config, subnets.world);
  const findings = [...nodeFindings, ...subnetFindings, ...addressFindings, ...worldFindings, ...portFindings(config)];
  if (config.provider === 'vagrant') findings.push(...machineFindings(named, addresses.nodes, subnets.segment));

  const engines = named.filter(({ role }) => role !== 'outsider').length;
  const pools = 2 ** Math.max(0, 16 - subnets.containers.prefixLength);
  if (engines > pools && subnets.containers.prefixLength <= 16)
    findings.push(poolFinding(subnets.containers, engines, pools));

  const taken = [addresses.gateway, ...addresses.nodes.filter((address) => address !== undefined)];
  const ranges = planSegmentRanges(subnets.segment, taken, engines);
  if (ranges === null && findings.length === 0) findings.push(rangeFinding(subnets.segment, engines));

  const problems = [...config.source.problems, ...locateFindings(findings, config.source)];
  if (problems.length > 0 || ranges === null) throw invalidConfig(config.source.file, problems);

  let engine = -1;
  const nodes = named.map((node, index): NodePlan => {
    const address = addresses.nodes[index] ?? 0;
    const own = {
      name: node.name,
      role: node.role,
      address: formatAddress(address),
      mac: planMac(config.lab, address),
    };
    if (node.role === 'outsider') return { ...own, containerPool: null, segmentRange: null };
    engine += 1;
    const range = ranges[engine];
    return {
      ...own,
      containerPool: planContainerPool(subnets.containers, engine),
      segmentRange: range === undefined ? null : formatSubnet(range),
    };
  });
  const { segment } = subnets;
  return {
    lab: config.lab,
    provider: config.provider,
    segment: {
      subnet: formatSubnet(segment),
      prefixLength: segment.prefixLength,
      gateway: formatAddress(addresses.gateway),
    },
    world,
    nodes,
    swarm: config.swarm,
    image: config.image,
    vagrant: config.provider === 'vagrant' ? config.vagrant : null,
    timeoutMs: config.timeoutMs ?? defaultTimeoutOf(config.provider),
  };
}

/** The nodes that run an engine. */
export function engineNodes(plan: Pick<LabPlan, 'nodes'>): readonly EngineNode[] {
  return plan.nodes.filter((node): node is EngineNode => node.containerPool !== null && node.segmentRange !== null);
}

function planContainerPool(pool: Subnet, index: number): ContainerPool {
  const subnet = subnetAt(pool.base + index * 65_536, 16);
  return {
    subnet: formatSubnet(subnet),
    defaultBridge: `${formatAddress(subnet.base + 1)}/24`,
    automatic: { base: formatSubnet(subnetAt(subnet.base + 32_768, 17)), prefixLength: 24 },
  };
}

function planWorld(config: ResolvedConfig, subnet: Subnet): { world: WorldPlan; findings: Finding[] } {
  const { world } = config;
  const gateway = world.gateway === null ? subnet.base + 1 : parseAddress(world.gateway);
  const usual = subnet.base + (subnet.size > 16 ? 10 : 2);
  const address = world.address === null ? (usual === gateway ? usual + 1 : usual) : parseAddress(world.address);
  const findings = [
    hostAddressFinding(subnet, gateway, 'world.gateway', 'world.subnet'),
    hostAddressFinding(subnet, address, 'world.address', 'world.subnet'),
  ].filter((finding) => finding !== null);
  if (address === gateway) {
    findings.push({
      code: 'plan.duplicate-address',
      message: `the world and its gateway both have ${formatAddress(address)}`,
      hint: 'give each its own address, or leave them out',
      path: 'world.address',
    });
  }
  return {
    world: {
      name: 'world',
      address: formatAddress(address),
      subnet: formatSubnet(subnet),
      gateway: formatAddress(gateway),
    },
    findings,
  };
}

function portFindings({ swarm }: ResolvedConfig): Finding[] {
  if (swarm.dataPathPort !== 7946) return [];
  return [
    {
      code: 'plan.port-taken',
      message: 'the data path cannot use port 7946: the swarm gossips there, over UDP too',
      hint: 'leave it out for 4789, or take another',
      path: 'swarm.dataPathPort',
    },
  ];
}

function poolFinding(pool: Subnet, engines: number, pools: number): Finding {
  return {
    code: 'plan.pool-too-small',
    message: `the container pool ${formatSubnet(pool)} has ${pools} of the ${engines} /16 that the engines need`,
    hint: `at least a /${16 - Math.ceil(Math.log2(engines))}`,
    path: 'containers.pool',
    also: ['nodes'],
  };
}

function rangeFinding(segment: Subnet, engines: number): Finding {
  return {
    code: 'plan.segment-too-small',
    message: `the upper half of ${formatSubnet(segment)} has no four free addresses in a row for each of ${engines} engines (macvlan and ipvlan hand them out)`,
    hint: `at least a /${prefixLengthFor(engines)}, with the nodes' own addresses in its lower half`,
    path: 'segment.subnet',
    also: ['nodes'],
  };
}

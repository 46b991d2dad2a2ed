import type { ResolvedConfig } from '../config/types.ts';
import type { Finding } from './findings.ts';
import { formatSubnet, isUsable, overlaps, parseSubnet, type Subnet } from './ipv4.ts';

/** The four ranges that a lab is made of, and what is wrong with them. */
export interface LabSubnets {
  segment: Subnet;
  world: Subnet;
  containers: Subnet;
  swarm: Subnet;
}

interface Range {
  path: string;
  what: string;
  text: string;
  /** Prefix lengths that there is room enough in, and no more than sense. */
  longest: number;
  why: string;
}

/** Reads the ranges; finds host bits, unusable ranges, wrong sizes and overlaps. */
export function planSubnets(config: ResolvedConfig): { subnets: LabSubnets; findings: Finding[] } {
  const ranges: readonly Range[] = [
    {
      path: 'segment.subnet',
      what: 'the segment',
      text: config.segment.subnet,
      longest: 28,
      why: 'its nodes need addresses',
    },
    {
      path: 'world.subnet',
      what: 'the world',
      text: config.world.subnet,
      longest: 29,
      why: 'it holds a gateway and a machine',
    },
    {
      path: 'containers.pool',
      what: 'the container pool',
      text: config.containers.pool,
      longest: 16,
      why: 'each engine gets a /16 of it',
    },
    {
      path: 'swarm.addressPool',
      what: "the swarm's address pool",
      text: config.swarm.addressPool,
      longest: 20,
      why: 'each overlay network gets a /24 of it',
    },
  ];
  const findings = ranges.flatMap(ownFindings);
  ranges.forEach((range, index) => {
    for (const other of ranges.slice(0, index)) {
      if (!overlaps(parseSubnet(range.text), parseSubnet(other.text))) continue;
      findings.push({
        code: 'plan.overlap',
        message: `${range.what} (${range.text}) overlaps ${other.what} (${other.text})`,
        hint: `change ${range.path} or ${other.path}`,
        path: range.path,
        also: [other.path],
      });
    }
  });
  return {
    subnets: {
      segment: parseSubnet(config.segment.subnet),
      world: parseSubnet(config.world.subnet),
      containers: parseSubnet(config.containers.pool),
      swarm: parseSubnet(config.swarm.addressPool),
    },
    findings,
  };
}

function ownFindings({ path, what, text, longest, why }: Range): Finding[] {
  const subnet = parseSubnet(text);
  const findings: Finding[] = [];
  if (formatSubnet(subnet) !== text) {
    findings.push({
      code: 'plan.host-bits',
      message: `${text} is an address within a subnet, not a subnet`,
      hint: `write ${formatSubnet(subnet)}`,
      path,
    });
  }
  if (subnet.prefixLength < 8 || !isUsable(subnet)) {
    findings.push({
      code: 'plan.unusable-subnet',
      message: `${what} cannot be ${text}: it is, or reaches into, a range that machines cannot have`,
      hint: 'take a private one, out of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16',
      path,
    });
  }
  if (subnet.prefixLength > longest) {
    findings.push({
      code: 'plan.subnet-too-small',
      message: `${what} cannot be a /${subnet.prefixLength}: ${why}`,
      hint: `at least a /${longest}`,
      path,
    });
  }
  return findings;
}

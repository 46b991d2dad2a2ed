import type { LabPlan, NodePlan } from '../../src/plan/types.ts';

function engineNode(name: string, role: 'manager' | 'worker', index: number): NodePlan {
  return {
    name,
    role,
    address: `192.168.56.${10 + index}`,
    mac: `02:00:00:00:00:0${index}`,
    containerPool: {
      subnet: `10.${100 + index}.0.0/16`,
      defaultBridge: `10.${100 + index}.0.1/24`,
      automatic: { base: `10.${100 + index}.128.0/17`, prefixLength: 24 },
    },
    segmentRange: `192.168.56.${index * 32}/27`,
  };
}

const outsider: NodePlan = {
  name: 'o1',
  role: 'outsider',
  address: '192.168.56.20',
  mac: '02:00:00:00:00:09',
  containerPool: null,
  segmentRange: null,
};

/** A lab of one manager, two workers and an outsider, or fewer. */
export function labPlan(options: { workers?: number; outsiders?: number; lab?: string } = {}): LabPlan {
  const { workers = 2, outsiders = 1, lab = 'default' } = options;
  return {
    lab,
    provider: 'netns',
    vagrant: null,
    segment: { subnet: '192.168.56.0/24', prefixLength: 24, gateway: '192.168.56.254' },
    world: { name: 'world', address: '203.0.113.10', subnet: '203.0.113.0/24', gateway: '203.0.113.1' },
    nodes: [
      engineNode('m1', 'manager', 1),
      ...Array.from({ length: workers }, (_, index) => engineNode(`w${index + 1}`, 'worker', index + 2)),
      ...(outsiders > 0 ? [outsider] : []),
    ],
    swarm: { addressPool: '10.64.0.0/12', dataPathPort: 4789 },
    image: 'built-in',
    timeoutMs: 600_000,
  };
}

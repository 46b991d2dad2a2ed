import { mostNodes } from '../config/limits.ts';
import type { ConfiguredNode, ConfiguredNodes, ResolvedConfig } from '../config/types.ts';
import type { Finding } from './findings.ts';
import type { NodeRole } from './types.ts';

/** A node with its name; its address may still be the plan's choice. */
export interface NamedNode {
  name: string;
  role: NodeRole;
  address: string | null;
  /** Where the config says it. */
  path: string;
}

const roles: readonly NodeRole[] = ['manager', 'worker', 'outsider'];
/** Virtual machines take memory, and a laptop shall carry them beside a browser. */
const defaultWorkers: Readonly<Record<ResolvedConfig['provider'], number>> = { netns: 2, vagrant: 1 };
const initials: Readonly<Record<NodeRole, string>> = { manager: 'm', worker: 'w', outsider: 'o' };

/** Every node by role and then by the config's order; nameless ones become m1, w1, o1 and so on. */
export function nameNodes(
  configured: ConfiguredNodes,
  provider: ResolvedConfig['provider'],
): { nodes: NamedNode[]; findings: Finding[] } {
  const listed = listNodes(configured, provider);
  const taken = new Set(listed.flatMap(({ name }) => (name === null ? [] : [name])));
  const nodes = roles.flatMap((role) => {
    let number = 0;
    return listed
      .filter((node) => node.role === role)
      .map((node): NamedNode => {
        if (node.name !== null) return { ...node, name: node.name };
        do number += 1;
        while (taken.has(`${initials[role]}${number}`));
        return { ...node, name: `${initials[role]}${number}` };
      });
  });
  return { nodes, findings: [...countFindings(configured, nodes), ...nameFindings(listed)] };
}

function listNodes(
  configured: ConfiguredNodes,
  provider: ResolvedConfig['provider'],
): (ConfiguredNode & { path: string })[] {
  if (configured.kind === 'list') {
    return configured.nodes.map((node, index) => ({ ...node, path: `nodes[${index}]` }));
  }
  const counts = { ...configured, workers: configured.workers ?? defaultWorkers[provider] };
  return roles.flatMap((role) =>
    Array.from({ length: counts[`${role}s`] }, () => ({ name: null, role, address: null, path: `nodes.${role}s` })),
  );
}

function countFindings(configured: ConfiguredNodes, nodes: readonly NamedNode[]): Finding[] {
  const findings: Finding[] = [];
  const managers = nodes.filter(({ role }) => role === 'manager').length;
  const path = configured.kind === 'counts' ? 'nodes.managers' : 'nodes';
  if (managers === 0) {
    findings.push({
      code: 'plan.no-manager',
      message: 'a swarm needs a manager',
      hint: 'give one node the role manager',
      path,
    });
  } else if (managers % 2 === 0) {
    findings.push({
      code: 'plan.even-managers',
      message: `the number of managers must be odd, not ${managers}: a swarm of ${managers} survives no more losses than one of ${managers - 1}`,
      hint: `have ${managers - 1} or ${managers + 1}`,
      path,
    });
  }
  if (nodes.length > mostNodes) {
    findings.push({
      code: 'plan.too-many-nodes',
      message: `${nodes.length} nodes are more than the ${mostNodes} that a lab may have`,
      hint: 'have fewer workers',
      path: 'nodes',
    });
  }
  return findings;
}

function nameFindings(listed: readonly (ConfiguredNode & { path: string })[]): Finding[] {
  const first = new Map<string, string>();
  return listed.flatMap(({ name, path }): Finding[] => {
    if (name === null) return [];
    const other = first.get(name);
    if (other === undefined) {
      first.set(name, path);
      return [];
    }
    return [
      {
        code: 'plan.duplicate-name',
        message: `two nodes are called ${name}: ${other} and ${path}`,
        hint: 'give each node its own name',
        path: `${path}.name`,
      },
    ];
  });
}

import { LabError } from '../../core/errors.ts';
import type { EngineNode, LabPlan, NodePlan, WorldPlan } from '../../plan/types.ts';

/** The machines that the scope report stands on. */
export interface Sites {
  /** The first manager: the subject, its sibling and everything swarm-wide are made here. */
  home: EngineNode;
  /** Another node with an engine; null in a lab of one. */
  peer: EngineNode | null;
  /** The first machine on the LAN that is not in the swarm; null in a lab without. */
  outsider: NodePlan | null;
  world: WorldPlan;
}

export function isEngineNode(node: NodePlan): node is EngineNode {
  return node.containerPool !== null && node.segmentRange !== null && node.role !== 'outsider';
}

/** Home is the first manager; the peer is the first worker, or else the next manager. */
export function chooseSites(plan: LabPlan): Sites {
  const engines = plan.nodes.filter(isEngineNode);
  const home = engines.find((node) => node.role === 'manager');
  if (home === undefined) {
    throw new LabError({
      code: 'scope.no-manager',
      message: `the lab ${plan.lab} has no manager with a Docker Engine, so there is nowhere to put a container`,
      hint: 'add one with `managers: 1` under `nodes` in swarmlab.yaml, then run swarmlab up',
    });
  }
  const others = engines.filter((node) => node !== home);
  return {
    home,
    peer: others.find((node) => node.role === 'worker') ?? others[0] ?? null,
    outsider: plan.nodes.find((node) => node.role === 'outsider') ?? null,
    world: plan.world,
  };
}

import type { Connections } from '../fabric/connection.ts';
import type { LabPlan } from '../plan/types.ts';
import type { SwarmMember } from './form.ts';

/** The plan's managers and workers with their connections. */
export function swarmMembers(plan: LabPlan, connections: Connections): readonly SwarmMember[] {
  return plan.nodes.flatMap(({ name, role, address }) => {
    const connection = connections.get(name);
    return role === 'outsider' || connection === undefined ? [] : [{ name, role, address, connection }];
  });
}

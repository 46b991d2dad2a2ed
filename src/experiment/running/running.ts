import { mapPooled } from '../../core/pool.ts';
import type { Connections } from '../../fabric/connection.ts';
import type { ContainerView } from '../../fabric/engine-port.ts';
import { engineNodes } from '../../plan/plan-lab.ts';
import type { LabPlan } from '../../plan/types.ts';
import type { Place } from '../../probe/types.ts';
import { connectionOf } from '../scope/raise.ts';

/** A container that is there, whoever made it. */
export interface PresentContainer {
  /** `m1/web`; unique in the lab. */
  id: string;
  node: string;
  view: ContainerView;
}

const inspectsAtOnce = 16;

/** All containers of the lab's engines, stopped ones too; one that goes meanwhile is left out. */
export async function listPresent(
  connections: Connections,
  plan: LabPlan,
  signal: AbortSignal,
): Promise<readonly PresentContainer[]> {
  const perNode = await Promise.all(
    engineNodes(plan).map(async ({ name: node }) => {
      const { engine } = connectionOf(connections, node);
      const listed = await engine.listContainers(null, signal);
      const views = await mapPooled(listed, inspectsAtOnce, ({ id }) => engine.inspectContainer(id, signal));
      return views.flatMap((view) => (view === null ? [] : [{ id: `${node}/${view.name}`, node, view }]));
    }),
  );
  return perNode.flat().toSorted((left, right) => left.id.localeCompare(right.id, 'en', { numeric: true }));
}

/** Whose network namespace it stands in: its own, or that of the container that it was started with. */
export function ownerOf(container: PresentContainer, present: readonly PresentContainer[]): PresentContainer | null {
  const joined = /^container:(.+)$/.exec(container.view.networkMode)?.[1];
  if (joined === undefined) return container;
  return (
    present.find(({ node, view }) => node === container.node && (view.id === joined || view.name === joined)) ?? null
  );
}

/** Where the agent stands for it. */
export function placeOf(container: PresentContainer, present: readonly PresentContainer[]): Place {
  const { id, node, view } = container;
  const owner = ownerOf(container, present)?.view ?? view;
  return {
    id,
    machine: node,
    // A container that joined another's namespace has no sandbox; its process stands in the one that it shares.
    namespacePath: view.sandboxKey !== '' ? view.sandboxKey : `/proc/${view.pid}/ns/net`,
    hostsPath: view.hostsPath || owner.hostsPath || '/etc/hosts',
    resolvConfPath: view.resolvConfPath || owner.resolvConfPath || '/etc/resolv.conf',
  };
}

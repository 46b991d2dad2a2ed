import type { PresentContainer } from '../experiment/running/running.ts';
import type { NetworkView } from '../fabric/engine-port.ts';
import type { LabPlan } from '../plan/types.ts';
import type { Pair } from './pair.ts';
import type { ArpSpec, Look, PingSpec, WitnessPlace } from './witness-protocol.ts';

/** A machine that is watched, and asked to put questions of its own. */
export interface Watched {
  machine: string;
  address: string;
}

/** The namespaces of the two ends on their machines; null is the machine's own. */
export interface Insides {
  from: string | null;
  to: string | null;
}

const deadlineMs = 30_000;
/** A share of one in ten that gets lost shows in 120 echoes with a certainty of 99.9%. */
const smallCount = 60;
const smallEveryMs = 6;
const smallBytes = 84;
/** Of a whole Ethernet frame, and what common tunnels leave of it. */
const sizes = [576, 1000, 1280, 1400, 1450, 1500];
/** For the last answer. */
const waitMs = 500;
const crowdAtMost = 40;
export const overlayId = 'way';
/** Third machines tell which of two is the odd one; more than these say no more. */
export const thirdsAtMost = 3;

/** The machines of the pair, and a few others that have an interface on the segment. Pure. */
export function machinesToWatch({ from, to }: Pick<Pair, 'from' | 'to'>, plan: LabPlan): readonly Watched[] {
  const named = ({ name, address }: { name: string; address: string }) => ({ machine: name, address });
  const pair = [plan.world, ...plan.nodes].filter(({ name }) => name === from.machine || name === to.machine);
  const thirds = plan.nodes.filter(({ name }) => name !== from.machine && name !== to.machine);
  return [...pair, ...thirds.slice(0, thirdsAtMost)].map(named);
}

/** What one machine is to watch and ask. Pure. */
export function planLook(
  machine: Watched,
  all: readonly Watched[],
  pair: Pair,
  insides: Insides,
  crowd: readonly PresentContainer[],
  plan: LabPlan,
): Look {
  const { from, to, way } = pair;
  const places: WitnessPlace[] = [
    ...(from.machine === machine.machine && from.running ? [{ id: from.id, path: insides.from }] : []),
    ...(to.machine === machine.machine && to.running ? [{ id: to.id, path: insides.to }] : []),
  ];
  const isOfPair = machine.machine === from.machine || machine.machine === to.machine;
  const known = [from.address, to.address, from.machineAddress, to.machineAddress, machine.address];
  const members = crowd.filter(({ node }) => node === machine.machine).slice(0, crowdAtMost);
  return {
    op: 'look',
    deadlineMs,
    dataPathPort: plan.swarm.dataPathPort,
    addresses: [...new Set(known.flatMap((address) => address ?? []))],
    watch: [{ id: 'segment', path: null, address: machine.address }],
    asks: [...machineAsks(machine, all, pair), ...insideAsks(machine, pair, insides)],
    interiors: places,
    crowd: members.map(({ id, view }) => ({ id, path: view.sandboxKey })),
    overlays:
      way.kind === 'overlay' && isOfPair && pair.network !== null
        ? [{ id: overlayId, path: overlayNamespace(pair.network) }]
        : [],
  };
}

/** libnetwork names an overlay's namespace on a node so (drivers/overlay, `initSandbox`). */
function overlayNamespace({ id }: NetworkView): string {
  return `/var/run/docker/netns/1-${id.slice(0, 10)}`;
}

const isWorld = ({ address }: Watched, { from, to }: Pair) =>
  [from, to].some(({ id, machineAddress }) => id === 'world' && machineAddress === address);

/** Between machines, on the segment: many small echoes, and large ones between the two of the pair. */
function machineAsks(machine: Watched, all: readonly Watched[], pair: Pair): readonly PingSpec[] {
  if (isWorld(machine, pair)) return [];
  const { from, to } = pair;
  const isOfPair = ({ machine: name }: Watched) => name === from.machine || name === to.machine;
  return all
    .filter((other) => other.machine !== machine.machine && !isWorld(other, pair))
    .flatMap((other): PingSpec[] => {
      const base = { kind: 'ping', path: null, to: other.address, waitMs } as const;
      const id = (size: number) => `machine ${other.machine} ${size}`;
      const both = isOfPair(machine) && isOfPair(other);
      const large = both ? sizes : sizes.slice(-1);
      return [
        { ...base, id: id(smallBytes), size: smallBytes, count: smallCount, intervalMs: smallEveryMs, delayMs: 0 },
        ...large.map((size, index) => ({ ...base, id: id(size), size, count: 3, intervalMs: 40, delayMs: 20 * index })),
      ];
    });
}

/** From the asking end's own namespace, by the way that its packets take; and who there has the addresses. */
function insideAsks(machine: Watched, pair: Pair, insides: Insides): readonly (PingSpec | ArpSpec)[] {
  const { from, to, way } = pair;
  if (way.kind === 'own' || from.address === null || to.address === null) return [];
  const asks: (PingSpec | ArpSpec)[] = [];
  if (machine.machine === from.machine && from.running) {
    for (const [index, size] of [smallBytes, ...sizes].entries()) {
      const id = `inside ${size}`;
      const spec = { kind: 'ping', path: insides.from, to: to.address, size, count: 3, waitMs } as const;
      asks.push({ ...spec, id, intervalMs: 50, delayMs: 20 * index });
    }
  }
  const neighbours = way.kind === 'bridge' || way.kind === 'overlay' || way.kind === 'parent';
  if (!neighbours) return asks;
  for (const [asker, asked, path] of [
    [from, to, insides.from],
    [to, from, insides.to],
  ] as const) {
    if (asker.machine !== machine.machine || !asker.running || asker.address === null || asked.address === null)
      continue;
    // On a bridge a machine asks by another address than its own on the segment, which is not known here.
    if (asker.kind === 'machine' && way.kind === 'bridge') continue;
    const spec = { kind: 'arp', path, source: asker.address, to: asked.address, waitMs } as const;
    asks.push({ ...spec, id: `arp ${asked.address} ${asker.id}`, count: 3, intervalMs: 100, delayMs: 0 });
  }
  return asks;
}

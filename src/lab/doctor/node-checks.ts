import type { Finding } from '../../provider/finding.ts';
import { execLine, type LabCheck, upLine } from './check.ts';
import type { NodeHealth } from './node-health.ts';

/** Certificates of a swarm are valid from when the manager says; a clock that is a second behind refuses them. */
const largestSkewMs = 1000;
const fullMb = 200;
const nearlyFullMb = 1024;
/** From there on, the kernel collects old entries at each new one (gc_thresh2 is half of gc_thresh3 by default). */
const nearLimit = 0.8;

/** Skew between nodes, as far as it is certain: each clock is known to lie between two bounds. */
export const clocksAgree: LabCheck = {
  id: 'clocks',
  about: "the nodes' clocks agree",
  look({ health, lab }) {
    const clocks = health.flatMap(({ node, clockMs }) => (clockMs === null ? [] : [{ node, ...clockMs }]));
    if (clocks.length < health.length) return null;
    const ahead = clocks.reduce((most, clock) => (clock.from > most.from ? clock : most), clocks[0] ?? none);
    const behind = clocks.reduce((least, clock) => (clock.to < least.to ? clock : least), clocks[0] ?? none);
    const skewMs = ahead.from - behind.to;
    if (skewMs <= largestSkewMs) return [];
    return [
      {
        code: 'lab.clock-skew',
        severity: 'warns',
        symptom: 'Nodes do not join, or become Down: "x509: certificate has expired or is not yet valid".',
        cause: `The clock of ${ahead.node} is ${Math.round(skewMs / 100) / 10} s or more ahead of that of ${behind.node}: VMs stand still while a laptop sleeps or a snapshot is kept.`,
        remedy: upLine(lab),
      },
    ];
  },
};

const none = { node: '', from: 0, to: 0 };

export const disksHaveRoom: LabCheck = {
  id: 'disks',
  about: "room for the engines' data",
  look({ health, lab }) {
    const disks = health.flatMap(({ node, disk }) => (disk === null ? [] : [{ node, ...disk }]));
    if (disks.length < health.length) return null;
    return disks
      .filter(({ freeMb }) => freeMb < nearlyFullMb)
      .map(
        ({ node, freeMb, totalMb }): Finding => ({
          code: 'lab.disk-full',
          severity: freeMb < fullMb ? 'blocks' : 'warns',
          symptom: `Images and containers cannot be made on ${node}: "no space left on device".`,
          cause: `${freeMb} of ${totalMb} MB are free where the engine of ${node} keeps its data.`,
          remedy: execLine(lab, node, 'docker image prune --force'),
        }),
      );
  },
};

export const neighboursFit: LabCheck = {
  id: 'neighbours',
  about: "the kernel's neighbour table has room",
  look({ health, sharedNeighbours, lab }) {
    const line = (limit: number) =>
      `sysctl -w net.ipv4.neigh.default.gc_thresh3=${limit * 4} net.ipv4.neigh.default.gc_thresh2=${limit * 2}`;
    if (sharedNeighbours !== null) return crowded('this machine', sharedNeighbours, line(sharedNeighbours.limit));
    const known = health.filter(({ neighbours }) => neighbours !== null);
    if (known.length < health.length) return null;
    return known.flatMap(({ node, neighbours }) =>
      neighbours === null ? [] : crowded(node, neighbours, execLine(lab, node, line(neighbours.limit))),
    );
  },
};

function crowded(
  where: string,
  { entries, limit }: NonNullable<NodeHealth['neighbours']>,
  remedy: string,
): readonly Finding[] {
  if (entries < limit * nearLimit) return [];
  return [
    {
      code: 'lab.neighbours',
      severity: 'warns',
      symptom: 'Pairs that had a way time out, more with each container: "neighbor table overflow" in the kernel log.',
      cause: `The kernel of ${where} knows ${entries} neighbours and keeps ${limit} at most (gc_thresh3).`,
      remedy,
    },
  ];
}

export const firewallsAreOne: LabCheck = {
  id: 'firewalls',
  about: 'iptables has one backend on each node',
  look({ health }) {
    const known = health.flatMap(({ node, firewallRules }) =>
      firewallRules === null ? [] : [{ node, ...firewallRules }],
    );
    if (known.length < health.length) return null;
    return known
      .filter(({ legacy, nft }) => legacy > 0 && nft > 0)
      .map(({ node, legacy, nft }) => ({
        code: 'lab.iptables-mixed',
        severity: 'warns',
        symptom: `Packets on ${node} are dropped by rules that "iptables -S" does not show.`,
        cause: `Both backends of iptables have rules there: ${legacy} legacy, ${nft} nft. A packet has to pass both.`,
        remedy: 'choose one with "update-alternatives --config iptables" on the node, then restart it',
      }));
  },
};

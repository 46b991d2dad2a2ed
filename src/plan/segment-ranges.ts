import { contains, lastAddress, type Subnet, subnetAt } from './ipv4.ts';

/** Fewest addresses that a node's macvlan and ipvlan networks can do with. */
const leastSize = 4;

/**
 * Disjoint parts of the segment's upper half, one for each engine: engines hand out addresses of a macvlan network
 * each on its own (IPAM is local to the node), so two of them would give the same one.
 * The fewest equal parts that leave each engine one without the gateway, a node or the broadcast address in it;
 * null when that takes parts of under four addresses.
 */
export function planSegmentRanges(
  segment: Subnet,
  taken: readonly number[],
  engines: number,
): readonly Subnet[] | null {
  const avoided = [...taken, lastAddress(segment), segment.base];
  const half = segment.size / 2;
  for (let prefixLength = segment.prefixLength + 1; prefixLength <= 32; prefixLength += 1) {
    const { size } = subnetAt(0, prefixLength);
    if (size < leastSize) break;
    const parts = Array.from({ length: half / size }, (_, index) =>
      subnetAt(segment.base + half + index * size, prefixLength),
    );
    const clean = parts.filter((part) => !avoided.some((address) => contains(part, address)));
    if (clean.length >= engines) return clean.slice(0, engines);
    // More parts than this cannot help: each avoided address spoils at most one.
    if (parts.length > engines + avoided.length) break;
  }
  return null;
}

/** The shortest segment whose upper half surely has a part for each of so many engines, as a prefix length. */
export function prefixLengthFor(engines: number): number {
  const parts = 2 ** Math.ceil(Math.log2(engines + 1));
  return 32 - Math.log2(parts * leastSize * 2);
}

import type { DriverId, Ring } from '../experiment/types.ts';
import { wasReached } from '../verdict/reach.ts';
import type { CellResult, Cells, DriverResult, ScopeDocument } from '../verdict/types.ts';
import { list } from './words.ts';

const labels: Readonly<Record<DriverId, string>> = {
  'bridge-default': 'bridge',
  'bridge-user': 'user bridge',
  host: 'host',
  none: 'none',
  container: 'container:',
  macvlan: 'macvlan',
  'ipvlan-l2': 'ipvlan-l2',
  'ipvlan-l3': 'ipvlan-l3',
  overlay: 'overlay',
  'overlay-encrypted': 'overlay encr.',
};

/** What a driver is called in the table: the word that people use for it. */
export function labelOf(id: DriverId): string {
  return labels[id];
}

/** A ring of containers in one word: `name` is by name and IP, `ip` by IP only, `part` some probes and not others. */
export function containerWord({ ip, name }: Cells): string {
  if (ip === null && name === null) return '.';
  if (unmeasured(ip) || unmeasured(name)) return '?';
  const byIp = ip === null || ip.outcome === 'reached';
  const byName = name?.outcome === 'reached';
  if (byIp && byName) return 'name';
  if (ip?.outcome === 'reached') return partly(name) ? 'part' : 'ip';
  return byName || partly(ip) || partly(name) ? 'part' : '-';
}

/** A ring of machines in one word: `yes` is by IP, and by name where a name has a meaning. */
export function machineWord({ ip, name }: Cells): string {
  if (ip === null) return '.';
  if (unmeasured(ip) || unmeasured(name)) return '?';
  if (ip.outcome !== 'reached') return partly(ip) ? 'part' : '-';
  return name === null || name.outcome === 'reached' ? 'yes' : 'ip';
}

function unmeasured(cell: CellResult | null): boolean {
  return cell?.outcome === 'not-measured';
}

/** Some protocols got through and others did not. */
function partly(cell: CellResult | null): boolean {
  return (
    cell !== null &&
    cell.outcome !== 'reached' &&
    Object.values(cell.byProtocol).some((one) => one.outcome === 'reached')
  );
}

/** The answer in one line: what crosses hosts, and how; and what nobody knows about. */
export function headline(document: ScopeDocument): string {
  const gap = document.gaps.find(({ rings }) => rings.includes('peer'));
  if (gap !== undefined) return `Across hosts: not asked, because ${gap.reason}.`;
  const tried = document.drivers.filter(({ verdict }) => verdict !== 'skipped');
  const asked = tried.filter(({ rings }) => isMeasured(rings.peer.out));
  if (asked.length === 0) return 'Across hosts: nothing was measured.';
  const crossing = asked.filter((driver) => reaches(driver, 'ip'));
  const byName = crossing.filter((driver) => reaches(driver, 'name'));
  const byIp = crossing.filter((driver) => !reaches(driver, 'name'));
  const parts = [
    byName.length > 0 ? `${names(byName)} by name` : '',
    byIp.length > 0 ? `${names(byIp)} by IP` : '',
    crossing.length === 0 ? 'nothing' : crossing.length < asked.length ? 'nothing else' : '',
    asked.length < tried.length ? `${names(tried.filter((driver) => !asked.includes(driver)))} not measured` : '',
  ];
  return `Across hosts: ${parts.filter((part) => part !== '').join('; ')}.`;
}

function reaches({ rings }: DriverResult, by: 'ip' | 'name'): boolean {
  return wasReached(rings, 'peer', 'out', by);
}

function isMeasured(cells: Cells): boolean {
  const asked = [cells.ip, cells.name].filter((cell) => cell !== null);
  return asked.length > 0 && asked.every((cell) => cell.outcome !== 'not-measured');
}

function names(drivers: readonly DriverResult[]): string {
  return list(drivers.map(({ id }) => labelOf(id)));
}

const ringNames: Readonly<Record<Ring, string>> = {
  self: 'itself',
  sibling: 'container on the same node',
  node: 'own node',
  peer: 'container on the other node',
  'peer-node': 'other node',
  lan: 'LAN',
  world: 'world',
};

/** A ring as people say it. */
export function ringName(ring: Ring): string {
  return ringNames[ring];
}

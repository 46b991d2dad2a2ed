import type { By } from '../../probe/types.ts';
import { type Cell, type End, type Gap, type Question, subject } from '../question.ts';
import { type Direction, type DriverId, type Ring, rings } from '../types.ts';
import type { Sites } from './sites.ts';

/**
 * The cells of one driver that mean something, and that this lab has the machines for. A cell that is not in the list is
 * null in the report:
 * - `self` inward is the same probe as outward
 * - machines do not know containers by name, so inward from them there is no cell by name
 * - `world` inward only where no address translation stands between
 * - host: the next container on the node is in the same namespace, so there is no sibling
 * - none: no container of it has an address, so nothing can be aimed at one, by IP or inward
 */
export function planCells(driver: DriverId, sites: Sites): readonly Cell[] {
  const cells: Cell[] = [];
  for (const ring of rings) {
    if (!isThere(ring, sites)) continue;
    for (const direction of ['out', 'in'] as const) {
      for (const by of ['ip', 'name'] as const) {
        if (!hasMeaning(driver, ring, direction, by)) continue;
        cells.push(planCell({ driver, ring, direction, by }));
      }
    }
  }
  return cells;
}

/** Between whom a question is asked. */
export function planCell(question: Question): Cell {
  const end = endOf(question.driver, question.ring);
  return question.direction === 'out' ? { question, from: subject, to: end } : { question, from: end, to: subject };
}

/** What this lab cannot be asked, for want of machines. */
export function planGaps(sites: Sites): readonly Gap[] {
  const gaps: Gap[] = [];
  if (sites.peer === null) {
    gaps.push({
      rings: ['peer', 'peer-node'],
      reason: 'the lab has one node with an engine (add `workers: 1`)',
    });
  }
  if (sites.outsider === null) {
    gaps.push({
      rings: ['lan'],
      reason: 'the lab has no outsider (add `outsiders: 1`)',
    });
  }
  return gaps;
}

function isThere(ring: Ring, sites: Sites): boolean {
  switch (ring) {
    case 'peer':
    case 'peer-node':
      return sites.peer !== null;
    case 'lan':
      return sites.outsider !== null;
    case 'self':
    case 'sibling':
    case 'node':
    case 'world':
      return true;
  }
}

function endOf(driver: DriverId, ring: Ring): End {
  switch (ring) {
    case 'self':
      return driver === 'container' ? { kind: 'container', part: 'origin' } : subject;
    case 'sibling':
      return { kind: 'container', part: 'sibling' };
    case 'peer':
      return { kind: 'container', part: 'peer' };
    case 'node':
      return { kind: 'machine', machine: 'home' };
    case 'peer-node':
      return { kind: 'machine', machine: 'peer' };
    case 'lan':
      return { kind: 'machine', machine: 'lan' };
    case 'world':
      return { kind: 'machine', machine: 'world' };
  }
}

function hasMeaning(driver: DriverId, ring: Ring, direction: Direction, by: By): boolean {
  const atContainer = ring === 'self' || ring === 'sibling' || ring === 'peer';
  if (ring === 'self') return direction === 'out';
  if (driver === 'host' && ring === 'sibling') return false;
  if (driver === 'none') return direction === 'out' && (by === 'name' || !atContainer);
  if (direction === 'in' && !atContainer && by === 'name') return false;
  if (direction === 'in' && ring === 'world') return !isTranslated(driver);
  return true;
}

/** Whether the way out of the network goes through the node's address translation. */
function isTranslated(driver: DriverId): boolean {
  switch (driver) {
    case 'bridge-default':
    case 'bridge-user':
    case 'container':
    case 'overlay':
    case 'overlay-encrypted':
      return true;
    case 'host':
    case 'none':
    case 'macvlan':
    case 'ipvlan-l2':
    case 'ipvlan-l3':
      return false;
  }
}

import type { Cell } from '../question.ts';
import type { Fixture } from './fixture.ts';
import type { DriverSeen, Seen } from './measure.ts';
import { protocols } from './probes.ts';
import type { Sites } from './sites.ts';
import { nameOf, placeId } from './standing.ts';

/** A probe that could not be made, and why. Never to be taken for one that did not get through. */
export function unmeasured(protocol: Seen['protocol'], detail: string): Seen {
  return { protocol, outcome: 'not-measured', detail, address: null, responder: null, rttMs: null, attempts: [] };
}

/** A driver of which no cell could be measured. */
export function unmeasuredDriver(fixture: Fixture, cells: readonly Cell[], sites: Sites, reason: string): DriverSeen {
  return {
    driver: fixture.driver,
    declaredScope: null,
    options: {},
    cells: cells.map((cell) => ({
      cell,
      from: placeId(fixture, cell.from, sites),
      to: placeId(fixture, cell.to, sites),
      aim: cell.question.by === 'name' ? nameOf(fixture, cell.to, sites) : null,
      observations: protocols.map((protocol) => unmeasured(protocol, reason)),
    })),
  };
}

import type { By } from '../probe/types.ts';
import type { Part } from './scope/fixture.ts';
import type { Direction, DriverId, Ring } from './types.ts';

/** One cell of the scope report. */
export interface Question {
  driver: DriverId;
  ring: Ring;
  direction: Direction;
  by: By;
}

/** Who asks or is asked. */
export type End = { kind: 'container'; part: Part } | { kind: 'machine'; machine: 'home' | 'peer' | 'lan' | 'world' };

/** A cell that has a meaning, and between whom it is asked. Outward cells start at the subject, inward ones end there. */
export interface Cell {
  question: Question;
  from: End;
  to: End;
}

/** Why it came out so, as `explain` found while everything stood. */
export interface CauseSeen {
  id: string;
  sentence: string;
  /** Null: it happens on no node in particular. */
  node: string | null;
}

/** Why cells that have a meaning are not asked in this lab. */
export interface Gap {
  rings: readonly Ring[];
  reason: string;
}

export const subject: End = { kind: 'container', part: 'subject' };

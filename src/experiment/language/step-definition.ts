import type { DeclaredScope } from '../../fabric/engine-port.ts';
import type { By, Outcome, Protocol } from '../../probe/types.ts';
import type { AttachmentDefinition, NodeLetter, VersionRange } from './definition.ts';

// What an experiment does and asks, step by step.

/**
 * Who probes or is probed: a container or a service (`svc:NAME` for its virtual name) of the experiment,
 * `node:LETTER`, `lan` (the outsider) or `world`.
 */
export type EndName = string;

/** When a stated expectation holds; all that is given must. */
export interface Condition {
  engine: VersionRange | null;
  forwardPolicy: 'ACCEPT' | 'DROP' | null;
  provider: string | null;
}

/** What a cell of a table says. `any`: asked and shown, but nothing is expected. */
export type ExpectedOutcome =
  | 'reached'
  | 'not-reached'
  | 'no-resolver'
  | 'any'
  | Exclude<Outcome, 'reached' | 'not-measured'>;

export interface CellDefinition {
  from: EndName;
  to: EndName;
  expected: ExpectedOutcome;
  /** Why this one, and where that is documented; null where the step's own words do. */
  because: string | null;
  see: string | null;
  /** 1-based line in the file. */
  line: number | null;
}

/**
 * A matrix with what is expected of it; the first variant whose condition holds speaks, and where none does nothing is
 * asked. Every `to` can be aimed at when the step begins: the file was checked for that.
 */
export interface ProbeDefinition {
  /**
   * `published`: a host port. To `node:X` it goes to that node's LAN address; to a container, to the host address that it
   * publishes on, else its node's LAN address (from anywhere but that node also where the host address is a loopback one).
   * Who must see it is the container or service that publishes.
   */
  by: By | 'published';
  /** By IP: the target's address on this network; null where it has one address only. */
  network: string | null;
  protocols: readonly Protocol[];
  /** Published: the host port, never null. Otherwise null means the agent's own listener. */
  port: number | null;
  /** A name that is asked for instead of the target's own (an alias, `tasks.web`). */
  name: string | null;
  variants: readonly { when: Condition | null; cells: readonly CellDefinition[] }[];
}

/** A look at something that is no probe; see docs/experiments.md for each. */
export type CheckDefinition =
  | {
      kind: 'address';
      container: string;
      network: string;
      within: string | null;
      equals: string | null;
      prefixLength: number | null;
      gateway: string | null;
      /** Compared with the first address that it had there in this run. */
      changed: boolean | null;
    }
  | { kind: 'interfaces'; container: string; equals: readonly string[] }
  /** Containers, and nodes as `node:A`. */
  | { kind: 'same-address'; containers: readonly EndName[] }
  | { kind: 'hosts-file'; container: string; contains: readonly string[]; lacks: readonly string[] }
  | { kind: 'environment'; container: string; contains: Readonly<Record<string, string>>; lacks: readonly string[] }
  | { kind: 'scope'; network: string; node: NodeLetter; equals: DeclaredScope }
  | { kind: 'members'; network: string; node: NodeLetter; equals: readonly string[] }
  | { kind: 'listed'; network: string; node: NodeLetter; equals: boolean }
  /** Every address of the name, asked `lookups` times; `fairShare`: each comes first in at least that share of them. */
  | {
      kind: 'answers';
      container: string;
      name: string;
      targets: readonly string[] | null;
      count: number | null;
      lookups: number;
      fairShare: number | null;
    }
  | { kind: 'running'; container: string; equals: boolean; exitCode: number | null }
  | { kind: 'logs'; container: string; matches: string }
  /** As `docker ps` shows them; `equals` null: others may be there. */
  | { kind: 'published'; container: string; equals: readonly string[] | null; contains: readonly string[] }
  | { kind: 'mtu'; container: string; network: string; equals: number }
  | { kind: 'node-state'; node: NodeLetter; equals: string };

export type WaitCondition =
  | { kind: 'name'; from: EndName; name: string; answers: boolean }
  | { kind: 'reached'; from: EndName; to: EndName; by: By; equals: boolean }
  | { kind: 'node-state'; node: NodeLetter; equals: string }
  | { kind: 'tasks'; service: string; running: number }
  | { kind: 'running'; container: string; equals: boolean };

export type ActionDefinition =
  | { kind: 'probe'; probe: ProbeDefinition }
  | { kind: 'check'; checks: readonly CheckDefinition[] }
  | { kind: 'create'; container: string }
  | { kind: 'create-service'; service: string }
  | { kind: 'connect'; container: string; attachment: AttachmentDefinition }
  | { kind: 'disconnect'; container: string; network: string }
  | { kind: 'start' | 'stop' | 'restart' | 'remove'; container: string }
  | { kind: 'scale'; service: string; replicas: number }
  /** Swarm ports and others, on one node; `direction` is seen from that node. Undone at the end in any case. */
  | {
      kind: 'block' | 'open';
      node: NodeLetter;
      protocol: 'tcp' | 'udp' | 'esp';
      port: number | null;
      direction: 'in' | 'out' | 'both';
    }
  | { kind: 'drain' | 'activate' | 'promote' | 'demote' | 'leave' | 'join' | 'lose' | 'revive'; node: NodeLetter }
  | { kind: 'route'; node: NodeLetter | 'lan'; to: { network: string; node: NodeLetter }; via: NodeLetter }
  | { kind: 'wait'; condition: WaitCondition; timeoutMs: number }
  | {
      kind: 'run';
      in: { kind: 'container'; name: string } | { kind: 'node'; node: NodeLetter };
      command: readonly string[];
      exitStatus: number;
      matches: string | null;
    }
  /** The engine must refuse what the inner action asks for, with a message like this. */
  | { kind: 'refused'; action: ActionDefinition | { kind: 'create-network'; network: string }; matches: string };

export interface StepDefinition {
  title: string;
  /** Why, in a sentence for people; null where the title says it. */
  because: string | null;
  /** Where it is documented. */
  see: string | null;
  /** The step is only taken where this holds; null: always. */
  when: Condition | null;
  action: ActionDefinition;
  line: number | null;
}

import type { Protocol } from '../../probe/types.ts';
import type { CellDefinition, EndName, ProbeDefinition } from './definition.ts';

/** How a matrix asks; the same for all of its cells. */
export type Asking = Pick<ProbeDefinition, 'by' | 'network' | 'protocols' | 'port' | 'name'>;

/** One probe of a cell, in the words of its file: the runner sends it, and the model predicts it. */
export interface CellQuestion {
  from: EndName;
  to: EndName;
  by: ProbeDefinition['by'];
  /** By IP: the network of the address; null where there is one only. */
  network: string | null;
  /** Asked for instead of the target's own name. */
  name: string | null;
  protocol: Protocol;
  /** What it is sent to; null: the agent's own listener, or none (ICMP). */
  port: number | null;
}

/** The probes of one cell, in their order. A host port is not asked by ICMP. Pure. */
export function questionsOf(
  asking: Asking,
  { from, to }: Pick<CellDefinition, 'from' | 'to'>,
): readonly CellQuestion[] {
  const { by, network, name, protocols } = asking;
  return protocols
    .filter((protocol) => by !== 'published' || protocol !== 'icmp')
    .map((protocol) => ({ from, to, by, network, name, protocol, port: protocol === 'icmp' ? null : asking.port }));
}

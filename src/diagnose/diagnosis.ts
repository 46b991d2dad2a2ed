import { execLine } from '../experiment/by-hand.ts';
import { type CauseId, causes } from './cause-list.ts';
import type { Confidence, Diagnosis, Evidence, Facts, MachineFacts, ProbeFact } from './facts.ts';

/** A diagnosis in few words. */
export function diagnose(
  id: CauseId,
  node: string | null,
  confidence: Confidence,
  sentence: string,
  evidence: readonly Evidence[],
  remedy: string | null,
): Diagnosis {
  return { cause: { id, node, sentence, confidence }, evidence, remedy };
}

export const seen = (node: string | null, what: string, text: string): Evidence => ({ node, what, seen: text });

/** The probe that the question is about. */
export function askedProbe({ probes }: Facts): ProbeFact {
  const [first] = probes;
  if (first === undefined) throw new Error('facts without a probe');
  return first;
}

/** The same way by address, and by another protocol where that one differs; undefined: it was not asked. */
export function probeBy(
  { probes }: Facts,
  by: ProbeFact['by'],
  protocol: ProbeFact['protocol'],
): ProbeFact | undefined {
  return probes.find((probe) => probe.by === by && probe.protocol === protocol);
}

/** Whether the outcome says that the packets, or their answers, did not get through. */
export function isLost(probe: Pick<ProbeFact, 'by' | 'outcome' | 'address'>): boolean {
  const { outcome } = probe;
  return (outcome === 'timeout' || outcome === 'unreachable' || outcome === 'one-way') && !isNameless(probe);
}

/** Whether the outcome says that the name was not found out. */
export function isNameless({ by, outcome, address }: Pick<ProbeFact, 'by' | 'outcome' | 'address'>): boolean {
  if (outcome === 'no-name' || outcome === 'name-timeout' || outcome === 'servfail') return true;
  // There was no way to the resolver.
  return by === 'name' && address === null && (outcome === 'unreachable' || outcome === 'timeout');
}

/** Whether packets between the two pass from machine to machine on the segment. */
export function crosses({ from, to, way }: Facts): boolean {
  return way.kind !== 'own' && from.machine !== to.machine;
}

export function engineOf({ engines }: Facts, node: string) {
  return engines.find((engine) => engine.node === node) ?? null;
}

export function machineOf({ machines }: Facts, name: string): MachineFacts | null {
  return machines.get(name) ?? null;
}

/** The two machines, each once. */
export function bothMachines({ from, to }: Facts): readonly string[] {
  return [...new Set([from.machine, to.machine])];
}

/** The two machines on the way whose facts are there. */
export function machinesOnTheWay(facts: Facts): readonly MachineFacts[] {
  return bothMachines(facts).flatMap((name) => machineOf(facts, name) ?? []);
}

export function onNode({ lab }: Facts, node: string, ...argv: string[]): string {
  return execLine(lab, node, argv);
}

export function upLine({ lab }: Facts): string {
  return lab === 'default' ? 'swarmlab up' : `swarmlab up --lab ${lab}`;
}

export { causes };

import { parseEngineVersion } from '../experiment/engine-version.ts';
import type { Question } from '../experiment/question.ts';
import type { Circumstances, NodeFacts } from './expectation.ts';

/** Whether the other end is a container (and not a machine). */
export function amongContainers(question: Question): boolean {
  return question.ring === 'self' || question.ring === 'sibling' || question.ring === 'peer';
}

/** Whether the other end is a container in the same engine: one that its embedded DNS server knows. */
export function sameEngine(question: Question): boolean {
  return question.ring === 'self' || question.ring === 'sibling';
}

/** The node whose filter a probe has to pass to get to a container from outside: the one the container is on. */
export function targetNode(question: Question, circumstances: Circumstances): NodeFacts | null {
  return question.direction === 'out' && question.ring === 'peer' ? circumstances.peer : circumstances.home;
}

/** From engine 28 on, what is routed to a bridge container from outside is dropped whatever the FORWARD policy. */
export function closesDirectRouting(node: NodeFacts | null): boolean {
  const version = parseEngineVersion(node?.engineVersion ?? '');
  return version !== null && version.major >= 28;
}

/** Comes to a container from off its node, addressed to the container itself. */
export function isRoutedIn(question: Question): boolean {
  if (question.ring === 'peer') return true;
  return (
    question.direction === 'in' &&
    (question.ring === 'peer-node' || question.ring === 'lan' || question.ring === 'world')
  );
}

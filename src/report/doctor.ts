import { formatDuration } from '../core/duration.ts';
import type { DoctorDocument } from './documents.ts';
import { count, list } from './words.ts';
import { wrap } from './wrap.ts';

const width = 80;

/** The answer in a line; each finding with symptom, cause and remedy; what could not be examined. */
export function renderDoctor(document: DoctorDocument): string {
  const { findings, checked, durationMs } = document;
  const unknown = checked.filter(({ outcome }) => outcome === 'not-examined');
  return [
    wrap(summarizeDoctor(document), width, ''),
    '',
    ...findings.flatMap(({ severity, code, symptom, cause, remedy }) => [
      `${severity === 'blocks' ? 'BLOCKS' : 'WARNS'}  ${code}`,
      part('see', symptom),
      part('why', cause),
      part('do', remedy),
      '',
    ]),
    ...(unknown.length === 0
      ? []
      : [wrap(`Could not be examined: ${list(unknown.map(({ about }) => about))}.`, width, '  '), '']),
    `${count(checked.length, 'check')} in ${formatDuration(durationMs)}; swarmlab doctor --json lists them.`,
    '',
  ].join('\n');
}

/** `This machine is fit for provider netns. The lab is well.`, or how many findings there are. */
export function summarizeDoctor({ findings, checked, provider, lab, labIsThere }: DoctorDocument): string {
  const blocking = findings.filter(({ severity }) => severity === 'blocks').length;
  if (findings.length > 0) {
    const codes = [...new Set(findings.map(({ code }) => code))];
    const which = inWords(blocking, findings.length);
    return `${count(findings.length, 'finding')}, ${which}: ${codes.join(', ')}.`;
  }
  const half = (subject: 'machine' | 'lab') =>
    checked.some((check) => check.subject === subject && check.outcome === 'not-examined')
      ? ', as far as could be examined'
      : '';
  const machine = `This machine is fit for provider ${provider}${half('machine')}.`;
  return labIsThere ? `${machine} The lab is well${half('lab')}.` : `${machine} There is no lab named ${lab} yet.`;
}

function inWords(blocking: number, all: number): string {
  if (all === 1) return blocking === 1 ? 'it blocks' : 'it does not block';
  if (blocking === all) return 'all block';
  return blocking === 0 ? 'none blocks' : `${blocking} of them ${blocking === 1 ? 'blocks' : 'block'}`;
}

/** 1 with a finding; 3 where there is none and something could not be examined. */
export function doctorExitStatus({ findings, checked }: DoctorDocument): 0 | 1 | 3 {
  if (findings.length > 0) return 1;
  return checked.some(({ outcome }) => outcome === 'not-examined') ? 3 : 0;
}

/** A remedy with a line to type is broken only at blanks, as any text; what is longer than a line stays whole. */
function part(name: string, text: string): string {
  return wrap(`  ${name.padEnd(4)} ${text}`, width, '       ');
}

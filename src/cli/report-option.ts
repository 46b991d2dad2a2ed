import { wrongInput } from '../core/errors.ts';
import { nearMiss } from '../core/near-miss.ts';

/** The kinds that there are. */
export const reportKinds = ['json'] as const;
type ReportKind = (typeof reportKinds)[number];

export interface ReportFile {
  kind: ReportKind;
  file: string;
}

/** `json=result.json,…` of --report. Throws wrong usage with what there is. */
export function parseReports(text: string | undefined): readonly ReportFile[] {
  if (text === undefined) return [];
  const reports = text.split(',').map(parseReport);
  const twice = reports.find(({ kind, file }, index) =>
    reports.some((other, at) => at < index && (other.kind === kind || other.file === file)),
  );
  if (twice !== undefined) throw wrong(`--report has ${twice.kind}=${twice.file} and another like it`, howTo);
  return reports;
}

const howTo = `such as --report ${reportKinds.map((kind) => `${kind}=FILE`).join(',')}`;

function parseReport(text: string): ReportFile {
  const [word = '', ...rest] = text.split('=');
  const file = rest.join('=');
  const kind = reportKinds.find((each) => each === word);
  if (kind === undefined) {
    const near = nearMiss(word, reportKinds);
    const there = `there is: ${reportKinds.map((each) => `${each}=FILE`).join(', ')}`;
    const message = word === '' ? '--report needs KIND=FILE' : `there is no report of kind ${JSON.stringify(word)}`;
    throw wrong(message, near === null ? there : `did you mean ${near}? ${there}`);
  }
  if (file === '') throw wrong(`--report ${kind} needs the file to write`, howTo);
  return { kind, file };
}

function wrong(message: string, hint: string): Error {
  return wrongInput(
    'usage.wrong-value',
    message,
    [{ code: 'usage.wrong-value', message, hint, path: '--report' }],
    hint,
  );
}

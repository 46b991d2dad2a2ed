import { exitStatus, LabError, messageOf, type Problem } from '../core/errors.ts';

/** The exit status of anything that was thrown. */
export function exitStatusOf(error: unknown): number {
  return error instanceof LabError ? error.exitStatus : exitStatus.couldNotBeDone;
}

/** What --json prints of an error. */
export function errorDocument(error: unknown): unknown {
  if (!(error instanceof LabError)) {
    return {
      schema: 'swarmlab/error@1',
      error: { code: 'fault', message: messageOf(error), hint: faultHint, problems: [] },
    };
  }
  const { code, message, hint, problems } = error;
  return { schema: 'swarmlab/error@1', error: { code, message, ...(hint === undefined ? {} : { hint }), problems } };
}

const faultHint = 'this is a fault of swarmlab; --debug shows where it comes from';

/** An error for people: what, where, what to do. With `debug` also where in the tool it comes from. */
export function renderError(error: unknown, debug: boolean): string {
  const lines =
    error instanceof LabError ? renderLabError(error) : [`swarmlab: ${messageOf(error)}`, `  -> ${faultHint}`];
  if (debug) lines.push('', stackOf(error));
  return `${lines.join('\n')}\n`;
}

function renderLabError({ message, hint, problems }: LabError): string[] {
  const [only] = problems;
  if (only !== undefined && problems.length === 1 && only.message === message) {
    const remedy = hint ?? only.hint;
    return [`swarmlab: ${placed(only)}`, ...(remedy === undefined ? [] : [`  -> ${remedy}`])];
  }
  return [
    `swarmlab: ${message}`,
    ...problems.flatMap((problem) => [
      `  ${placed(problem)}`,
      ...(problem.hint === undefined ? [] : [`    -> ${problem.hint}`]),
    ]),
    ...(hint === undefined ? [] : [`  -> ${hint}`]),
  ];
}

function placed(problem: Problem): string {
  const place = placeOf(problem);
  return place === '' || problem.message.includes(place) ? problem.message : `${place}: ${problem.message}`;
}

/** `swarmlab.yaml:3:5`, which editors and terminals make a link of. */
function placeOf({ file, line, column }: Problem): string {
  return [file, line, column].filter((part) => part !== undefined).join(':');
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\ncaused by ${stackOf(error.cause)}`;
}

/** Exit statuses of the tool; what each means is in docs/errors.md. */
export const exitStatus = {
  asExpected: 0,
  finding: 1,
  wrongInput: 2,
  couldNotBeDone: 3,
  interrupted: 130,
} as const;

export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];

/** One thing that is wrong, where it is, and what to do about it. */
export interface Problem {
  code: string;
  message: string;
  hint?: string;
  file?: string;
  /** 1-based. */
  line?: number;
  /** 1-based. */
  column?: number;
  /** Path into a document, such as `nodes.managers`. */
  path?: string;
}

export interface LabErrorOptions {
  /** Dotted, stable, listed in docs/errors.md; scripts may match on it. */
  code: string;
  message: string;
  hint?: string;
  problems?: readonly Problem[];
  exitStatus?: ExitStatus;
  cause?: unknown;
}

/** Every failure that the tool foresees. Anything else that escapes is a fault of the tool's own. */
export class LabError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly problems: readonly Problem[];
  readonly exitStatus: ExitStatus;

  constructor(options: LabErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'LabError';
    this.code = options.code;
    this.hint = options.hint;
    this.problems = options.problems ?? [];
    this.exitStatus = options.exitStatus ?? exitStatus.couldNotBeDone;
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A wrong input: exit status 2, all problems at once. */
export function wrongInput(code: string, message: string, problems: readonly Problem[] = [], hint?: string): LabError {
  return new LabError({
    code,
    message,
    problems,
    exitStatus: exitStatus.wrongInput,
    ...(hint === undefined ? {} : { hint }),
  });
}

import type { ExpectedOutcome } from '../../src/experiment/language/definition.ts';
import type { Outcome } from '../../src/probe/types.ts';
import { judge } from '../../src/verdict/judge.ts';
import type {
  CellVerdict,
  CheckResult,
  ExperimentResult,
  ProbeResult,
  RunDocument,
  StepResult,
} from '../../src/verdict/run-types.ts';
import type { Verdict } from '../../src/verdict/types.ts';

const protocols = ['icmp', 'tcp', 'udp'] as const;
type By = ProbeResult['by'];

/** What one cell saw in place of what was expected: of all protocols, or of each. */
export interface Seen {
  outcome: Outcome;
  detail?: string;
  responder?: string;
}
export type Twists = Readonly<Record<string, Seen | Partial<Record<(typeof protocols)[number], Seen>>>>;

const drawn: Readonly<Record<string, ExpectedOutcome>> = {
  yes: 'reached',
  no: 'not-reached',
  any: 'any',
  'no-name': 'no-name',
};

const typical: Partial<Record<ExpectedOutcome, Outcome>> = { 'not-reached': 'timeout', any: 'reached' };

/** A step out of a table as a person draws it; `twists` by `from -> to`. */
export function probeStep(
  title: string,
  by: By,
  table: string,
  twists: Twists = {},
  more: Partial<StepResult> = {},
): StepResult {
  const [head = '', ...lines] = table.trim().split('\n');
  const columns = head.trim().split(/\s+/);
  const probes: ProbeResult[] = [];
  const cells: CellVerdict[] = [];
  lines.forEach((line, row) => {
    const [from = '', ...words] = line.trim().split(/\s+/);
    words.forEach((word, column) => {
      const to = columns[column];
      if (word === '.' || to === undefined) return;
      const expected = drawn[word] ?? (word as ExpectedOutcome);
      const first = probes.length;
      for (const protocol of protocols)
        probes.push(probe({ from, to, by, protocol, expected }, twists[`${from} -> ${to}`]));
      cells.push(cellOf(from, to, expected, probes, first, row + 10));
    });
  });
  const verdict = worst(cells.map((cell) => cell.verdict ?? 'as-expected'));
  const asked = { by, network: null, name: null, protocols, port: null };
  return { ...emptyStep, title, kind: 'probe', asked, cells, probes, verdict, ...more };
}

function probe(
  question: Pick<ProbeResult, 'from' | 'to' | 'by' | 'protocol'> & { expected: ExpectedOutcome },
  twist: Twists[string] | undefined,
): ProbeResult {
  const { from, to, protocol, expected } = question;
  const seen = twist === undefined ? undefined : 'outcome' in twist ? (twist as Seen) : twist[protocol];
  const outcome = seen?.outcome ?? typical[expected] ?? (expected as Outcome);
  const detail = seen?.detail ?? (outcome === 'timeout' ? 'no answer within 1000 ms' : '');
  const rttMs = outcome === 'reached' ? 0.3 : null;
  return {
    ...question,
    port: null,
    target: to,
    outcome,
    detail,
    address: null,
    responder: seen?.responder ?? null,
    rttMs,
    attempts: [{ outcome, detail, rttMs }],
    verdict: verdictOf(expected, outcome),
    rule: null,
    cause: null,
    reproduce: protocol === 'icmp' ? `swarmlab exec m1 docker exec ${from} ping -c 1 -W 1 ${to}` : null,
  };
}

function verdictOf(expected: ExpectedOutcome, outcome: Outcome): Verdict {
  if (expected === 'reached' || expected === 'not-reached' || expected === 'no-name') return judge(expected, outcome);
  if (outcome === 'not-measured') return 'not-measured';
  return expected === 'any' || expected === outcome ? 'as-expected' : 'differs';
}

function cellOf(
  from: string,
  to: string,
  expected: ExpectedOutcome,
  probes: readonly ProbeResult[],
  first: number,
  line: number,
): CellVerdict {
  const own = probes.slice(first);
  const verdict = worst(own.map((one) => one.verdict ?? 'as-expected'));
  const telling =
    own.find((one) => one.verdict === verdict && one.outcome !== 'reached') ??
    own.find(({ outcome }) => outcome !== 'reached') ??
    own[0];
  return {
    from,
    to,
    expected,
    outcome: telling?.outcome ?? 'not-measured',
    verdict,
    detail: telling?.detail ?? '',
    line,
    probes: own.map((_one, index) => first + index),
  };
}

function worst(verdicts: readonly Verdict[]): Verdict {
  return verdicts.includes('differs') ? 'differs' : verdicts.includes('not-measured') ? 'not-measured' : 'as-expected';
}

const emptyStep: StepResult = {
  title: '',
  because: null,
  see: null,
  kind: 'connect',
  line: null,
  verdict: 'as-expected',
  detail: '',
  commands: [],
  asked: null,
  cells: [],
  probes: [],
  checks: [],
  durationMs: 100,
};

export function actionStep(title: string, more: Partial<StepResult>): StepResult {
  return { ...emptyStep, title, ...more };
}

export function checkStep(title: string, checks: readonly CheckResult[]): StepResult {
  return { ...emptyStep, title, kind: 'check', checks, verdict: worst(checks.map(({ verdict }) => verdict)) };
}

export function check(more: Partial<CheckResult> = {}): CheckResult {
  return {
    kind: 'members',
    subject: 'who is on bridge, at m1',
    expected: 'alpine3, alpine4',
    seen: 'alpine3, alpine4',
    verdict: 'as-expected',
    detail: '',
    reproduce: 'swarmlab exec m1 docker network inspect bridge',
    ...more,
  };
}

export function experiment(
  id: string,
  steps: readonly StepResult[],
  more: Partial<ExperimentResult> = {},
): ExperimentResult {
  return {
    id,
    title: `What ${id} is about`,
    verdict: worst(steps.map(({ verdict }) => verdict)),
    skipped: null,
    failure: null,
    nodes: [{ letter: 'A', name: 'm1', address: '192.168.56.11' }],
    containers: [],
    steps,
    disturbs: 'nothing',
    lab: 'default',
    kept: null,
    file: null,
    notes: [],
    durationMs: 2400,
    ...more,
  };
}

export function skippedExperiment(id: string, feature: string): ExperimentResult {
  const missing = [{ node: 'm1', what: feature, reason: 'Unknown device type.' }];
  const skipped = { sentence: `kernel of m1 lacks ${feature}`, missing };
  return experiment(id, [], { verdict: 'skipped', skipped, durationMs: 0 });
}

export function runDocument(experiments: readonly ExperimentResult[], lab = 'default'): RunDocument {
  const number = (verdict: ExperimentResult['verdict']) => experiments.filter((one) => one.verdict === verdict).length;
  const steps = experiments.flatMap((one) => one.steps);
  return {
    schema: 'swarmlab/run@1',
    lab,
    provider: 'netns',
    engines: ['m1', 'w1', 'w2'].map((node, index) => ({
      node,
      role: index === 0 ? 'manager' : 'worker',
      address: `192.168.56.1${index + 1}`,
      engine: '20.10.24+dfsg1',
      kernel: '6.1.0',
      forwardPolicy: 'DROP',
    })),
    experiments,
    totals: {
      experiments: experiments.length,
      probes: steps.reduce((sum, step) => sum + step.probes.length, 0),
      checks: steps.reduce((sum, step) => sum + step.checks.length, 0),
      asExpected: number('as-expected'),
      differs: number('differs'),
      notMeasured: number('not-measured'),
      skipped: number('skipped'),
    },
    durations: { undisturbingMs: 2400, disturbingMs: 0, ownLabsMs: 0 },
    durationMs: 3100,
  };
}

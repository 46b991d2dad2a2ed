// What was measured of random labs beside what the model says. Pure.

const fulfils = {
  'not-reached': ['timeout', 'unreachable'],
  'no-resolver': ['no-name', 'name-timeout', 'servfail', 'unreachable'],
};

/** Every probe of a run's document by how it came out. */
export function compareRun(document) {
  const labs = document.experiments.map((experiment) => {
    const counts = { agree: 0, undecided: 0, notMeasured: 0 };
    const reasons = new Map();
    const note = (reason) => reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    const differ = [];
    for (const { title, probes } of experiment.steps) {
      for (const probe of probes) {
        const { predicted, outcome } = probe;
        if (outcome === 'not-measured') {
          counts.notMeasured += 1;
          note(`not measured: ${probe.detail}`);
        } else if (predicted === undefined || predicted === 'undecided') {
          counts.undecided += 1;
          note(`undecided: ${probe.rule?.id}, seen ${outcome}`);
        } else if ((fulfils[predicted] ?? [predicted]).includes(outcome)) counts.agree += 1;
        else differ.push({ step: title, ...probe });
      }
    }
    return { id: experiment.id, failure: failureOf(experiment), ...counts, reasons, differ };
  });
  return labs;
}

/** Why a lab gave nothing, or less than it should. */
function failureOf({ failure, skipped, steps }) {
  if (failure !== null) return failure.message;
  if (skipped !== null) return skipped.sentence;
  const failed = steps.find(
    ({ verdict, kind, detail }) => kind !== 'probe' && verdict !== 'as-expected' && detail !== '',
  );
  return failed === undefined ? null : `"${failed.title}": ${failed.detail}`;
}

/** `c0 -> c1 by name icmp: foretold yes (rule), seen timeout`. */
export function sentenceOf({ step, from, to, by, protocol, target, predicted, rule, outcome, detail }) {
  return `"${step}" ${from} -> ${to} by ${by} ${protocol} (${target}): foretold ${predicted} (${rule?.id}), seen ${outcome}: ${detail}`;
}

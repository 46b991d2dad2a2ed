// What was measured of random labs beside what the model says. Pure.

/** Written out once more, and not taken from the sources: what is compared here is those. */
const fulfils = {
  'not-reached': ['timeout', 'unreachable'],
  'no-resolver': ['no-name', 'name-timeout', 'servfail', 'unreachable'],
};

/**
 * Every probe of a run's document by how it came out, one entry for each lab. `pretend` (`{ rule, expected }`, or null)
 * makes one rule say something else, to see that a wrong rule is found.
 */
export function compareRun(document, pretend = null) {
  return document.experiments.map((experiment) => {
    const counts = { agree: 0, undecided: 0, notMeasured: 0 };
    const reasons = new Map();
    const rules = new Map();
    const differ = [];
    const note = (map, key) => map.set(key, (map.get(key) ?? 0) + 1);
    for (const { title, asked, probes } of experiment.steps) {
      for (const probe of probes) {
        const predicted = probe.rule?.id === pretend?.rule ? pretend.expected : probe.predicted;
        const { outcome } = probe;
        note(rules, probe.rule?.id ?? 'no rule');
        if (outcome === 'not-measured') {
          counts.notMeasured += 1;
          note(reasons, `not measured: ${probe.detail}`);
        } else if (predicted === undefined || predicted === 'undecided') {
          counts.undecided += 1;
          note(reasons, `undecided: ${probe.rule?.id}, seen ${outcome}`);
        } else if ((fulfils[predicted] ?? [predicted]).includes(outcome)) counts.agree += 1;
        else differ.push({ step: title, network: asked?.network ?? null, ...probe, predicted });
      }
    }
    return { id: experiment.id, experiment, failure: failureOf(experiment), ...counts, reasons, rules, differ };
  });
}

/** A lab of which a whole run gave nothing. */
export function unmeasured(id, failure) {
  return { id, failure, agree: 0, undecided: 0, notMeasured: 0, reasons: new Map(), rules: new Map(), differ: [] };
}

/** Whether something of it could not be measured, and nothing differs: then it is worth another try. A difference stays. */
export const isUnfinished = ({ differ, failure, notMeasured }) =>
  differ.length === 0 && (failure !== null || notMeasured > 0);

/** Of a lab that was measured twice, since the first time something was missing: what says more. */
export function tellingMore(first, second) {
  if (!isUnfinished(second)) return second;
  if ((first.failure === null) !== (second.failure === null)) return first.failure === null ? first : second;
  return second.notMeasured <= first.notMeasured ? second : first;
}

/** Why a lab gave nothing, or less than it should. A wait that was in vain is none: what comes next says what it sees. */
function failureOf({ failure, skipped, steps }) {
  if (failure !== null) return failure.message;
  if (skipped !== null) return skipped.sentence;
  const failed = steps.find(
    ({ verdict, kind, detail }) => kind !== 'probe' && kind !== 'wait' && verdict !== 'as-expected' && detail !== '',
  );
  return failed === undefined ? null : `"${failed.title}": ${failed.detail}`;
}

/** In a sentence, what of a lab was not measured; null where all was. */
export function missingOf({ id, failure, notMeasured }) {
  if (failure !== null) return `${id}: not measured whole: ${failure}`;
  return notMeasured > 0 ? `${id}: ${notMeasured} probe${notMeasured === 1 ? '' : 's'} not measured` : null;
}

/** Of several labs together. */
export function sumOf(labs) {
  const total = { labs: 0, probes: 0, agree: 0, differ: 0, undecided: 0, notMeasured: 0, failed: 0 };
  const reasons = new Map();
  const rules = new Map();
  const add = (into, from) => {
    for (const [key, count] of from) into.set(key, (into.get(key) ?? 0) + count);
  };
  for (const lab of labs) {
    total.labs += 1;
    total.probes += lab.agree + lab.differ.length + lab.undecided + lab.notMeasured;
    for (const key of ['agree', 'undecided', 'notMeasured']) total[key] += lab[key];
    total.differ += lab.differ.length;
    total.failed += lab.failure === null ? 0 : 1;
    add(reasons, lab.reasons);
    add(rules, lab.rules);
  }
  return { ...total, decidedShare: total.probes === 0 ? 0 : 1 - total.undecided / total.probes, reasons, rules };
}

/** What makes two differences one: the rule that spoke, and what was seen instead. */
export const kindOf = ({ rule, predicted, outcome }) => `${rule?.id} says ${predicted}, seen ${outcome}`;

/** `c0 -> c1 by name icmp: foretold yes (rule), seen timeout`. */
export function sentenceOf({ step, from, to, by, protocol, target, predicted, rule, outcome, detail }) {
  return `"${step}" ${from} -> ${to} by ${by} ${protocol} (${target}): foretold ${predicted} (${rule?.id}), seen ${outcome}: ${detail}`;
}

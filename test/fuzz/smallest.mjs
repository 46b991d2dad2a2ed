// The smallest lab that still disagrees with the model: choices are taken away by fast-check, then single words of the file
// that is left. Each attempt is measured.
import fc from 'fast-check';
import { kindOf } from './compare.mjs';

/**
 * Shrinks number `number` of the labs that `seed` gives, as long as a difference of the same kind is seen. `fileOf(choices)`
 * is a lab's experiment, `measure(file)` gives its differences, and `speaks(file, rule)` says whether the rule is asked in it
 * at all: one that is not cannot differ, and costs no measurement. At most `tries` measurements. Null where the lab agrees
 * when it is measured again.
 */
export async function findSmallest({ arbitrary, seed, number, tries, fileOf, measure, speaks }) {
  let best = null;
  let left = tries;
  let measured = 0;
  const known = new Set();
  const differs = async (choices) => {
    const file = fileOf(choices);
    const text = JSON.stringify(file);
    if (left <= 0 || known.has(text)) return false;
    known.add(text);
    if (best !== null && !(await speaks(file, best.difference.rule.id))) return false;
    left -= 1;
    measured += 1;
    const differences = await measure(file);
    const difference = best === null ? differences[0] : differences.find((one) => sameKind(one, best.difference));
    if (difference === undefined) return false;
    best = { choices, file, difference };
    return true;
  };
  const property = fc.asyncProperty(arbitrary, async (choices) => !(await differs(choices)));
  await fc.check(property, { seed, path: `${number}`, numRuns: 1 });
  return best === null ? null : { ...best, measured };
}

const sameKind = (one, other) => kindOf(one) === kindOf(other);

/** As tables say it: src/experiment/language/vocabulary.ts. */
const words = { reached: 'yes', 'not-reached': 'no', 'wrong-responder': 'wrong', 'name-timeout': 'silent' };

/**
 * The same experiment with the one question that is answered otherwise, and the model's answer as what is expected: whoever
 * runs it sees it differ.
 */
export function onlyQuestion(file, { step, from, to, protocol, predicted }) {
  const at = file.steps.findIndex(({ title }) => title === step);
  const before = file.steps.slice(0, at).filter(({ probe }) => probe === undefined);
  const { probe } = file.steps[at];
  const asked = { ...probe, protocols: [protocol], expect: [`${from} -> ${to}: ${words[predicted] ?? predicted}`] };
  return { ...file, steps: [...before, { title: step, probe: asked }] };
}

/**
 * Takes single things out of an experiment as long as a difference of the same kind is seen: first all other questions, then
 * steps, containers, networks, and what is said of them. At most `tries` measurements; gives the smallest file.
 */
export async function reduceFile(file, difference, { tries, measure, speaks }) {
  let left = tries;
  const differs = async (candidate) => {
    if (left <= 0 || !(await speaks(candidate, difference.rule.id))) return false;
    left -= 1;
    return (await measure(candidate)).some((one) => sameKind(one, difference));
  };
  const asked = onlyQuestion(file, difference);
  let smallest = (await differs(asked)) ? asked : file;
  for (let found = true; found && left > 0; ) {
    found = false;
    for (const candidate of withoutOneThing(smallest)) {
      if (!(await differs(candidate))) continue;
      smallest = candidate;
      found = true;
      break;
    }
  }
  return { file: smallest, measured: tries - left };
}

const without = (object, key) => Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));

/** Some of them are no experiments: who measures finds out. */
function* withoutOneThing(file) {
  const { steps, needs } = file;
  for (const key of ['containers', 'services', 'networks'])
    for (const name of Object.keys(file[key] ?? {})) yield withoutNamed(file, key, name);
  for (const [at, { probe }] of steps.entries())
    if (probe === undefined || steps.length > 1) yield { ...file, steps: steps.toSpliced(at, 1) };
  for (const key of ['containers', 'services', 'networks'])
    for (const [name, said] of Object.entries(file[key] ?? {}))
      for (const less of lessOf(said)) yield { ...file, [key]: { ...file[key], [name]: less } };
  for (const key of ['lab', 'needs']) if (file[key] !== undefined) yield without(file, key);
  for (const less of lessOf(needs ?? {})) yield { ...file, needs: less };
}

function withoutNamed(file, key, name) {
  const containers = Object.entries(file.containers ?? {}).map(([each, said]) => [each, withoutNetwork(said, name)]);
  const left = key === 'networks' ? { ...file, containers: Object.fromEntries(containers) } : file;
  return { ...left, [key]: without(left[key], name) };
}

function withoutNetwork(said, network) {
  const networks = (said.networks ?? []).filter((one) => (one.network ?? one) !== network);
  return networks.length === 0 ? without(said, 'networks') : { ...said, networks };
}

/** Each with one word less: a key, an item of a list, a key within. */
function* lessOf(said) {
  for (const [key, value] of Object.entries(said)) {
    yield without(said, key);
    if (Array.isArray(value))
      for (const at of value.keys()) if (value.length > 1) yield { ...said, [key]: value.toSpliced(at, 1) };
    if (key === 'subnet') yield without(without(without(said, 'subnet'), 'gateway'), 'ipRange');
    if (key === 'networks')
      for (const [at, one] of value.entries())
        if (one.network !== undefined) yield { ...said, networks: value.with(at, one.network) };
    if (key === 'options')
      for (const less of lessOf(value)) if (Object.keys(less).length > 0) yield { ...said, options: less };
  }
}

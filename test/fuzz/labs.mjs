// `npm run fuzz:labs -- --runs N --seed S`: random labs, each measured on real engines and compared with the model. Prints how
// much agrees, and of the labs that disagree the smallest, as an experiment file, with the command that runs it again.
//   --labs K         as many labs side by side, made for this and removed (default 1); --lab NAME takes one that is up
//   --first N        begins at that number of the seed's labs; with --runs 1, that lab alone
//   --batch N        so many in one run of the tool (default 6)
//                    (they have a state home of their own in the folder for temporary files, TMPDIR)
//   --keep DIR       where their files are (default .cache/random-labs)
//   --shrinks N      measurements for each lab that is made smaller (default 40; 0: none is)
//   --pretend R=O    as if the model's rule R said O: a wrong rule, to see that it is found
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { labOf, optionalFeatures } from './build-lab.mjs';
import { randomLab } from './choices.mjs';
import { compareRun, isUnfinished, kindOf, missingOf, sentenceOf, sumOf, tellingMore, unmeasured } from './compare.mjs';
import { homesOfTheDead, makeOwnHome, removeHome } from './own-home.mjs';
import { findSmallest, reduceFile } from './smallest.mjs';
import { createTool } from './swarmlab.mjs';
import { markOf } from './words.mjs';

const say = (line) => process.stderr.write(`${line}\n`);
const options = readOptions();
const folder = path.resolve(options.keep);
mkdirSync(folder, { recursive: true });
process.exitCode = await main();

function readOptions() {
  const text = (fallback) => ({ type: 'string', default: fallback });
  const { values } = parseArgs({
    options: {
      runs: text('8'),
      seed: text(`${Date.now() % 1_000_000}`),
      first: text('0'),
      batch: text('6'),
      labs: text('1'),
      lab: { type: 'string' },
      keep: text(path.join('.cache', 'random-labs')),
      shrinks: text('40'),
      pretend: { type: 'string' },
    },
  });
  const wrong = (message) => {
    say(message);
    process.exit(2);
  };
  const numbers = Object.fromEntries(
    ['runs', 'seed', 'first', 'batch', 'labs', 'shrinks'].map((key) => {
      const number = Number(values[key]);
      const least = key === 'batch' || key === 'labs' || key === 'runs' ? 1 : 0;
      if (!Number.isInteger(number) || number < least) wrong(`--${key} must be a whole number from ${least} on`);
      return [key, number];
    }),
  );
  const [, rule, expected] = /^([a-z0-9.-]+)=([a-z-]+)$/.exec(values.pretend ?? '') ?? [];
  if (values.pretend !== undefined && rule === undefined) wrong('--pretend must be such as icc.off=reached');
  return { ...values, ...numbers, pretend: rule === undefined ? null : { rule, expected } };
}

async function main() {
  const { lab, labs } = options;
  const names = lab === undefined ? Array.from({ length: labs }, (_, at) => `random-${at + 1}`) : [lab];
  const stop = new AbortController();
  process.on('SIGINT', () => stop.abort());
  process.on('SIGTERM', () => stop.abort());
  if (lab !== undefined) return measure(names, createTool(null), stop.signal);
  for (const home of homesOfTheDead(tmpdir())) {
    say(`labs that a run which was killed has left (${home}) are taken down`);
    await takeDown(home);
  }
  const home = makeOwnHome(tmpdir());
  const swarmlab = createTool(home);
  try {
    for (const name of names) {
      if (stop.signal.aborted) return 130;
      await swarmlab('up', '--lab', name, '--managers', '1', '--workers', '3', '--outsiders', '1');
    }
    return await measure(names, swarmlab, stop.signal);
  } finally {
    await takeDown(home);
  }
}

/** All labs of a home of random labs, those that labs made for themselves too. What could not be removed keeps its home. */
async function takeDown(home) {
  try {
    const { leaks } = await createTool(home)('down', '--all');
    if (leaks.length === 0) removeHome(home);
    else say(`left of the labs in ${home}: ${JSON.stringify(leaks)}`);
  } catch (error) {
    say(`${error.message} (SWARMLAB_HOME=${home} swarmlab down --all)`);
  }
}

/** Measures all of them, prints the result, and gives the exit status. */
async function measure(names, swarmlab, signal) {
  const { runs, seed, first } = options;
  const features = await featuresOf(names[0], swarmlab);
  say(
    `seed ${seed}, labs ${first} to ${first + runs - 1}, on ${names.join(', ')}; kernels have ${[...features].join(', ') || 'none'} of ${optionalFeatures.join(', ')}`,
  );
  const results = await measureAll(names, features, swarmlab, signal);
  const inOrder = [...results].sort(([a], [b]) => a - b);
  const total = sumOf([...results.values()]);
  for (const [reason, count] of [...total.reasons].sort()) say(`${count} ${reason}`);
  await showSmallest(names[0], { features, results: inOrder, swarmlab, signal });
  const { reasons: _reasons, rules, ...counts } = total;
  const share = Math.round(total.decidedShare * 10_000) / 10_000;
  const differing = inOrder.flatMap(([number, { differ }]) => (differ.length > 0 ? [number] : []));
  const unfinished = inOrder.map(([, one]) => missingOf(one)).filter((missing) => missing !== null);
  const summary = { seed, first, runs, ...counts, decidedShare: share, rules: rules.size, differing, unfinished };
  console.log(JSON.stringify(summary));
  if (signal.aborted) return 130;
  return total.differ > 0 ? 1 : unfinished.length > 0 ? 3 : 0;
}

/** Which of the features that labs can do without the kernels of this one have: the tool's own answer. */
async function featuresOf(lab, swarmlab) {
  const files = optionalFeatures.map((feature) => {
    const steps = [{ title: 'Ask', probe: { by: 'ip', expect: ['node:A -> world: any'] } }];
    const id = `has-${feature.replace('_', '-')}`;
    return write(id, { id, title: feature, needs: { kernel: [feature] }, steps });
  });
  const { experiments } = await swarmlab('predict', ...files, '--lab', lab);
  return new Set(optionalFeatures.filter((_feature, at) => experiments[at].skipped === null));
}

/** By number. The labs share out the numbers. */
async function measureAll(names, features, swarmlab, signal) {
  const { runs, seed, first, batch, pretend } = options;
  const samples = fc.sample(randomLab, { numRuns: first + runs, seed });
  const results = new Map();
  /** In one run of the tool. */
  const measureSome = async (lab, numbers) => {
    const files = numbers.map((number) => write(`random-${markOf(number)}`, labOf(samples[number], number, features)));
    const compared = await swarmlab('run', ...files, '--lab', lab).then(
      (document) => compareRun(document, pretend),
      (error) => numbers.map((number) => unmeasured(`random-${markOf(number)}`, error.message)),
    );
    for (const [at, one] of compared.entries()) {
      const number = numbers[at];
      results.set(number, results.has(number) ? tellingMore(results.get(number), one) : one);
      if (one.differ.length > 0) keepRun(one.id, one.experiment);
      if (one.failure !== null) say(missingOf(one));
      const kinds = new Map(one.differ.map((each) => [kindOf(each), each]));
      for (const each of kinds.values()) say(`${one.id} (number ${number}): ${sentenceOf(each)}`);
    }
    const { labs, agree, differ, undecided, notMeasured } = sumOf([...results.values()]);
    say(
      `${labs} of ${runs} labs: ${agree} probes agree, ${differ} differ, ${undecided} undecided, ${notMeasured} not measured`,
    );
  };
  const waiting = Array.from({ length: runs }, (_, at) => first + at);
  const work = async (lab) => {
    while (waiting.length > 0 && !signal.aborted) await measureSome(lab, waiting.splice(0, batch));
  };
  await Promise.all(names.map(work));
  // Once more, one by one, when less happens at the same time; a difference that was seen stays.
  const again = [...results].filter(([, one]) => isUnfinished(one)).map(([number]) => number);
  if (again.length > 0 && !signal.aborted) say(`not measured whole: ${again.join(', ')}; once more`);
  for (const number of again) if (!signal.aborted) await measureSome(names[0], [number]);
  return results;
}

/** What was seen of a lab that differs, beside its file: it may never be seen again. */
function keepRun(name, experiment) {
  writeFileSync(path.join(folder, `${name}.seen.json`), JSON.stringify(experiment));
}

/** One lab for each kind of difference. */
async function showSmallest(lab, { features, results, swarmlab, signal }) {
  const { seed, shrinks, pretend } = options;
  const kinds = new Map();
  for (const [number, { differ }] of results)
    for (const one of differ.slice(0, 1)) if (!kinds.has(kindOf(one))) kinds.set(kindOf(one), number);
  const measure = async (file) => {
    const [one] = compareRun(await swarmlab('run', write('attempt', file), '--lab', lab), pretend);
    return one.differ;
  };
  const speaks = async (file, rule) => {
    const document = await swarmlab('predict', write('attempt', file), '--lab', lab).catch(() => null);
    // What cannot be read is no experiment.
    if (document === null) return false;
    const { experiments } = document;
    return (
      experiments[0].skipped === null &&
      experiments[0].steps.some(({ probes }) => probes.some((probe) => probe.rule.id === rule))
    );
  };
  for (const [kind, number] of shrinks === 0 || signal.aborted ? [] : kinds) {
    const name = `random-${markOf(number)}`;
    const again = `npm run fuzz:labs -- --seed ${seed} --first ${number} --runs 1`;
    const fileOf = (choices) => labOf(choices, number, features);
    const found = await findSmallest({ arbitrary: randomLab, seed, number, tries: shrinks, fileOf, measure, speaks });
    if (found === null) {
      say(`${kind}: ${name} agrees when it runs alone; the same labs again: ${again}`);
      continue;
    }
    const reduced = await reduceFile(found.file, found.difference, { tries: shrinks, measure, speaks });
    const smallest = reduced.file;
    const file = path.join(folder, `smallest-${markOf(number)}.yaml`);
    writeFileSync(file, stringify(smallest));
    say(
      `\n${kind}; after ${found.measured + reduced.measured} measurements the smallest lab is\n\n${stringify(smallest)}`,
    );
    say(sentenceOf(found.difference));
    say(`again, on a lab that is up: swarmlab run ${path.relative(process.cwd(), file)}; as it was drawn: ${again}\n`);
  }
}

/** JSON is YAML. */
function write(name, experiment) {
  const file = path.join(folder, `${name}.yaml`);
  writeFileSync(file, `${JSON.stringify(experiment, null, 2)}\n`);
  return file;
}

// `npm run fuzz:labs -- --runs N --seed S [--batch 4] [--lab NAME] [--keep DIR]`: random labs on the lab that is up, each
// measured and compared with the model. Prints agreements, and of the labs that disagree the smallest, as experiment files.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { compareRun, sentenceOf } from './compare.mjs';
import { labOf, randomLab } from './random-lab.mjs';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '8' },
    seed: { type: 'string', default: `${Date.now() % 1_000_000}` },
    batch: { type: 'string', default: '4' },
    lab: { type: 'string', default: 'default' },
    keep: { type: 'string', default: 'random-labs' },
    shrinks: { type: 'string', default: '12' },
  },
});
const [runs, seed, batch, shrinks] = [values.runs, values.seed, values.batch, values.shrinks].map(Number);
if ([runs, seed, batch, shrinks].some((number) => !Number.isInteger(number) || number < 0) || batch === 0) {
  console.error('--runs, --seed, --batch and --shrinks take whole numbers');
  process.exit(2);
}
const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const folder = path.resolve(values.keep);
mkdirSync(folder, { recursive: true });
const say = (text) => process.stderr.write(`${text}\n`);

/** JSON is YAML. */
function fileFor(choices, number) {
  const mark = `x${number.toString(36)}`;
  const file = path.join(folder, `random-${mark}.yaml`);
  writeFileSync(file, `${JSON.stringify(labOf(choices, mark, number), null, 2)}\n`);
  return file;
}

function measure(files) {
  const argv = [cli, 'run', ...files, '--lab', values.lab, '--json', '--quiet'];
  const { stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8', maxBuffer: 2 ** 30 });
  const document = JSON.parse(stdout || '{}');
  if (document.experiments === undefined) throw new Error(`no result: ${stdout}${stderr}`);
  return compareRun(document);
}

const samples = fc.sample(randomLab, { numRuns: runs, seed });
const total = { agree: 0, undecided: 0, notMeasured: 0, differ: 0, failed: 0 };
const bad = [];
const reasons = new Map();
for (let from = 0; from < samples.length; from += batch) {
  const numbers = samples.slice(from, from + batch).map((_, at) => from + at);
  for (const [at, lab] of measure(numbers.map((number) => fileFor(samples[number], number))).entries()) {
    total.agree += lab.agree;
    total.undecided += lab.undecided;
    total.notMeasured += lab.notMeasured;
    total.differ += lab.differ.length;
    for (const [reason, count] of lab.reasons) reasons.set(reason, (reasons.get(reason) ?? 0) + count);
    if (lab.failure !== null) {
      total.failed += 1;
      say(`${lab.id}: not measured whole: ${lab.failure}`);
    }
    if (lab.differ.length > 0) {
      bad.push(numbers[at]);
      say(`${lab.id}: ${lab.differ.length} differ`);
      for (const one of lab.differ.slice(0, 6)) say(`  ${sentenceOf(one)}`);
    }
  }
  say(
    `${Math.min(from + batch, runs)} of ${runs} labs: ${total.agree} probes agree, ${total.differ} differ, ${total.undecided} undecided, ${total.notMeasured} not measured`,
  );
}

/** The smallest lab that still disagrees, as far as that many runs find it. */
async function shrink(number) {
  let smallest = null;
  let left = shrinks;
  const property = fc.property(randomLab, (choices) => {
    if (smallest !== null && left <= 0) return;
    left -= 1;
    const file = fileFor(choices, 400 + number);
    const [lab] = measure([file]);
    if (lab.differ.length === 0) return;
    smallest = { choices, lab };
    throw new Error('disagrees');
  });
  fc.check(property, { seed, examples: [samples[number]], numRuns: 1, endOnFailure: false });
  return smallest;
}

for (const number of shrinks > 0 ? bad.slice(0, 3) : []) {
  const smallest = await shrink(number);
  if (smallest === null) say(`random-x${number.toString(36)}: agrees when it runs alone`);
  else {
    const file = fileFor(smallest.choices, 400 + number);
    say(`the smallest of random-x${number.toString(36)}: swarmlab run ${file}`);
    for (const one of smallest.lab.differ.slice(0, 6)) say(`  ${sentenceOf(one)}`);
  }
}
for (const [reason, count] of reasons) say(`${count} ${reason}`);
console.log(JSON.stringify({ seed, runs, ...total, bad: bad.length }));
process.exitCode = total.differ > 0 ? 1 : total.failed > 0 ? 3 : 0;

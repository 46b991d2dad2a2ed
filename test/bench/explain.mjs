// `npm run bench:explain [-- --only ID,ID] [-- --part 1/3] [-- --for SECONDS] [-- --home DIR] [-- --json]`: breaks what
// `swarmlab fault` can break, one thing at a time, in a lab of its own, and asks `swarmlab explain` why packets do not get
// through. Prints which answers were right, undecided or wrong; exit status 1 when one was wrong. `--for`: no case begins later.
// `--home`: the lab stays there (SWARMLAB_HOME) and the next run finds it, so that cases can be run a few at a time.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { cases, notHere } from './explain/cases.mjs';
import { score, tableOf, totalsOf } from './explain/score.mjs';
import { build, createTool } from './explain/stage.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    part: { type: 'string', default: '1/1' },
    for: { type: 'string', default: 'Infinity' },
    home: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const only = values.only?.split(',');
const [part, parts] = values.part.split('/').map(Number);
const unknown = (only ?? []).filter((id) => !cases.some((each) => each.id === id));
if (unknown.length > 0 || !(part >= 1 && part <= parts)) {
  console.error(`--only takes ${cases.map(({ id }) => id).join(',')}; --part takes 1/3, 2/3 and so on`);
  process.exit(2);
}
const chosen = cases.filter(({ id }, index) => (only === undefined ? index % parts === part - 1 : only.includes(id)));

/** Names go 6 s after gossip is cut, and come back within half a minute. */
const waitMs = 60_000;
const say = (text) => process.stderr.write(`${text}\n`);
const home = values.home ?? mkdtempSync(join(tmpdir(), 'swarmlab-bench-explain-'));
const lab = values.home === undefined ? `bench-${process.pid}` : 'bench';
/** Written once all containers are there. */
const builtFile = join(home, 'built');
const beginsUntil = performance.now() + Number(values.for) * 1000;
const tool = createTool(lab, { ...process.env, SWARMLAB_HOME: home });

/** Whether a probe of that kind gets through now; null where it could not be measured. */
function reaches({ from, to, by, protocol }) {
  const document = tool.json('probe', '--from', from, '--to', to);
  const seen = (document.probes ?? []).filter((probe) => probe.by === by && probe.protocol === protocol);
  if (seen.length === 0 || seen.some(({ outcome }) => outcome === 'not-measured')) return null;
  return seen.every(({ outcome }) => outcome === 'reached');
}

async function until(pair, wanted) {
  const endsAt = performance.now() + waitMs;
  for (;;) {
    if (reaches(pair) === wanted) return true;
    if (performance.now() > endsAt) return false;
    await delay(500);
  }
}

function explain({ from, to, by, protocol, port }) {
  const given = ['--by', by, '--protocol', protocol, ...(port === undefined ? [] : ['--port', `${port}`])];
  return tool.json('explain', from, to, ...given);
}

const rows = [];
async function runCase({ id, faults, cells, after, mended }) {
  say(`${id}: ${faults.join('; ') || 'nothing is broken by a fault'}`);
  for (const fault of faults) tool.must('fault', 'add', ...fault.split(' '));
  try {
    after?.(tool);
    for (const { cause, nodes, breaks, ...cell } of cells) {
      const row = { case: id, ...cell, expected: cause.source, expectedNodes: nodes };
      if (breaks === true && !(await until(cell, false))) {
        rows.push({ ...row, verdict: 'not-produced' });
        continue;
      }
      const document = explain(cell);
      const verdict = score({ cause, nodes }, document);
      rows.push({ ...row, ...verdict, outcome: document.outcome ?? null, durationMs: document.durationMs ?? null });
      say(
        `  ${verdict.verdict}: ${cell.from} -> ${cell.to} by ${cell.by}: ${verdict.cause}, ${document.durationMs} ms`,
      );
      if (verdict.verdict !== 'right')
        say(JSON.stringify(document.error ?? { ...document.cause, evidence: document.evidence }));
    }
  } finally {
    tool.must('fault', 'clear');
    mended?.(tool);
  }
  const again = { from: 'ov-m1', to: 'ov-w1', by: 'name', protocol: 'icmp' };
  if (!(await until(again, true)))
    throw new Error(`after ${id} the lab did not heal: ${again.from} does not reach ${again.to}`);
}

const left = [];
try {
  if (existsSync(builtFile)) tool.must('fault', 'clear');
  else tool.run('down');
  tool.must('up');
  if (!existsSync(builtFile)) {
    build(tool, tool.json('up', '--dry-run'));
    writeFileSync(builtFile, '');
  }
  for (const each of chosen) {
    if (performance.now() < beginsUntil) await runCase(each);
    else left.push(each.id);
  }
} finally {
  if (values.home === undefined) {
    tool.run('down');
    rmSync(home, { recursive: true, force: true });
  } else say(`the lab stays: SWARMLAB_HOME=${home}, --lab ${lab}`);
}
if (left.length > 0) say(`no time was left for --only ${left.join(',')}`);
const totals = totalsOf(rows);
if (values.json) console.log(JSON.stringify({ schema: 'swarmlab/bench-explain@1', totals, notHere, rows }, null, 2));
else {
  console.log(tableOf(rows));
  const { asked, right, wrong, undecided, confidentlyWrong, notProduced, medianMs, slowestMs } = totals;
  console.log(
    `\n${right} of ${asked} right (${Math.round((100 * right) / Math.max(1, asked))} %), ${undecided} undecided, ${wrong} wrong, ${confidentlyWrong} of them confidently; ${notProduced} not produced.`,
  );
  console.log(`explain took ${medianMs} ms in the middle, ${slowestMs} ms at most.`);
  console.log(`Not made here: ${notHere.join(', ')}.`);
}
process.exitCode = totals.wrong > 0 ? 1 : 0;

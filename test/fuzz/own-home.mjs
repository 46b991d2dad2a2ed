// A state home for the labs that a run of random labs makes for itself: apart from people's, so that no lab of theirs is taken
// for one of these whatever it is called, and marked with who made it, so that a later run finds what a dead one left.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const prefix = 'swarmlab-random-';
const markName = 'made-by-random-labs.json';

/** A new one in `folder`. The mark is in it before any lab is. */
export function makeOwnHome(folder) {
  mkdirSync(folder, { recursive: true });
  const home = mkdtempSync(path.join(folder, prefix));
  const { pid } = process;
  writeFileSync(path.join(home, markName), `${JSON.stringify({ pid, startTime: startTimeOf(pid) })}\n`);
  return home;
}

/** The homes in `folder` whose maker runs no more. One without a mark that can be read is nobody's here, and stays. */
export function homesOfTheDead(folder) {
  return readdirSync(folder)
    .filter((name) => name.startsWith(prefix))
    .map((name) => path.join(folder, name))
    .filter((home) => {
      const maker = makerOf(home);
      return maker !== null && startTimeOf(maker.pid) !== maker.startTime;
    });
}

/** Removes what is left of a home once its labs are down. */
export function removeHome(home) {
  rmSync(home, { recursive: true, force: true });
}

function makerOf(home) {
  try {
    const { pid, startTime } = JSON.parse(readFileSync(path.join(home, markName), 'utf8'));
    return Number.isInteger(pid) && typeof startTime === 'string' ? { pid, startTime } : null;
  } catch {
    return null;
  }
}

/** Of a process, in clock ticks since boot (proc(5), field 22), which tells a reused id; null where there is none. */
function startTimeOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field, the command in parentheses, may hold spaces and parentheses.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Stop, say } from './stop.mjs';

/** On disk, not in /run: after a power cut the next run still knows which packages were not there before. */
const noteFile = '/var/lib/swarmlab-setup.json';
const waitMs = 15 * 60_000;

/**
 * The note an installation keeps while it runs. It is the lock too: a second set-up waits for the first.
 * A note whose writer is gone is taken over, with what it says: `packages`, those installed before.
 */
export async function openNote(file = noteFile) {
  const until = Date.now() + waitMs;
  for (let told = false; ; told = true) {
    const note = readNote(file);
    const busy = note === null ? undefined : [note.writer, note.child].find((process) => isAlive(process));
    if (note !== null && busy === undefined) {
      rmSync(file, { force: true });
      return create(file, note.packages) ?? (await openNote(file));
    }
    if (note === null) {
      const mine = create(file, null);
      if (mine !== null) return mine;
      continue;
    }
    if (!told) say(`Process ${busy.pid} is installing packages for swarmlab already; waiting for it.`);
    if (Date.now() > until)
      throw new Stop(`Process ${busy.pid} has been installing packages for 15 minutes (${file}).`);
    await sleep(500);
  }
}

/** True when an installation was cut short here. */
export function hasLeftNote(file = noteFile) {
  const note = readNote(file);
  return note !== null && !isAlive(note.writer) && !isAlive(note.child);
}

function create(file, packages) {
  const content = { writer: identity(process.pid), child: null, packages };
  const write = (to) => writeFileSync(to, JSON.stringify(content));
  const fresh = `${file}.${process.pid}`;
  write(fresh);
  try {
    linkSync(fresh, file);
  } catch (error) {
    if (error.code === 'EEXIST') return null;
    throw error;
  } finally {
    rmSync(fresh, { force: true });
  }
  const set = (change) => {
    Object.assign(content, change);
    write(file);
  };
  return {
    packages,
    keepPackages: (names) => set({ packages: names }),
    keepChild: (pid) => set({ child: identity(pid) }),
    close: () => rmSync(file, { force: true }),
  };
}

function readNote(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    return { writer: null, child: null, packages: null };
  }
}

/** A process id alone may be another process by now; with its start time (proc(5), stat field 22) it is certain. */
function identity(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended; where the first process does not collect its children it would stay one for ever.
    return fields[0] === 'Z' || fields[0] === 'X' ? null : { pid, start: fields[19] };
  } catch {
    return null;
  }
}

function isAlive(process) {
  return process !== null && process !== undefined && identity(process.pid)?.start === process.start;
}

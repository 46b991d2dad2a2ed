import { existsSync } from 'node:fs';
import { run } from './children.mjs';
import { hasLeftNote, openNote } from './note.mjs';
import { forbidServices, restoreServices } from './policy.mjs';
import { missingPrograms, optionalPrograms, packagesFor, programs } from './programs.mjs';
import { Stop, say } from './stop.mjs';
import { disableServices, installedPackages } from './units.mjs';

const aptEnvironment = {
  DEBIAN_FRONTEND: 'noninteractive',
  DEBIAN_PRIORITY: 'critical',
  APT_LISTCHANGES_FRONTEND: 'none',
  // needrestart would restart services whose libraries were replaced.
  NEEDRESTART_SUSPEND: '1',
};

/**
 * Says why the system packages cannot be installed here, or null. Asked before anything else is done, so that nobody
 * waits for a build only to be told to start again. `command` is what was typed, without sudo.
 */
export function systemProblem(
  command,
  { root = process.getuid?.() === 0, missing = missingPrograms(), apt = existsSync('/usr/bin/apt-get') } = {},
) {
  if (missing.length === 0) return null;
  const names = missing.map((row) => row.program).join(' ');
  if (!apt) {
    return (
      `These programs are missing: ${names}\n` +
      'This is neither Debian nor Ubuntu (no apt-get), so install them with the package manager of this system.\n' +
      `On Debian their packages are: ${packagesFor(missing).join(' ')}`
    );
  }
  if (!root) {
    return `These programs are missing: ${names}\nInstalling them takes root. Type:\n\n  ${sudoLine(command)}\n`;
  }
  return null;
}

/** The command with sudo in front; the PATH goes along because sudo's own often lacks Node. */
export function sudoLine(command) {
  return `sudo env "PATH=$PATH" ${command}`;
}

/**
 * Installs the packages whose programs are missing. Nothing is started by it: services are forbidden to start while
 * apt-get runs, and those that are new stay off. An earlier run that was cut short is put in order first. `needed` and
 * `optional` are rows as in programs.mjs.
 */
export async function ensureSystemPackages({ needed = programs, optional = optionalPrograms } = {}) {
  const missing = missingPrograms({ among: needed });
  const root = process.getuid() === 0;
  const wished = root && existsSync('/usr/bin/apt-get') ? missingPrograms({ among: optional }) : [];
  if (missing.length + wished.length === 0 && !(root && hasLeftNote())) return;
  if (wished.length > 0)
    say(`Missing, for a part that is skipped without it: ${wished.map((row) => row.program).join(' ')}`);
  if (missing.length > 0) {
    say(`Missing on this machine: ${missing.map((row) => row.program).join(' ')}`);
    say(`Installing with apt-get: ${packagesFor(missing).join(' ')}`);
    say('Nothing is started by this, and their services stay off.');
  } else if (hasLeftNote()) {
    say('An installation of system packages was cut short here; putting it in order.');
  }
  const note = await openNote();
  let before = note.packages;
  if (before === null) {
    before = await installedPackages();
    note.keepPackages(before);
  }
  // Where the tidying itself fails the note stays, and the next run does it again.
  try {
    forbidServices();
    const still = missingPrograms({ among: needed });
    if (still.length > 0) await install(packagesFor(still), note);
    for (const row of wished) await installIfPossible(row, note);
  } finally {
    const known = new Set(before);
    await disableServices((await installedPackages()).filter((name) => !known.has(name)));
    restoreServices();
    note.close();
  }
  const left = missingPrograms({ among: needed });
  if (left.length > 0) {
    throw new Stop(
      `apt-get succeeded, yet these programs are still missing: ${left.map((row) => row.program).join(' ')}`,
    );
  }
}

/** What cannot be installed here is left out, with its reason. */
async function installIfPossible({ program, package: name, for: purpose }, note) {
  say(`Installing with apt-get, if it can be had: ${name}`);
  const { status } = await attemptInstall([name], note);
  if (status !== 0) say(`${name} could not be installed: without ${program}, ${purpose} is skipped.`);
}

async function install(packages, note) {
  const { status } = await attemptInstall(packages, note);
  if (status !== 0) {
    throw new Stop(
      `apt-get ended with ${status} (its own words are above); these packages could not be installed: ` +
        `${packages.join(' ')}\nType the command again when that is solved.`,
    );
  }
}

async function attemptInstall(packages, note) {
  const apt = (args, uninterruptible) =>
    run('apt-get', ['-q', '-y', '-o', 'DPkg::Lock::Timeout=600', ...args], {
      env: { ...process.env, ...aptEnvironment },
      uninterruptible,
      onPid: note.keepChild,
    });
  const options = ['-o', 'Dpkg::Options::=--force-confdef', '-o', 'Dpkg::Options::=--force-confold'];
  // --no-remove: better to fail than to take a package away from somebody.
  const attempt = () => apt(['install', '--no-install-recommends', '--no-remove', ...options, ...packages], true);
  // Known package lists are often recent enough. Where they are not, the first attempt fails before it changes anything.
  const known = await run('apt-get', ['-q', '-s', 'install', '--no-install-recommends', ...packages], {
    stdout: 'pipe',
  });
  if (known.status === 0) {
    const first = await attempt();
    if (first.status === 0) return first;
  }
  say('The package lists of this machine are missing or old; fetching them.');
  await apt(['update'], false);
  return attempt();
}

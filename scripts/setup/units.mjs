import { existsSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { run } from './children.mjs';
import { Stop } from './stop.mjs';

const unitFile = /^\/(?:usr\/)?lib\/systemd\/system\/([^/@]+\.(?:service|socket|timer|path))$/;
// biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholders are for dpkg-query.
const packageRow = '${db:Status-Status} ${Package}\n';
const scriptFile = /^\/etc\/init\.d\/([^/]+)$/;

/** The systemd units and init scripts among the files of a package. */
export function servicesAmong(files) {
  const units = files.flatMap((file) => unitFile.exec(file)?.[1] ?? []);
  const scripts = files.flatMap((file) => scriptFile.exec(file)?.[1] ?? []);
  return { units: [...new Set(units)], scripts: [...new Set(scripts)] };
}

/** Names of the packages that are installed, or on their way in. */
export async function installedPackages() {
  const { status, text } = await run('dpkg-query', ['-W', '-f', packageRow], {
    stdout: 'pipe',
  });
  if (status !== 0) throw new Stop(`dpkg-query ended with ${status}: which packages are installed is not known.`);
  const rows = text.split('\n').map((line) => line.split(' '));
  return rows
    .filter(([state]) => state !== 'not-installed' && state !== 'config-files')
    .flatMap(([, name]) => name ?? []);
}

/**
 * Leaves every service of the packages off: no start at boot by systemd nor by System V links. Both tools work on
 * files and need no running init; both remember the choice when the package is upgraded.
 */
export async function disableServices(packages) {
  if (packages.length === 0) return;
  const { text } = await run('dpkg', ['-L', ...packages], { stdout: 'pipe' });
  const { units, scripts } = servicesAmong(text.split('\n'));
  for (const unit of units) await must('deb-systemd-helper', ['disable', unit]);
  if (existsSync('/run/systemd/system')) await run('systemctl', ['daemon-reload']);
  for (const script of scripts) {
    if (hasLinks(script)) await must('update-rc.d', [script, 'disable']);
  }
}

function hasLinks(script) {
  const folders = ['0', '1', '2', '3', '4', '5', '6', 'S'].map((level) => `/etc/rc${level}.d`).filter(existsSync);
  return folders.some((folder) =>
    readdirSync(folder).some((link) => /^[SK]\d\d/.test(link) && link.slice(3) === script),
  );
}

async function must(program, args) {
  // deb-systemd-helper works for maintainer scripts alone and knows them by this variable.
  const { status } = await run(program, args, { env: { ...process.env, DPKG_MAINTSCRIPT_PACKAGE: 'swarmlab' } });
  if (status !== 0) {
    throw new Stop(`${program} ${args.join(' ')} ended with ${status}: ${basename(args.at(-1))} may start at boot.`);
  }
}

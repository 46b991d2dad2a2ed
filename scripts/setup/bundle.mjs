import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** npm runs these when somebody installs the tarball, for bundled packages too. */
const installScripts = ['preinstall', 'install', 'postinstall'];

/**
 * Makes the production packages in node_modules fit to travel in the tarball: no install scripts, and no optional
 * native parts. ssh2 would compile two of those (cpu-features and a cipher binding), which needs a compiler and the
 * network, and ssh2 works without them. The packages run unchanged here; `npm ci` brings the originals back.
 */
export function prepareBundle(folder) {
  const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'));
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (path === '' || entry.dev === true) continue;
    if (isUnwanted(path)) rmSync(join(folder, path), { recursive: true, force: true });
    else withoutInstallScripts(join(folder, path, 'package.json'));
  }
}

/** Optional native packages of ssh2 and what only they need. */
const unwantedNames = ['cpu-features', 'buildcheck', 'nan'];

function isUnwanted(path) {
  return unwantedNames.includes(path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length));
}

function withoutInstallScripts(file) {
  // An optional package may be absent.
  if (!existsSync(file)) return;
  const before = readFileSync(file, 'utf8');
  const manifest = JSON.parse(before);
  for (const name of installScripts) delete manifest.scripts?.[name];
  for (const name of unwantedNames) delete manifest.optionalDependencies?.[name];
  const after = `${JSON.stringify(manifest, null, 2)}\n`;
  if (after !== `${JSON.stringify(JSON.parse(before), null, 2)}\n`) writeFileSync(file, after);
}

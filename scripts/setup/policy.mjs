import { chmodSync, existsSync, linkSync, lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

// Debian Policy 9.3.3: packages start services through invoke-rc.d, which asks /usr/sbin/policy-rc.d first; 101 is
// "action forbidden by policy". deb-systemd-invoke asks the same file.
const mark = '# Written by swarmlab while it installs packages, and removed afterwards.';
const script = `#!/bin/sh\n${mark}\nexit 101\n`;

function paths(root) {
  const policy = join(root, 'usr/sbin/policy-rc.d');
  return { policy, saved: `${policy}.before-swarmlab`, fresh: `${policy}.swarmlab` };
}

/**
 * Forbids packages to start, stop or restart services. What was there is kept beside it under another name, and at no
 * moment is there no policy. Calling it again, after a crash too, changes nothing.
 */
export function forbidServices(root = '/') {
  const { policy, saved, fresh } = paths(root);
  if (isOurs(policy)) return;
  rmSync(saved, { force: true });
  writeFileSync(fresh, script);
  chmodSync(fresh, 0o755);
  if (exists(policy)) linkSync(policy, saved);
  renameSync(fresh, policy);
}

/** Puts back what was there before `forbidServices`. Does nothing when there is nothing to put back. */
export function restoreServices(root = '/') {
  const { policy, saved, fresh } = paths(root);
  rmSync(fresh, { force: true });
  if (isOurs(policy)) {
    if (exists(saved)) renameSync(saved, policy);
    else rmSync(policy);
  }
  rmSync(saved, { force: true });
}

function isOurs(policy) {
  return existsSync(policy) && readFileSync(policy, 'utf8').includes(mark);
}

/** Also true for a symbolic link that leads nowhere: it, too, is put back. */
function exists(file) {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}

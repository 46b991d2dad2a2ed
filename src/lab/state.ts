import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '../core/errors.ts';
import type { LabPlan } from '../plan/types.ts';
import type { KeyPair } from '../provider/provider.ts';

/** What is remembered of a lab; everything else is asked of the lab itself. */
export interface LabState {
  plan: LabPlan;
  loginKey: KeyPair;
  hostKey: KeyPair;
}

export function labsDir(stateHome: string): string {
  return join(stateHome, 'labs');
}

export function labDir(stateHome: string, lab: string): string {
  return join(labsDir(stateHome), lab);
}

export function lockPath(stateHome: string, lab: string): string {
  return join(labsDir(stateHome), `.${lab}.lock`);
}

/** Names of the labs that have a state folder, whole or broken. */
export async function listLabs(stateHome: string): Promise<string[]> {
  const entries = await readdir(labsDir(stateHome), { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort();
}

/** Null when there is no such lab. A state that cannot be read is an error; `down` goes on without it. */
export async function readState(stateHome: string, lab: string): Promise<LabState | null> {
  const dir = labDir(stateHome, lab);
  const text = await readFile(join(dir, 'lab.json'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw new LabError({
      code: 'state.not-readable',
      message: `the state of lab ${lab} in ${dir} cannot be read: ${error.message}`,
      hint: 'labs belong to who made them: be that user (sudo, for a lab of root), or set SWARMLAB_HOME to a folder of your own',
      cause: error,
    });
  });
  if (text === null) return null;
  try {
    const { plan } = JSON.parse(text) as { plan: LabPlan };
    const [loginKey, hostKey] = await Promise.all([readKey(dir, 'login'), readKey(dir, 'host')]);
    return { plan, loginKey, hostKey };
  } catch (error) {
    throw new LabError({
      code: 'state.broken',
      message: `the state of lab ${lab} in ${dir} cannot be read: ${(error as Error).message}`,
      hint: `swarmlab down --lab ${lab} removes the lab; then swarmlab up makes it anew`,
      cause: error,
    });
  }
}

/** Keys first, the plan last: a lab with a plan is complete. Files are the owner's alone (0600). */
export async function writeState(stateHome: string, state: LabState): Promise<void> {
  const dir = labDir(stateHome, state.plan.lab);
  await mkdir(join(dir, 'keys'), { recursive: true, mode: 0o700 });
  await Promise.all([writeKey(dir, 'login', state.loginKey), writeKey(dir, 'host', state.hostKey)]);
  const draft = join(dir, 'lab.json.new');
  await writeFile(draft, `${JSON.stringify({ plan: state.plan }, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, join(dir, 'lab.json'));
}

export function loginKeyPath(stateHome: string, lab: string): string {
  return join(labDir(stateHome, lab), 'keys', 'login');
}

async function readKey(dir: string, name: string): Promise<KeyPair> {
  const path = join(dir, 'keys', name);
  const [privateKey, publicKey] = await Promise.all([readFile(path, 'utf8'), readFile(`${path}.pub`, 'utf8')]);
  return { privateKey, publicKey: publicKey.trim() };
}

async function writeKey(dir: string, name: string, key: KeyPair): Promise<void> {
  const path = join(dir, 'keys', name);
  await Promise.all([
    writeFile(path, key.privateKey, { mode: 0o600 }),
    writeFile(`${path}.pub`, `${key.publicKey}\n`, { mode: 0o600 }),
  ]);
}

export async function removeState(stateHome: string, lab: string): Promise<void> {
  await rm(labDir(stateHome, lab), { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}

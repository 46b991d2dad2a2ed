import { access, constants, stat } from 'node:fs/promises';
import path from 'node:path';

export interface ProgramPlace {
  platform: NodeJS.Platform;
  env: Readonly<Record<string, string | undefined>>;
  /** Whether there is a file that can be started; of this machine where it is not given. */
  isProgram?: (file: string) => Promise<boolean>;
}

/**
 * The absolute path of a program, found as the platform does it, or null. A name with a separator is a path and is not
 * searched. On Windows the endings are PATHEXT's, without `.cmd` and `.bat`: those are run by cmd.exe, whose quoting
 * cannot be relied on, and Node refuses them without a shell (EINVAL, since 20.12.2). The current folder, where
 * CreateProcess looks first, is not searched: what lies there may be anybody's.
 */
export async function findProgram(name: string, place: ProgramPlace): Promise<string | null> {
  const isProgram = place.isProgram ?? startable;
  for (const file of candidates(name, place)) {
    if (await isProgram(file)) return file;
  }
  return null;
}

function candidates(name: string, { platform, env }: ProgramPlace): readonly string[] {
  const windows = platform === 'win32';
  const rules = windows ? path.win32 : path.posix;
  const isPath = windows ? /[\\/:]/.test(name) : name.includes('/');
  const folders = isPath
    ? ['']
    : (variable(env, 'PATH', windows) ?? '')
        .split(rules.delimiter)
        .map((folder) => (windows ? folder.replaceAll('"', '') : folder))
        .filter((folder) => rules.isAbsolute(folder));
  const endings = windows && !isStartable(name) ? startableEndings(variable(env, 'PATHEXT', windows)) : [''];
  return folders.flatMap((folder) => endings.map((ending) => rules.join(folder, `${name}${ending}`)));
}

function startableEndings(pathext: string | undefined): readonly string[] {
  const listed = (pathext ?? '').split(';').filter(isStartable);
  return listed.length > 0 ? listed.map((ending) => ending.toLowerCase()) : ['.exe', '.com'];
}

function isStartable(file: string): boolean {
  return /\.(exe|com)$/i.test(file);
}

/** A variable of the environment; Windows does not tell cases apart (`Path`), a copy of its environment does. */
export function variable(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
  ignoreCase: boolean,
): string | undefined {
  const exact = env[name];
  if (exact !== undefined || !ignoreCase) return exact;
  const key = Object.keys(env).find((each) => each.toUpperCase() === name.toUpperCase());
  return key === undefined ? undefined : env[key];
}

async function startable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

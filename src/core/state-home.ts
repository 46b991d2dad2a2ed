import path from 'node:path';

export interface StateHomeInput {
  env: Readonly<Record<string, string | undefined>>;
  platform: NodeJS.Platform;
  homedir: string;
  cwd: string;
}

/**
 * The folder that holds every lab's state; absolute, not necessarily there yet.
 * `$SWARMLAB_HOME`, else the platform's place for state: `$XDG_STATE_HOME/swarmlab` or `~/.local/state/swarmlab`
 * (XDG Base Directory Specification 0.8: a relative value is ignored), on Windows `%LOCALAPPDATA%\swarmlab`.
 * A Windows path outside ASCII gives way to `%ProgramData%\swarmlab`: Vagrant breaks on the former.
 */
export function stateHome(input: StateHomeInput): string {
  const { env, platform, homedir, cwd } = input;
  const chosen = env.SWARMLAB_HOME;
  if (platform === 'win32') {
    const { join, resolve } = path.win32;
    if (isSet(chosen)) return resolve(cwd, chosen);
    const local = join(isSet(env.LOCALAPPDATA) ? env.LOCALAPPDATA : join(homedir, 'AppData', 'Local'), 'swarmlab');
    if (isAscii(local)) return local;
    return join(programData(env), 'swarmlab');
  }
  const { isAbsolute, join, resolve } = path.posix;
  if (isSet(chosen)) return resolve(cwd, chosen);
  const xdg = env.XDG_STATE_HOME;
  if (isSet(xdg) && isAbsolute(xdg)) return join(xdg, 'swarmlab');
  return join(homedir, '.local', 'state', 'swarmlab');
}

/** The environment's own spelling differs: `ProgramData` in a Windows process, upper case where it was copied. */
function programData(env: StateHomeInput['env']): string {
  const value = env.ProgramData ?? env.PROGRAMDATA;
  return isSet(value) ? value : 'C:\\ProgramData';
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

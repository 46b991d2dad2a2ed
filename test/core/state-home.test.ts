import { expect, it } from 'vitest';
import { stateHome } from '../../src/core/state-home.ts';

it.each([
  ['linux', {}, '/home/a/.local/state/swarmlab'],
  ['linux', { XDG_STATE_HOME: '/s' }, '/s/swarmlab'],
  ['linux', { XDG_STATE_HOME: 's' }, '/home/a/.local/state/swarmlab'],
  ['linux', { XDG_STATE_HOME: '' }, '/home/a/.local/state/swarmlab'],
  ['linux', { SWARMLAB_HOME: '/x', XDG_STATE_HOME: '/s' }, '/x'],
  ['linux', { SWARMLAB_HOME: 'x' }, '/work/x'],
  ['darwin', {}, '/home/a/.local/state/swarmlab'],
] as const)('%s with %j: %s', (platform, env, home) => {
  expect(stateHome({ env, platform, homedir: '/home/a', cwd: '/work' })).toBe(home);
});

it.each([
  [{ LOCALAPPDATA: 'C:\\Users\\a\\AppData\\Local' }, 'C:\\Users\\a\\AppData\\Local\\swarmlab'],
  [{ LOCALAPPDATA: 'C:\\Users\\민수\\AppData\\Local', ProgramData: 'D:\\PD' }, 'D:\\PD\\swarmlab'],
  [{ LOCALAPPDATA: 'C:\\Users\\é', PROGRAMDATA: 'D:\\PD' }, 'D:\\PD\\swarmlab'],
  [{ LOCALAPPDATA: 'C:\\Users\\é' }, 'C:\\ProgramData\\swarmlab'],
  [{}, 'C:\\Users\\a\\AppData\\Local\\swarmlab'],
  [{ SWARMLAB_HOME: 'E:\\labs' }, 'E:\\labs'],
])('Windows with %j: %s', (env, home) => {
  expect(stateHome({ env, platform: 'win32', homedir: 'C:\\Users\\a', cwd: 'C:\\w' })).toBe(home);
});

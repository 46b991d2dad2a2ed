import { spawn, spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { sudoLine, systemProblem } from '../../scripts/setup/system-packages.mjs';

const node = (...args) => spawnSync(process.execPath, args, { encoding: 'utf8' });

it.each(['scripts/demo.mjs', 'scripts/test.mjs'])('%s refuses arguments it does not know, with its usage', (script) => {
  const { status, stdout, stderr } = node(script, '--colour');
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain('--colour');
  expect(stderr).toContain('Usage: npm');
});

it('names programs and the line to type when packages are missing and the user is not root', () => {
  const missing = [{ program: 'dockerd', package: 'docker.io' }];
  const problem = systemProblem('npm run demo', { root: false, missing, apt: true });
  expect(problem).toContain('dockerd');
  expect(problem).toContain('sudo env "PATH=$PATH" npm run demo');
  expect(sudoLine('npm test')).toBe('sudo env "PATH=$PATH" npm test');
});

it('names the packages where there is no apt-get, to root as well', () => {
  const missing = [{ program: 'dockerd', package: 'docker.io' }];
  const problem = systemProblem('npm test', { root: true, missing, apt: false });
  expect(problem).toContain('neither Debian nor Ubuntu');
  expect(problem).toContain('docker.io');
});

it.each([true, false])('has nothing against a machine that has everything (root: %s)', (root) => {
  expect(systemProblem('npm test', { root, missing: [], apt: true })).toBeNull();
});

const wrapper = (child, options = '{}') => `
import { run } from './scripts/setup/children.mjs';
import { runMain } from './scripts/setup/stop.mjs';
await runMain(async () => (await run(process.execPath, ['-e', ${JSON.stringify(child)}], ${options})).status);
`;

it.each([
  ['to standard error', '{}', { stdout: '', stderr: 'out' }],
  ['to standard output when it is the result', `{ stdout: 'inherit' }`, { stdout: 'out', stderr: '' }],
])("sends a child's output %s, and gives its status", (_where, options, expected) => {
  const child = `process.stdout.write('out'); process.exitCode = 7`;
  const { status, stdout, stderr } = node('--input-type=module', '-e', wrapper(child, options));
  expect({ status, stdout, stderr }).toEqual({ status: 7, ...expected });
});

// Windows has no signals between processes.
it.runIf(process.platform !== 'win32')('passes an interruption on, waits for the child and ends with 130', async () => {
  const child = `
    process.on('SIGINT', () => { process.stdout.write('tidied'); process.exit(0); });
    setInterval(() => {}, 1000);
    process.stdout.write('ready ');
  `;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', wrapper(child)]);
  let heard = '';
  parent.stderr.on('data', (chunk) => {
    heard += chunk;
    if (heard === 'ready ') parent.kill('SIGINT');
  });
  const status = await new Promise((resolve) => parent.on('close', resolve));
  expect(status).toBe(130);
  expect(heard).toContain('ready tidied');
});

it('says which program could not be started, and ends with 3', () => {
  const code = wrapper('').replace('process.execPath', `'no-such-program'`);
  const { status, stderr } = node('--input-type=module', '-e', code);
  expect(status).toBe(3);
  expect(stderr).toContain('no-such-program could not be started');
});

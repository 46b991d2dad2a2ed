import { describe, expect, it } from 'vitest';
import { findProgram } from '../../../src/core/program/find-program.ts';
import { programText } from '../../../src/core/program/program-text.ts';
import { createRunProgram } from '../../../src/core/program/run-program.ts';

const windowsEnv = {
  Path: 'relative;C:\\tools;"C:\\Program Files\\Vagrant\\bin";C:\\Windows\\System32',
  PATHEXT: '.COM;.EXE;.BAT;.CMD',
};

describe('finding a program', () => {
  const there = (...files: string[]) => ({
    isProgram: async (file: string) => files.includes(file.toLowerCase()),
  });

  it.each([
    ['vagrant', ['c:\\program files\\vagrant\\bin\\vagrant.exe'], 'C:\\Program Files\\Vagrant\\bin\\vagrant.exe'],
    ['reg.exe', ['c:\\windows\\system32\\reg.exe'], 'C:\\Windows\\System32\\reg.exe'],
    // A script of the same name further ahead is passed over: it would need cmd.exe.
    [
      'vagrant',
      ['c:\\tools\\vagrant.cmd', 'c:\\program files\\vagrant\\bin\\vagrant.exe'],
      'C:\\Program Files\\Vagrant\\bin\\vagrant.exe',
    ],
    ['npm', ['c:\\tools\\npm.cmd'], null],
    ['vagrant', ['relative\\vagrant.exe', 'vagrant.exe'], null],
    ['C:\\x\\VBoxManage.exe', ['c:\\x\\vboxmanage.exe'], 'C:\\x\\VBoxManage.exe'],
    ['C:\\x\\VBoxManage', ['c:\\x\\vboxmanage.exe'], 'C:\\x\\VBoxManage.exe'],
  ])('%s on Windows with %j', async (name, files, found) => {
    expect(await findProgram(name, { platform: 'win32', env: windowsEnv, ...there(...files) })).toBe(found);
  });

  it('takes the first of PATH elsewhere, and never the current folder', async () => {
    const place = { platform: 'linux', env: { PATH: ':.:/a:/b' } } as const;
    expect(await findProgram('vagrant', { ...place, ...there('/a/vagrant', '/b/vagrant', 'vagrant') })).toBe(
      '/a/vagrant',
    );
    expect(await findProgram('vagrant', { ...place, ...there('vagrant', './vagrant') })).toBeNull();
  });
});

describe('running a program', () => {
  const run = createRunProgram({ platform: process.platform, env: process.env });
  const { signal } = new AbortController();
  const script = (text: string) => ['-e', text];

  it('hands on every word as it is, and tells the exit status and both outputs', async () => {
    const words = ['a b', '', '"quoted"', '$HOME', '%PATH%', '한글', 'c:\\end\\'];
    const ended = await run(
      process.execPath,
      [
        ...script('console.log(JSON.stringify(process.argv.slice(1))); console.error("x"); process.exitCode = 7'),
        '--',
        ...words,
      ],
      { signal, timeoutMs: 20_000 },
    );
    if (ended.kind !== 'ended') throw new Error(ended.kind);
    expect(JSON.parse(ended.stdout.toString())).toEqual(words);
    expect([ended.exitStatus, ended.stderr.toString()]).toEqual([7, 'x\n']);
  });

  it('adds to the environment, takes away from it, and works in the folder that it is given', async () => {
    const ended = await run(
      process.execPath,
      script('console.log(process.env.ADDED, process.env.HOME, process.cwd())'),
      { signal, timeoutMs: 20_000, cwd: '/', env: { ADDED: 'yes', HOME: undefined } },
    );
    expect(ended.kind === 'ended' && ended.stdout.toString()).toBe('yes undefined /\n');
  });

  it('says that there is none of that name, and that one could not be started', async () => {
    expect(await run('no-such-program-of-any-name', [], { signal, timeoutMs: 1000 })).toEqual({ kind: 'missing' });
    await expect(run(process.execPath, [], { signal, timeoutMs: 1000, cwd: '/no/such/folder' })).rejects.toMatchObject({
      code: 'program.not-started',
    });
  });

  it('ends one that takes too long, and one that is not wanted any more', async () => {
    const forever = script('process.on("SIGINT", () => process.exit(3)); setInterval(() => {}, 1000)');
    await expect(run(process.execPath, forever, { signal, timeoutMs: 300 })).rejects.toMatchObject({
      code: 'wait.timeout',
    });
    const controller = new AbortController();
    const running = run(process.execPath, script('console.log(process.pid); setInterval(() => {}, 1000)'), {
      signal: controller.signal,
      timeoutMs: 20_000,
      onStdout: () => controller.abort(new Error('enough')),
    });
    await expect(running).rejects.toThrow('enough');
  });

  it('does not wait for a daemon that holds its output', async () => {
    const daemon = script(
      'const c = require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], {detached: true, stdio: "inherit"}); console.log(c.pid); c.unref()',
    );
    const ended = await run(process.execPath, daemon, { signal, timeoutMs: 20_000 });
    if (ended.kind !== 'ended') throw new Error(ended.kind);
    // Still there: its output was let go of, it was not waited for.
    expect(process.kill(Number(ended.stdout.toString()), 'SIGKILL')).toBe(true);
  });
});

describe('text of a program', () => {
  const utf16 = (text: string) => Buffer.from(text, 'utf16le');
  it.each([
    ['UTF-8', Buffer.from('한글\r\n'), '한글\n'],
    // "한글" in code page 949.
    ['code page 949', Buffer.from([0xc7, 0xd1, 0xb1, 0xdb, 0x0d, 0x0a]), '한글\n'],
    ['UTF-16 with a mark', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16('REG_SZ\r\r\n')]), 'REG_SZ\n'],
    ['UTF-16 without one', utf16('NumberOfCores\r\n한글 8\r\n'), 'NumberOfCores\n한글 8\n'],
    ['nothing', Buffer.alloc(0), ''],
    ['bytes of no code page', Buffer.from([0x37, 0xff, 0x38]), '7\u00ff8'],
  ])('%s', (_what, bytes, text) => {
    expect(programText(bytes)).toBe(text);
  });
});

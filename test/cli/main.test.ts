import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../src/cli/parser.ts';
import { verbs } from '../../src/cli/verbs.ts';
import { run } from './fake-io.ts';

describe('help', () => {
  it('names every verb, in 80 columns, on stdout', async () => {
    const { status, stdout, stderr } = await run(['--help']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    for (const { name } of verbs) expect(stdout).toContain(`swarmlab ${name}`);
    expect(stdout).not.toContain('swarmlab capture');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('is what the parser makes of it, for which nobody waits (npm run schema writes it)', async () => {
    const parsed = await parseCommandLine(['--help'], verbs, '', 80);
    const { stdout } = await run(['--help']);
    expect(parsed).toEqual({ kind: 'text', text: stdout });
    expect((await run(['help'])).stdout).toBe(stdout);
    const narrow = Object.assign(new PassThrough(), { columns: 60 });
    await run(['--help'], { stdout: narrow });
    const lines = narrow.read().toString().split('\n');
    expect(Math.max(...lines.map((line: string) => line.length))).toBeLessThanOrEqual(60);
  });

  it.each(verbs.map(({ name }) => name))('of %s has an example', async (verb) => {
    const { status, stdout } = await run([verb, '--help']);
    expect(status).toBe(0);
    expect(stdout).toContain('Examples:');
    expect(await run(['help', verb])).toEqual({ status: 0, stdout, stderr: '' });
  });

  it('gives the version', async () => {
    expect((await run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('wrong usage', () => {
  it.each([
    [[], 'usage.no-verb', 'up, status'],
    [['stats'], 'usage.unknown-verb', 'did you mean status?'],
    [['capture'], 'usage.unknown-verb', 'swarmlab --help'],
    [['capture', '--help'], 'usage.unknown-verb', 'there is no verb capture'],
    [['stauts', '--lab', 'up'], 'usage.unknown-verb', 'did you mean status?'],
    [['up', '-h'], 'usage.unknown-option', 'did you mean --help?'],
    [['up', '--workers', '-1'], 'config.invalid', '--workers must be a whole number from 0 to 60, not "-1"'],
    [['run'], 'usage.missing-word', 'run needs experiments'],
    [['run', '--all', 'user-bridge'], 'usage.wrong', 'either experiments or --all'],
    [['predict'], 'usage.missing-word', 'predict needs experiments'],
    [['probe', '--coverage', 'some'], 'usage.wrong-value', '--coverage must be all or classes, not "some"'],
    [['predict', 'user-bridge', '--engine', 'new'], 'usage.wrong-value', 'such as 20.10 or 28.1'],
    [['run', 'user-bridge', '--report', 'html=a.html'], 'usage.wrong-value', 'there is: json=FILE'],
    [['run', 'user-bridge', '--report', 'json=/nonexistent/a'], 'output.not-writable', 'its folder is not there'],
    [['run', '--undo', '--keep'], 'usage.wrong', 'either --undo or --keep'],
    [['probe', 'web'], 'usage.unexpected-word', 'does not take "web"'],
    [['status', '--jsn'], 'usage.unknown-option', 'did you mean --json?'],
    [['status', '--lba', 'x'], 'usage.unknown-option', 'did you mean --lab?'],
    [['status', '-x'], 'usage.unknown-option', 'swarmlab status --help'],
    [['status', '--managers', '3'], 'usage.unknown-option', 'swarmlab status --help'],
    [['status', 'm1'], 'usage.unexpected-word', 'does not take "m1"'],
    [['up', '--managers'], 'usage.missing-value', '--managers needs a value'],
    [['up', '--managers', 'two'], 'config.invalid', 'not "two"'],
    [['up', '--managers', '2'], 'config.invalid', 'have 1 or 3'],
    [['up', '--provider', 'netsn'], 'config.invalid', 'did you mean netns?'],
    [['up', '--provider', 'docker'], 'config.invalid', 'there is: netns, vagrant'],
    [['up', '--lab', '../x'], 'config.invalid', '--lab must be a name'],
    [['up', '--timeout', '90'], 'usage.wrong-value', '90s'],
    [['up', '--file', 'none.yaml'], 'config.file-missing', 'none.yaml'],
    [['up', '--output', '/nonexistent/a'], 'output.not-writable', 'its folder is not there'],
    [['down', '--lab', 'A b'], 'usage.wrong-value', '--lab must be a name'],
    [['scope', 'macvln'], 'scope.unknown-driver', 'did you mean macvlan?'],
    [['ssh'], 'usage.missing-word', 'needs NODE'],
    [['box', 'bild'], 'usage.wrong-value', 'swarmlab box build'],
    [['box', 'build', '--provider', 'libvrt'], 'usage.wrong-value', 'did you mean libvirt?'],
    [['box', 'build', '--box', '/nonexistent/a'], 'output.not-writable', 'its folder is not there'],
    [['bundle', 'verify'], 'usage.missing-word', 'needs ACTION and FOLDER'],
    [['bundle', 'creat', 'x'], 'usage.wrong-value', 'did you mean create?'],
    [['bundle', 'verify', 'x', '--box', 'y'], 'usage.wrong', '--box is for bundle create'],
    [['exec', 'm1'], 'usage.missing-word', 'swarmlab ssh m1'],
    [['exec', '--foo', 'm1', 'ls'], 'usage.unknown-option', '--foo'],
    [['schema', 'confg'], 'usage.unknown-schema', 'did you mean config?'],
    [['completion', 'tcsh'], 'usage.wrong-value', 'bash, zsh'],
  ])('%j is %s', async (argv, code, said) => {
    const plain = await run(argv);
    expect(plain).toMatchObject({ status: 2, stdout: '' });
    expect(plain.stderr).toContain(said);
    const { status, stdout } = await run(
      argv.includes('exec') ? ['--json', ...argv] : [...argv.slice(0, 1), '--json', ...argv.slice(1)],
    );
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'swarmlab/error@1',
      error: { code, problems: expect.any(Array) },
    });
  });

  it('names every unknown option at once', async () => {
    const { stdout } = await run(['status', '--json', '--aa', '--bb']);
    expect(JSON.parse(stdout).error.problems).toHaveLength(2);
  });
});

describe('with a folder', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'swarmlab-cli-'));
    await writeFile(path.join(folder, 'bad.yaml'), 'lab: seat\nnodes:\n  managers: 2\n  wrkers: 1\n');
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('points at every problem of a config, like a compiler', async () => {
    const { status, stderr } = await run(['up', '--file', 'bad.yaml'], { cwd: folder });
    expect(status).toBe(2);
    expect(stderr.split('\n').filter((line) => line.includes('bad.yaml:'))).toEqual([
      expect.stringContaining('bad.yaml:3:3: the number of managers must be odd'),
      expect.stringContaining('bad.yaml:4:3: unknown key "wrkers"'),
    ]);
  });

  it('prints the plan, and as a document', async () => {
    const text = await run(['up', '--dry-run', '--workers', '0'], { cwd: folder });
    expect(text).toMatchObject({ status: 0, stderr: '' });
    expect(text.stdout).toMatch(/^Lab default would have 1 node and 1 outsider/);
    const { stdout } = await run(['up', '--dry-run', '--json', '--lab', 'seat-07', '--timeout', '90s'], {
      cwd: folder,
    });
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'swarmlab/plan@1', lab: 'seat-07', timeoutMs: 90_000 });
  });

  it('writes the answer to --output, and nothing to stdout', async () => {
    const { status, stdout } = await run(['schema', 'config', '--output', 'schema.json'], { cwd: folder });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect(JSON.parse(await readFile(path.join(folder, 'schema.json'), 'utf8'))).toMatchObject({ type: 'object' });
  });

  it('works on a lab whose config is broken elsewhere', async () => {
    const { status, stderr } = await run(['status', '--file', 'bad.yaml'], {
      cwd: folder,
      env: { SWARMLAB_HOME: folder },
    });
    expect(status).toBe(3);
    expect(stderr).toContain('seat');
    expect(stderr).toContain('swarmlab up');
  });
});

describe('what is not there', () => {
  it('status of no lab says how to make one', async () => {
    const { status, stdout } = await run(['status', '--json', '--lab', 'nope']);
    expect(status).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: 'lab.not-up', hint: expect.stringContaining('swarmlab up') },
    });
  });

  it('namespaces are Linux’s: up --provider netns on macOS has exit status 2, and names what goes there', async () => {
    const ran = await run(['up', '--provider', 'netns'], { platform: 'darwin' });
    expect(ran.status).toBe(2);
    expect(ran.stderr).toContain('Linux');
    expect(ran.stderr).toContain('--provider vagrant');
  });

  it('up takes virtual machines on macOS and Windows', async () => {
    for (const platform of ['darwin', 'win32'] as const) {
      const { stdout } = await run(['up', '--dry-run', '--json'], { platform });
      expect(JSON.parse(stdout)).toMatchObject({ provider: 'vagrant', vagrant: { provider: 'virtualbox' } });
    }
  });

  it('an end asked for is 130, whatever else broke by it', async () => {
    const { LabError } = await import('../../src/core/errors.ts');
    const reason = new LabError({ code: 'interrupted', message: 'interrupted', exitStatus: 130 });
    expect((await run(['status', '--lab', 'nope'], {}, AbortSignal.abort(reason))).status).toBe(130);
  });
});

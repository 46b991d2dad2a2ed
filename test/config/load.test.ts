import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { LabError } from '../../src/core/errors.ts';

/** `code line:column path` of each problem. */
function problemsOf(text: string): string[] {
  const { problems } = parseConfig(text, 'f.yaml').source;
  return problems.map(({ code, line, column, path: where }) => `${code} ${line}:${column} ${where ?? ''}`.trim());
}

describe('a document', () => {
  it.each([
    ['nothing', ''],
    ['comments alone', '# later\n'],
    [
      'everything',
      'version: 1\nlab: a\nprovider: netns\nnodes: {managers: 3}\nsegment: {subnet: 10.0.0.0/22, gateway: 10.0.0.1}\nimage: alpine:3.20\ntimeout: 90s\n',
    ],
    ['a list of nodes', 'nodes:\n  - {role: manager}\n  - {name: b, role: worker, address: 192.168.56.40}\n'],
    ['Windows line ends', 'lab: a\r\nnodes:\r\n  managers: 1\r\n'],
    ['a byte order mark', '\uFEFFlab: a\n'],
  ])('may be %s', (_what, text) => {
    expect(problemsOf(text)).toEqual([]);
  });

  it.each([
    ['an unknown key', 'lab: a\nnods: {}\n', ['config.unknown-key 2:1 nods']],
    ['an unknown key further in', 'nodes:\n  managrs: 1\n', ['config.unknown-key 2:3 nodes.managrs']],
    [
      'an unknown key in a list',
      'nodes:\n  - role: manager\n    ip: 1.2.3.4\n',
      ['config.unknown-key 3:5 nodes[0].ip'],
    ],
    ['a number as text', 'nodes: {managers: two}\n', ['config.wrong-type 1:9 nodes.managers']],
    ['a number as name', 'lab: 7\n', ['config.wrong-type 1:1 lab']],
    ['half a node', 'nodes: {managers: 1.5}\n', ['config.wrong-type 1:9 nodes.managers']],
    ['fewer than none', 'nodes: {workers: -1}\n', ['config.wrong-value 1:9 nodes.workers']],
    ['no value', 'segment:\n', ['config.wrong-type 1:1 segment']],
    ['a list for a map', 'segment: [a]\n', ['config.wrong-type 1:1 segment']],
    ['text for nodes', 'nodes: many\n', ['config.wrong-type 1:1 nodes']],
    ['an unknown provider', 'provider: netnz\n', ['config.wrong-value 1:1 provider']],
    ['an unknown role', 'nodes: [{role: boss}]\n', ['config.wrong-value 1:10 nodes[0].role']],
    ['no role', 'nodes:\n  - name: a\n', ['config.missing-key 2:5 nodes[0].role']],
    ['a reserved name', 'nodes: [{name: world, role: manager}]\n', ['config.wrong-value 1:10 nodes[0].name']],
    ['a name that is a number', 'nodes: [{name: "7", role: manager}]\n', ['config.wrong-value 1:10 nodes[0].name']],
    ['an upper-case name', 'lab: Seat\n', ['config.wrong-value 1:1 lab']],
    ['a path as name', 'lab: ../up\n', ['config.wrong-value 1:1 lab']],
    ['a long name', `lab: ${'a'.repeat(33)}\n`, ['config.wrong-value 1:1 lab']],
    ['an address that is none', 'segment: {gateway: 192.168.56.300}\n', ['config.wrong-value 1:11 segment.gateway']],
    ['an octal address', 'segment: {gateway: 192.168.056.1}\n', ['config.wrong-value 1:11 segment.gateway']],
    ['an IPv6 subnet', 'segment: {subnet: "fd00::/64"}\n', ['config.wrong-value 1:11 segment.subnet']],
    ['an image that is an option', 'image: --privileged\n', ['config.wrong-value 1:1 image']],
    ['a duration without unit', 'timeout: 90\n', ['config.wrong-type 1:1 timeout']],
    ['no duration at all', 'timeout: 0s\n', ['config.wrong-value 1:1 timeout']],
    ['another version', 'version: 2\n', ['config.wrong-value 1:1 version']],
    ['a key twice', 'lab: a\nlab: b\n', ['config.duplicate-key 2:1']],
    [
      'several at once, in the order of the file',
      'nods: 1\nlab: A\nnodes:\n  managers: x\n  wrkers: 1\nimage: a\nimage: b\n',
      [
        'config.unknown-key 1:1 nods',
        'config.wrong-value 2:1 lab',
        'config.wrong-type 4:3 nodes.managers',
        'config.unknown-key 5:3 nodes.wrkers',
        'config.duplicate-key 7:1',
      ],
    ],
  ])('with %s is told so, with line and column', (_what, text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  it.each([
    ['nods: {}\n', 'did you mean "nodes"?'],
    ['nodes: {managrs: 1}\n', 'did you mean "managers"?'],
    ['nodes: [{role: manager, adress: 192.168.56.11}]\n', 'did you mean "address"?'],
    ['swarm: {qqqq: 1}\n', 'known keys here: addressPool, dataPathPort'],
    ['provider: netsn\n', 'did you mean netns?'],
    ['lab: 7\n', 'put it in quotes: "7"'],
    ['timeout: 90\n', 'seconds are written 90s'],
  ])('%j: the hint is %j', (text, hint) => {
    expect(parseConfig(text, 'f.yaml').source.problems.map((problem) => problem.hint)).toEqual([hint]);
  });

  it('keeps what is right beside what is wrong', () => {
    const config = parseConfig('lab: a\nsegment: {subnet: 10.0.0.0/24, gatway: 10.0.0.1}\nimage: [no]\n', 'f.yaml');
    expect(config).toMatchObject({ lab: 'a', segment: { subnet: '10.0.0.0/24' }, image: 'built-in' });
    expect([...config.source.broken]).toEqual(['image']);
  });

  it.each([
    ['a tab', 'nodes:\n\tmanagers: 1\n', 2],
    ['an open bracket', 'nodes: {managers: 1\n', 2],
    ['a document that is a list', '- a\n', 1],
    ['a document that is a word', 'hello\n', 1],
    ['two documents', 'lab: a\n---\nlab: b\n', 2],
  ])('with %s is refused, with its line', (_what, text, line) => {
    expect(() => parseConfig(text, 'f.yaml')).toThrow(
      expect.objectContaining({
        code: 'config.invalid',
        exitStatus: 2,
        problems: [expect.objectContaining({ file: 'f.yaml', line })],
      }),
    );
  });
});

describe('a file', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'swarmlab-config-'));
    await mkdir(path.join(folder, 'a', 'b'), { recursive: true });
    await writeFile(path.join(folder, 'swarmlab.yaml'), 'lab: above\n');
    await writeFile(path.join(folder, 'le.yaml'), Buffer.from('\uFEFFlab: utf16\n', 'utf16le'));
    await writeFile(path.join(folder, 'be.yaml'), Buffer.from('\uFEFFlab: utf16\n', 'utf16le').swap16());
    await writeFile(path.join(folder, 'latin1.yaml'), Buffer.from('image: caf\u00e9\n', 'latin1'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is found upwards, and named as seen from here', async () => {
    const config = await loadConfig({ file: null, cwd: path.join(folder, 'a', 'b'), platform: 'linux' });
    expect(config.lab).toBe('above');
    expect(config.source.file).toBe(path.join('..', '..', 'swarmlab.yaml'));
  });

  it.each(['le.yaml', 'be.yaml'])('may be UTF-16: %s', async (file) => {
    expect((await loadConfig({ file, cwd: folder, platform: 'linux' })).lab).toBe('utf16');
  });

  it.each([
    ['missing.yaml', 'config.file-missing'],
    ['swarmlab.yaml/x', 'config.file-missing'],
    ['a', 'config.file-unreadable'],
    ['latin1.yaml', 'config.not-text'],
  ])('%s is refused: %s', async (file, code) => {
    const error = await loadConfig({ file, cwd: folder, platform: 'linux' }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LabError);
    expect(error).toMatchObject({ code, exitStatus: 2 });
    expect((error as LabError).message).toContain(file);
  });
});

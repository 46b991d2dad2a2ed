import { describe, expect, it } from 'vitest';
import { complete, type Lookup } from '../../src/cli/complete.ts';
import { splitPassThrough } from '../../src/cli/pass-through.ts';
import { verbs } from '../../src/cli/verbs.ts';

const valueOptions = new Set(['--lab', '--file', '--output', '--timeout']);

describe('options end at the node', () => {
  it.each([
    ['exec m1 docker ps -a --format x', 'exec m1', 'docker ps -a --format x'],
    ['exec m1 -- docker ps', 'exec m1', 'docker ps'],
    ['exec -- m1 docker ps', 'exec m1', 'docker ps'],
    ['exec m1 docker -- ps', 'exec m1', 'docker -- ps'],
    ['exec --lab a m1 ls --lab b', 'exec --lab a m1', 'ls --lab b'],
    ['exec --lab=a m1 ls', 'exec --lab=a m1', 'ls'],
    ['--lab a exec m1 ls --json', '--lab a exec m1', 'ls --json'],
    ['ssh m1', 'ssh m1', ''],
    ['ssh --help', 'ssh --help', ''],
    ['ssh m1 --help', 'ssh m1', '--help'],
    ['status --json', 'status --json', ''],
    ['scope macvlan -- overlay', 'scope macvlan overlay', ''],
    ['', '', ''],
  ])('%s', (line, own, rest) => {
    const words = (text: string) => text.split(' ').filter((word) => word !== '');
    const split = splitPassThrough(words(line), verbs, valueOptions);
    expect({ own: split.own, rest: split.rest }).toEqual({ own: words(own), rest: words(rest) });
  });
});

describe('completion', () => {
  const lookup: Lookup = {
    labs: async () => ['default', 'seat-07'],
    nodes: async ({ lab }) => (lab === 'seat-07' ? ['far'] : ['m1', 'w1']),
    experiments: async () => ['red-blue', 'user-bridge'],
  };
  it.each([
    ['swarmlab ', 'status'],
    ['swarmlab status --l', '--lab'],
    ['swarmlab up --dr', '--dry-run'],
    ['swarmlab status --lab ', 'seat-07'],
    ['swarmlab up --provider ', 'netns'],
    ['swarmlab ssh ', 'm1'],
    ['swarmlab exec --lab seat-07 ', 'far'],
    ['swarmlab scope macvlan ', 'overlay'],
    ['swarmlab schema ', 'config'],
    ['swarmlab completion ', 'zsh'],
    ['swarmlab fault ', 'clear'],
    ['swarmlab fault add ', 'duplicate-address'],
    ['swarmlab fault add engine ', 'pause'],
    ['swarmlab fault add wrong-advertise ', 'w1'],
    ['swarmlab fault add mtu 1300 --on ', 'w1'],
    ['swarmlab fault add block 80/tcp --on w1 --direction ', 'both'],
  ])('%s| offers %s', async (line, word) => {
    const words = line.split(' ');
    expect(await complete(words, words.length - 1, verbs, lookup)).toContain(word);
  });

  it.each(['swarmlab exec m1 ', 'swarmlab status --output ', 'swarmlab status '])(
    '%s| leaves it to the shell',
    async (line) => {
      const words = line.split(' ');
      expect(await complete(words, words.length - 1, verbs, lookup)).toEqual([]);
    },
  );

  it('offers nothing where a look-up fails', async () => {
    const fails = () => Promise.reject(new Error('x'));
    const failing: Lookup = { labs: fails, nodes: fails, experiments: fails };
    expect(await complete(['swarmlab', 'ssh', ''], 2, verbs, failing)).toEqual([]);
  });
});

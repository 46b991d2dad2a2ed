import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { chooseExperiments } from '../../src/cli/choose-experiments.ts';
import { listExperimentIds } from '../../src/experiment/language/catalogue.ts';

let folder = '';
const mine =
  'id: mine\ntitle: One\nabout: One\ncontainers:\n  aa: {}\nsteps:\n  - title: By name\n    probe: {by: name, expect: ["aa -> aa: no-name"]}\n';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'swarmlab-choose-'));
  await writeFile(path.join(folder, 'mine.yaml'), mine);
  await writeFile(path.join(folder, 'copy.yaml'), mine);
  await writeFile(path.join(folder, 'broken.yaml'), 'id: broken\n');
});
afterAll(() => rm(folder, { recursive: true }));

it('takes ids and files, each once, in the order given', async () => {
  const chosen = await chooseExperiments(['./mine.yaml', 'user-bridge', './mine.yaml'], false, folder);
  expect(chosen.map(({ word, experiment }) => [word, experiment.id])).toEqual([
    ['./mine.yaml', 'mine'],
    ['user-bridge', 'user-bridge'],
  ]);
});

it('takes all experiments of a row by the name that they have in common', async () => {
  const chosen = await chooseExperiments(['swarm-ports'], false, folder);
  const ids = await listExperimentIds();
  expect(chosen.map(({ word }) => word)).toEqual(ids.filter((id) => id.startsWith('swarm-ports-')));
  expect(chosen.length).toBeGreaterThan(3);
});

it('takes an experiment alone where others have longer names', async () => {
  expect((await chooseExperiments(['macvlan'], false, folder)).map(({ word }) => word)).toEqual(['macvlan']);
});

it('takes the whole catalogue', async () => {
  const chosen = await chooseExperiments([], true, folder);
  expect(chosen.map(({ word }) => word)).toEqual(await listExperimentIds());
});

it.each([
  [[], false, 'swarmlab run needs experiments'],
  [['user-bridge'], true, 'swarmlab run takes either experiments or --all'],
  [['./mine.yaml', './copy.yaml'], false, './mine.yaml and ./copy.yaml are both named mine'],
  [['user-brigde'], false, 'there is no experiment "user-brigde"'],
])('refuses %j (all: %s)', async (words, all, message) => {
  await expect(chooseExperiments(words, all, folder)).rejects.toMatchObject({ message, exitStatus: 2 });
});

it('tells what is wrong with all of them at once', async () => {
  await expect(chooseExperiments(['user-brigde', './none.yaml', './mine.yaml'], false, folder)).rejects.toMatchObject({
    message: '2 experiments are wrong: nothing was made',
    problems: [
      { message: 'there is no experiment "user-brigde"', hint: 'did you mean user-bridge?' },
      { message: 'there is no file ./none.yaml' },
    ],
  });
  await expect(chooseExperiments(['./broken.yaml', './none.yaml'], false, folder)).rejects.toMatchObject({
    problems: expect.arrayContaining([
      expect.objectContaining({ file: './broken.yaml' }),
      expect.objectContaining({ file: './none.yaml' }),
    ]),
  });
});

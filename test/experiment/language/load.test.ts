import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findExperiment, listExperimentIds, loadCatalogue } from '../../../src/experiment/language/catalogue.ts';
import { loadExperiment } from '../../../src/experiment/language/load.ts';

const text = 'title: t\nsteps: [{title: s, restart: aa}]\ncontainers: {aa: {}}\n';
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'swarmlab-experiment-'));
  await writeFile(path.join(folder, 'mine.yaml'), text);
  await writeFile(path.join(folder, 'mark.yml'), Buffer.from(`\uFEFF${text}`, 'utf16le'));
  await writeFile(path.join(folder, 'latin1.yaml'), Buffer.from('title: caf\u00e9\n', 'latin1'));
  await writeFile(path.join(folder, 'My File.yaml'), text);
});
afterAll(() => rm(folder, { recursive: true }));

it('loads the whole catalogue, in the order of its ids', async () => {
  const catalogue = await loadCatalogue();
  expect(catalogue.map(({ id }) => id)).toEqual(await listExperimentIds());
  expect(catalogue.length).toBeGreaterThan(30);
});

it('finds by id, and says the file as the package has it', async () => {
  expect(await findExperiment('user-bridge')).toMatchObject({
    id: 'user-bridge',
    file: 'experiments/user-bridge.yaml',
  });
});

it.each(['mine.yaml', './mine.yaml'])('takes %s for a file below the working directory', async (word) => {
  expect(await findExperiment(word, folder)).toMatchObject({ id: 'mine', file: word });
});

it('reads UTF-16 with a mark, and takes the id from the name', async () => {
  expect(await loadExperiment(path.join(folder, 'mark.yml'), 'mark.yml')).toMatchObject({ id: 'mark' });
});

it.each([
  ['user-brige', 'experiment.unknown', 'did you mean user-bridge?'],
  ['published', 'experiment.unknown', 'there is: published-port, '],
  ['qqqq', 'experiment.unknown', 'swarmlab experiments lists them all'],
  ['missing.yaml', 'experiment.file-missing', 'swarmlab experiments'],
  ['mine.yaml/x', 'experiment.file-missing', 'swarmlab experiments'],
  ['./', 'experiment.file-unreadable', 'name a file'],
  ['latin1.yaml', 'experiment.not-text', 'save it as UTF-8'],
  ['./My File.yaml', 'experiment.invalid', 'say "id: my-experiment"'],
])('refuses %s: %s', async (word, code, hint) => {
  await expect(findExperiment(word, folder)).rejects.toMatchObject({
    code,
    exitStatus: 2,
    hint: expect.stringContaining(hint),
  });
});

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasLeftNote, openNote } from '../../scripts/setup/note.mjs';

let folder;
const file = () => join(folder, 'note.json');
const gone = { pid: 4_194_304, start: '1' };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'swarmlab-note-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

// Packages are installed on Linux alone; elsewhere these files have no meaning.
describe.runIf(process.platform === 'linux')('on Linux', () => {
  it('is there while it is open, and gone when closed', async () => {
    const note = await openNote(file());
    expect(note.packages).toBeNull();
    expect(existsSync(file())).toBe(true);
    expect(hasLeftNote(file())).toBe(false);
    note.close();
    expect(existsSync(file())).toBe(false);
  });

  it('hands on which packages were there before a run that was cut short', async () => {
    writeFileSync(file(), JSON.stringify({ writer: gone, child: null, packages: ['bash'] }));
    expect(hasLeftNote(file())).toBe(true);
    const note = await openNote(file());
    expect(note.packages).toEqual(['bash']);
    note.close();
  });

  it('takes over a note that was cut short in its writing', async () => {
    writeFileSync(file(), '{"writer":');
    expect(hasLeftNote(file())).toBe(true);
    (await openNote(file())).close();
    expect(existsSync(file())).toBe(false);
  });

  it('makes a second set-up wait for the first', async () => {
    const first = await openNote(file());
    let second = null;
    const opened = openNote(file()).then((note) => {
      second = note;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(second).toBeNull();
    first.close();
    await opened;
    expect(second.packages).toBeNull();
    second.close();
  });
});

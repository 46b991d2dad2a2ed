import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { wholeScript } from '../../src/lab/prepare.ts';

it('writes files as they are, with any text and any name, and then runs the script', () => {
  const folder = mkdtempSync(join(tmpdir(), 'swarmlab prepare '));
  try {
    const text = "a 'quoted' $HOME `date`\nEND\n한글 \\ no newline at the end";
    const path = join(folder, 'sub dir', "it's");
    const script = wholeScript({
      files: [
        { path, text, mode: 0o640 },
        { path: join(folder, 'empty'), text: '', mode: 0o600 },
      ],
      script: 'echo ran; exit 7\n',
    });
    const { status, stdout } = spawnSync('sh', ['-s'], { input: script, encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 7, stdout: 'ran\n' });
    expect(readFileSync(path, 'utf8')).toBe(text);
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(readFileSync(join(folder, 'empty'), 'utf8')).toBe('');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

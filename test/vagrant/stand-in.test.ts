import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { standInFolder } from './testbed.ts';

/** Status 69 of real-vboxmanage.sh: the real command could not be had. */
const unavailable = 69;

function output(file: string, args: readonly string[], cwd: string): Promise<{ status: number | null; text: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    const add = (chunk: Buffer) => {
      text += chunk.toString();
    };
    child.stdout.on('data', add);
    child.stderr.on('data', add);
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, text }));
  });
}

describe('the stand-in for VirtualBox', () => {
  const folder = join(standInFolder, '..');

  it('passes tests of its own', async () => {
    const { status, text } = await output(
      'python3',
      ['-B', '-m', 'unittest', 'discover', '-t', '.', '-s', 'tests'],
      folder,
    );
    expect(text).toMatch(/^Ran [1-9]\d* tests/m);
    expect(status, text).toBe(0);
  });

  it('answers as the real VBoxManage', async ({ skip }) => {
    const { status, text } = await output(join(folder, '../real-vboxmanage.sh'), ['compare'], folder);
    skip(status === unavailable, text.trim());
    expect(text).toMatch(/^[1-9]\d* calls, 0 answered differently/m);
    expect(status).toBe(0);
  });
});

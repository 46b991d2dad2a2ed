import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { forbidServices, restoreServices } from '../../scripts/setup/policy.mjs';

let root;
const folder = () => join(root, 'usr/sbin');
const policy = () => join(folder(), 'policy-rc.d');
const mine = '#!/bin/sh\n# mine\nexit 0\n';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'swarmlab-policy-'));
  mkdirSync(folder(), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

// Packages are installed on Linux alone; elsewhere these files have no meaning.
describe.runIf(process.platform === 'linux')('on Linux', () => {
  it('forbids services with an executable file, and leaves none behind', () => {
    forbidServices(root);
    expect(readFileSync(policy(), 'utf8')).toMatch(/^#!\/bin\/sh\n[\s\S]*exit 101\n$/);
    expect(statSync(policy()).mode & 0o777).toBe(0o755);
    restoreServices(root);
    expect(readdirSync(folder())).toEqual([]);
  });

  it.each([0o755, 0o644])('puts back what was there before, with mode %o', (mode) => {
    writeFileSync(policy(), mine);
    chmodSync(policy(), mode);
    forbidServices(root);
    expect(readFileSync(policy(), 'utf8')).toContain('exit 101');
    restoreServices(root);
    expect(readdirSync(folder())).toEqual(['policy-rc.d']);
    expect(readFileSync(policy(), 'utf8')).toBe(mine);
    expect(statSync(policy()).mode & 0o777).toBe(mode);
  });

  it('keeps the original through a crash and a second run', () => {
    writeFileSync(policy(), mine);
    forbidServices(root);
    forbidServices(root);
    restoreServices(root);
    restoreServices(root);
    expect(readdirSync(folder())).toEqual(['policy-rc.d']);
    expect(readFileSync(policy(), 'utf8')).toBe(mine);
  });
});

import { expect, it } from 'vitest';
import { findBreaches, longestFile, packageOf } from './rules.ts';
import { readSource } from './source-facts.ts';

const breaches = (path: string, code: string) => findBreaches([readSource(path, code)]);

it.each([
  ['to the left', 'plan/plan-lab.ts', `import { x } from '../config/types.ts';`],
  ['within its room', 'plan/plan-lab.ts', `import { x } from './types.ts';`],
  ['core', 'config/load.ts', `import { LabError } from '../core/errors.ts';`],
  ['from a folder inside its room', 'provider/netns/netns.ts', `import type { P } from '../provider.ts';`],
  ['anything, to wire it', 'lab.ts', `import { r } from './report/table.ts';`],
  ['anything, to wire it, in lab/', 'lab/up.ts', `import { r } from '../report/table.ts';`],
  ['the wiring from the command line', 'cli/up.ts', `import { up } from '../lab.ts';`],
  ['a package by its importer', 'fabric/ssh2.ts', `import { Client } from 'ssh2';`],
  ['a built-in module', 'core/lock.ts', `import { open } from 'node:fs/promises';`],
  ['by name from a type', 'plan/x.ts', `export type T = import('../config/types.ts').C;`],
])('lets a file import %s', (_what, path, code) => {
  expect(breaches(path, code)).toEqual([]);
});

it.each([
  ['to the right', 'plan/x.ts', `import { x } from '../report/table.ts';`, 'report comes after plan'],
  ['to the right, types only', 'plan/x.ts', `import type { X } from '../swarm/form.ts';`, 'swarm comes after plan'],
  ['to the right, re-exported', 'plan/x.ts', `export * from '../model/expect.ts';`, 'model comes after plan'],
  ['to the right, re-exported by name', 'plan/x.ts', `export { e } from '../model/expect.ts';`, 'model comes after'],
  ['to the right, while running', 'plan/x.ts', `const m = await import('../model/expect.ts');`, 'model comes after'],
  ['to the right, in a type', 'plan/x.ts', `type T = import('../model/expect.ts').E;`, 'model comes after plan'],
  ['the command line', 'lab.ts', `import { x } from './cli/progress.ts';`, 'nothing imports the command line'],
  ['the entry', 'lab/up.ts', `import '../cli.ts';`, 'nothing imports the command line'],
  ['the wiring', 'report/x.ts', `import { x } from '../lab.ts';`, 'wires the rooms together'],
  ['a room from core', 'core/x.ts', `import { x } from '../config/types.ts';`, 'core imports no room'],
  ['outside src', 'core/x.ts', `import { x } from '../../test/x.ts';`, 'outside src'],
  ['an unknown room', 'plan/x.ts', `import { x } from '../attic/x.ts';`, 'in no known room'],
  ['anything from an unknown room', 'attic/x.ts', `import { x } from '../core/errors.ts';`, 'in no known room'],
  ['a package of another file', 'swarm/x.ts', `import { Client } from 'ssh2';`, 'only fabric/ssh2.ts does'],
  ["a package's types", 'swarm/x.ts', `import type { Client } from 'ssh2';`, 'only fabric/ssh2.ts does'],
  ["a package's part", 'swarm/x.ts', `import { x } from 'ssh2/lib/client.js';`, 'only fabric/ssh2.ts does'],
  ['a package while running', 'swarm/x.ts', `const x = await import('zx');`, 'only provider/netns/shell.ts does'],
  ['a package in a type', 'swarm/x.ts', `let x: import('zx').ProcessPromise;`, 'only provider/netns/shell.ts does'],
  ['an unknown package', 'swarm/x.ts', `import x from 'left-pad';`, 'no dependency with an importer'],
  ['a built-in by its old name', 'swarm/x.ts', `import fs from 'fs';`, 'no dependency with an importer'],
  ['what cannot be read', 'swarm/x.ts', `const x = await import(name);`, 'cannot be read here'],
  ['by require', 'swarm/x.ts', `const x = require('zx');`, 'cannot be read here'],
  ['by createRequire', 'swarm/x.ts', `import { createRequire } from 'node:module';`, 'cannot be read here'],
])('does not let a file import %s', (_what, path, code, words) => {
  const found = breaches(path, code);
  expect(found).not.toEqual([]);
  expect(found.join('\n')).toContain(words);
  expect(found[0]).toContain(`${path}:1 `);
});

it.each([
  ['process.exit', 'lab/up.ts', 'process.exit(1);', 'calls process.exit'],
  ['process.exit in a verb', 'cli/up.ts', `process['exit'](1);`, 'calls process.exit'],
  ['console', 'plan/x.ts', `console.log('x');`, 'writes to the console'],
  ['console, passed on', 'plan/x.ts', 'const log = globalThis.console.log;', 'writes to the console'],
  ['too many lines', 'plan/x.ts', '// line\n'.repeat(longestFile + 1), 'lines, more than'],
])('finds %s', (_what, path, code, words) => {
  expect(breaches(path, code).join('\n')).toContain(words);
});

it.each([
  ['process.exit in the entry', 'cli.ts', 'process.exit(1);'],
  ['console in the command line', 'cli/up.ts', `console.log('x');`],
  ['the words in a comment or text', 'plan/x.ts', `// process.exit, import 'zx'\nconst x = "console.log('x')";`],
  ['a file at the limit', 'plan/x.ts', '// line\n'.repeat(longestFile)],
])('accepts %s', (_what, path, code) => {
  expect(breaches(path, code)).toEqual([]);
});

it('does not pass over a file that it cannot parse', () => {
  expect(() => readSource('plan/x.ts', 'const = 1;')).toThrow('plan/x.ts cannot be parsed');
});

it.each([
  ['zx', 'zx'],
  ['zx/core', 'zx'],
  ['@scope/name', '@scope/name'],
  ['@scope/name/part', '@scope/name'],
])('takes %s for the package %s', (specifier, name) => {
  expect(packageOf(specifier)).toBe(name);
});

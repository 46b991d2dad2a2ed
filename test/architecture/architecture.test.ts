import { expect, it } from 'vitest';
import { findBreaches, importers, packageOf } from './rules.ts';
import { readSource } from './source-facts.ts';
import { listFiles, readText } from './tree.ts';

const files = listFiles('src')
  .filter((path) => path.endsWith('.ts'))
  .map((path) => readSource(path.slice('src/'.length), readText(path)));
const manifest: { dependencies: Record<string, string>; devDependencies: Record<string, string> } = JSON.parse(
  readText('package.json'),
);

it('finds source files to look at', () => {
  expect(files.map((file) => file.path)).toContain('core/errors.ts');
});

it('has no import against the one-way rule, no second importer, no long file, no exit and no console', () => {
  expect(findBreaches(files)).toEqual([]);
});

it('has an importer for each dependency, and each importer uses its own', () => {
  expect(Object.keys(importers).sort()).toEqual(Object.keys(manifest.dependencies).sort());
  const used = files.flatMap((file) => file.imports.map(({ specifier }) => packageOf(specifier)));
  expect(Object.keys(manifest.dependencies).filter((name) => !used.includes(name))).toEqual([]);
});

it('says in docs/dependencies.md why each dependency is there', () => {
  const rows = readText('docs/dependencies.md').split('\n');
  const names = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.devDependencies)];
  expect(names.filter((name) => !rows.some((row) => row.startsWith(`| ${name} |`)))).toEqual([]);
});

it('describes no dependency that is gone', () => {
  const described = [...readText('docs/dependencies.md').matchAll(/^\| ([a-z@][^ |]*) \|/gm)].map((row) => row[1]);
  const names = new Set([...Object.keys(manifest.dependencies), ...Object.keys(manifest.devDependencies)]);
  expect(described.filter((name) => name !== undefined && name !== 'package' && !names.has(name))).toEqual([]);
});

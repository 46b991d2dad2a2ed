import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { nodeProblem, supportedNode } from '../../scripts/setup/node-version.mjs';

it.each(['20.19.0', '20.20.2', '22.12.0', '22.20.1', '23.0.0', '24.1.0', '100.0.0'])('accepts Node %s', (version) => {
  expect(nodeProblem(version)).toBeNull();
});

it.each(['20.18.9', '18.20.0', '21.7.3', '22.11.0', '8.17.0', '0.12.18', 'nonsense'])('refuses Node %s', (version) => {
  expect(nodeProblem(version)).toContain(`this is Node ${version}`);
  expect(nodeProblem(version)).toContain('Install Node');
});

it('asks for what package.json asks for', () => {
  expect(supportedNode).toBe(JSON.parse(readFileSync('package.json', 'utf8')).engines.node);
});

it.each(['scripts/demo.mjs', 'scripts/test.mjs', 'scripts/setup/node-version.mjs'])(
  '%s is written so that an old Node can read it',
  (file) => {
    const code = readFileSync(file, 'utf8').replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '');
    expect(code).not.toMatch(/=>|`|\bconst\b|\blet\b|\basync\b|\bawait\b|\?\.|\?\?|\.\.\.|from 'node:/);
  },
);

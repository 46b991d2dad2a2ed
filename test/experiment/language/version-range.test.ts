import { expect, it } from 'vitest';
import { parseVersionRange, satisfies } from '../../../src/experiment/language/version-range.ts';

it.each([
  ['20.10.24+dfsg1', '>=20.10 <27', true],
  ['20.10.24+dfsg1', '<20.10', false],
  ['20.10.24+dfsg1', '<=20.10', true],
  ['20.10.24+dfsg1', '>20.10', false],
  ['20.10.24+dfsg1', '<=20.10.23', false],
  ['20.10.24+dfsg1', '20.10', true],
  ['20.10.24+dfsg1', '=20', true],
  ['26.1.5+dfsg1', '<28', true],
  ['28.0.0-rc.1', '>=28', true],
  ['28.5.2', '> 27, < 29', true],
  ['9.0.0', '<20', true],
  ['27.3', '>=27.3.0', true],
  ['dev', '>=0', false],
])('%s in %s: %s', (version, text, holds) => {
  const range = parseVersionRange(text);
  expect(range).not.toBeNull();
  expect(range !== null && satisfies(version, range)).toBe(holds);
});

it.each(['', '  ', 'new', '>=', '20.10.24.1', '>=20 or <10', '~20', '20.x'])('%j is no range', (text) => {
  expect(parseVersionRange(text)).toBeNull();
});

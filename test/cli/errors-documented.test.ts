import { readdir, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

const source = new URL('../../src/', import.meta.url);

it('docs/errors.md lists every code that the source can give', async () => {
  const files = (await readdir(source, { recursive: true })).filter((file) => file.endsWith('.ts'));
  const texts = await Promise.all(files.map((file) => readFile(new URL(file, source), 'utf8')));
  const codes = texts.flatMap((text) =>
    [...text.matchAll(/(?:\bcode(?::| =)|wrongInput\(|fileError\()[^,;]*/g)].flatMap(([place]) =>
      [...place.matchAll(/'([a-z]+\.[a-z-]+)'/g)].map(([, code]) => code),
    ),
  );
  const known = new Set(
    (await readFile(new URL('../../docs/errors.md', import.meta.url), 'utf8')).match(/`[a-z.-]+`/g),
  );
  expect(codes.length).toBeGreaterThan(40);
  expect([...new Set(codes)].filter((code) => !known.has(`\`${code}\``))).toEqual([]);
});

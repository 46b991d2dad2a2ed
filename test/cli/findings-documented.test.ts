import { readdir, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

it.each(['src/provider/vagrant/doctor/', 'src/lab/doctor/'])(
  'docs/doctor.md lists every finding of %s',
  async (folder) => {
    const root = new URL(`../../${folder}`, import.meta.url);
    const texts = await Promise.all((await readdir(root)).map((file) => readFile(new URL(file, root), 'utf8')));
    const codes = texts.flatMap((text) => [...text.matchAll(/'([a-z]+\.[a-z-]+)'/g)].map(([, code]) => code ?? ''));
    const findings = [...new Set(codes)].filter((code) => !code.endsWith('.exe'));
    const page = await readFile(new URL('../../docs/doctor.md', import.meta.url), 'utf8');
    expect(findings.length).toBeGreaterThan(10);
    expect(findings.filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
  },
);

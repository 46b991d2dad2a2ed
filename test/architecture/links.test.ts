import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const pages = ['.', 'docs', 'experiments', 'test/bench'].flatMap((folder) =>
  readdirSync(path.join(root, folder)).flatMap((name) => (name.endsWith('.md') ? [path.join(folder, name)] : [])),
);

/** Where the links of a page lead that are not full addresses, less their fragments; code is not looked at. */
function relativeLinks(markdown: string): string[] {
  const prose = markdown.replace(/^```.*?^```/gms, '').replace(/`[^`\n]*`/g, '');
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target ?? '');
  return targets.filter((target) => !/^[a-z]+:/i.test(target));
}

/** The fragments that a page's headings have, as GitHub makes them. */
function anchors(markdown: string): string[] {
  const headings = [...markdown.replace(/^```.*?^```/gms, '').matchAll(/^#+ (.+)$/gm)].map(([, text]) => text ?? '');
  return headings.map((text) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\- _]/gu, '')
      .replaceAll(' ', '-'),
  );
}

it.each(pages)('the links of %s lead somewhere', (page) => {
  const markdown = readFileSync(path.join(root, page), 'utf8');
  const dead = relativeLinks(markdown).filter((target) => {
    const [file = '', fragment] = target.split('#');
    const aim = file === '' ? path.join(root, page) : path.resolve(root, path.dirname(page), file);
    if (!existsSync(aim)) return true;
    return fragment !== undefined && aim.endsWith('.md') && !anchors(readFileSync(aim, 'utf8')).includes(fragment);
  });
  expect(dead).toEqual([]);
});

it('reads links and headings as people write them', () => {
  expect(relativeLinks('[a](b.md#c) `[x](y)` [d](https://e) [f](#g)\n```\n[h](i)\n```\n')).toEqual(['b.md#c', '#g']);
  expect(anchors("# What `it` says, and why\n## A--b: c's\n")).toEqual(['what-it-says-and-why', 'a--b-cs']);
});

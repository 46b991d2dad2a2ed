import { readFile } from 'node:fs/promises';

/** The text of a script of provision/, with the line endings that a node's shell needs whatever the checkout has. */
export async function provisionText(name: string): Promise<string> {
  const text = await readFile(new URL(`../../provision/${name}`, import.meta.url), 'utf8');
  return text.replaceAll('\r\n', '\n');
}

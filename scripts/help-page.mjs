// Writes docs/help.txt, what `swarmlab --help` prints, from the verbs as they were built last.
import { writeFile } from 'node:fs/promises';

const built = (path) => import(new URL(`../dist/cli/${path}`, import.meta.url).href);
const [{ parseCommandLine }, { verbs }] = await Promise.all([built('parser.js'), built('verbs.js')]);
const { text } = await parseCommandLine(['--help'], verbs, '', 80);
await writeFile(new URL('../docs/help.txt', import.meta.url), text);

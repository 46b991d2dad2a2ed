// Writes docs/model.md from the rules of the model, as they were built last.
import { writeFile } from 'node:fs/promises';

const { renderModelPage } = await import(new URL('../dist/report/model-page.js', import.meta.url).href);
await writeFile(new URL('../docs/model.md', import.meta.url), renderModelPage());

// Writes dist/catalogue.json: the experiments as the code beside it reads them. Part of the build.
import { writeFile } from 'node:fs/promises';

const { compileCatalogue } = await import(new URL('../dist/experiment/language/catalogue.js', import.meta.url).href);
await writeFile(new URL('../dist/catalogue.json', import.meta.url), JSON.stringify(await compileCatalogue()));

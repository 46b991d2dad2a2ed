// Runs a TypeScript program of the bench: Node 20 reads none itself.
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const file = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Bundles `grid-run.ts` with what it imports of src into the folder; gives the file. */
export async function bundleGridRun(folder) {
  const bundle = await rolldown({
    input: file('./grid-run.ts'),
    platform: 'node',
    logLevel: 'silent',
    transform: { target: 'es2022' },
  });
  // As deep as src/probe, from where the agent's sources are found.
  mkdirSync(join(folder, 'src', 'probe'), { recursive: true });
  symlinkSync(file('../../../provision'), join(folder, 'provision'));
  const out = join(folder, 'src', 'probe', 'grid-run.mjs');
  await bundle.write({ file: out, format: 'esm' });
  await bundle.close();
  return out;
}

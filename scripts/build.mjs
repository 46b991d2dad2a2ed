import { fileURLToPath } from 'node:url';
import { ensureBuild } from './setup/build.mjs';
import { ensureNpmPackages } from './setup/packages.mjs';
import { runMain } from './setup/stop.mjs';

const folder = fileURLToPath(new URL('..', import.meta.url));

await runMain(async () => {
  await ensureNpmPackages(folder);
  await ensureBuild(folder);
  return 0;
});

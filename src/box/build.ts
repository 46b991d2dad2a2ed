import { chmod, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hashFile } from '../core/hash-file.ts';
import { provisionText } from '../core/provision.ts';
import { type RunSteps, runStep } from '../core/steps.ts';
import { planBox, planPacking } from './box-files.ts';
import { checkPrograms } from './programs.ts';
import { diskSizeMb, parsePackages, planTree } from './recipe.ts';
import { runProgram } from './run-program.ts';
import type { BoxDocument, BoxProvider } from './types.ts';
import { moveInto, openWorkFolder } from './work-folder.ts';

export interface BuildOptions {
  provider: BoxProvider;
  /** Absolute; replaced when the box is whole. */
  file: string;
  /** Where the tree and the disk are made: a file system of Linux. */
  workHome: string;
  signal: AbortSignal;
  runSteps: RunSteps;
}

/** Makes a box. Needs root and Linux; whatever ends it, nothing but the finished file stays. */
export async function buildBox(options: BuildOptions): Promise<BoxDocument> {
  const { provider, file, signal, runSteps } = options;
  const startedAt = performance.now();
  await checkPrograms();
  await using work = await openWorkFolder(options.workHome);
  const { at } = work;
  const run = (argv: readonly string[]) => runProgram(argv, at('.'), signal);
  for (const name of ['prepare.sh', 'finish.sh', 'settle.sh', 'disk.sh']) {
    await writeFile(at(name), await provisionText(`box/${name}`));
    await chmod(at(name), 0o755);
  }
  const plan = planBox(provider);

  await runStep(runSteps, 'Debian 12 with Docker Engine, from its packages', () =>
    run(planTree({ tree: at('tree'), prepare: at('prepare.sh'), finish: at('finish.sh') })),
  );
  const packages = parsePackages(await readFile(at('packages'), 'utf8'));
  await runStep(runSteps, 'a disk that boots', async () => {
    await run(['sh', at('disk.sh'), at('tree'), at('boot'), at('disk.raw'), String(diskSizeMb)]);
    await rm(at('tree'), { recursive: true });
  });
  // st_blocks counts 512 bytes, whatever the file system's blocks are (inode(7)).
  const populatedBytes = (await stat(at('disk.raw'))).blocks * 512;
  await runStep(runSteps, `the disk as ${provider} wants it`, async () => {
    await run(plan.convert(at('disk.raw'), at(plan.disk)));
    await rm(at('disk.raw'));
  });
  const { sha256, bytes } = await runStep(runSteps, 'the box file', async () => {
    const { size } = await stat(at(plan.disk));
    const files = Object.entries(plan.files({ bytes: size, capacityMb: diskSizeMb, populatedBytes }));
    for (const [name, text] of files) await writeFile(at(name), text);
    // The descriptions first: whoever reads the box knows what comes before it comes.
    await run(planPacking(at('done.box'), at('.'), [...files.map(([name]) => name), plan.disk], plan.gzipLevel));
    return { sha256: await hashFile(at('done.box'), signal), bytes: (await stat(at('done.box'))).size };
  });
  await moveInto(at('done.box'), file);
  const durationMs = Math.round(performance.now() - startedAt);
  return { schema: 'swarmlab/box@1', file, provider, sha256, bytes, packages, durationMs };
}

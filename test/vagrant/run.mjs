// npm run test:vagrant [-- --long] [--box FILE] [--report FILE] [vitest's file filters]
// The real vagrant with its own virtualbox provider, on emulated processors: what it needs is installed, the box is made
// once and kept (SWARMLAB_TEST_CACHE, else ~/.cache/swarmlab-vagrant), and a report in Markdown is written.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, homedir, release } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureBuild, runTool } from '../../scripts/setup/build.mjs';
import { run } from '../../scripts/setup/children.mjs';
import { ensureNpmPackages } from '../../scripts/setup/packages.mjs';
import { libvirtTestPrograms, vagrantTestPrograms } from '../../scripts/setup/programs.mjs';
import { runMain, Stop, say } from '../../scripts/setup/stop.mjs';
import { ensureSystemPackages } from '../../scripts/setup/system-packages.mjs';
import { countsLine, readReport } from '../../scripts/setup/test-counts.mjs';

const folder = fileURLToPath(new URL('../..', import.meta.url));
const cache = process.env.SWARMLAB_TEST_CACHE || join(homedir(), '.cache', 'swarmlab-vagrant');

await runMain(async () => {
  const { values, positionals } = parseArgs({
    options: { box: { type: 'string' }, report: { type: 'string' }, long: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  if (process.platform !== 'linux' || process.getuid() !== 0)
    throw new Stop('This test makes a box and emulated machines, which takes Linux and root.');
  await ensureNpmPackages(folder);
  const isChosen = (file) => positionals.length === 0 || positionals.some((filter) => file.includes(filter));
  const withLibvirt = values.long && isChosen('test/vagrant/libvirt.test.ts');
  const needed = [...vagrantTestPrograms, ...(withLibvirt ? libvirtTestPrograms : [])];
  await ensureSystemPackages({ needed, optional: [] });
  await ensureBuild(folder);
  const box = values.box ?? (await boxFile('virtualbox'));
  const libvirtBox = withLibvirt ? await boxFile('libvirt') : '';
  const report = values.report ?? join(folder, '.cache', 'vagrant-report.md');
  const figures = `${report}.figures`;
  rmSync(figures, { force: true });
  const json = join(folder, '.cache', 'tests', 'vagrant.json');
  if (!values.long)
    say(
      'Left out, since all machines boot once more for each: halt with a deleted machine, libvirt, truth (faults and ESP), and the catalogue. With them: -- --long',
    );
  const startedAt = performance.now();
  const testbeds = join(folder, '.cache', 'tests', 'vagrant-testbeds');
  mkdirSync(dirname(testbeds), { recursive: true });
  rmSync(testbeds, { force: true });
  const { status } = await runTool(
    folder,
    'vitest',
    'vitest',
    ['run', '--project=vagrant', '--reporter=verbose', '--reporter=json', `--outputFile.json=${json}`, ...positionals],
    {
      env: {
        ...process.env,
        SWARMLAB_TEST_BOX: box,
        SWARMLAB_TEST_LIBVIRT_BOX: libvirtBox,
        SWARMLAB_TEST_REPORT: figures,
        SWARMLAB_TEST_TESTBEDS: testbeds,
        SWARMLAB_TEST_LONG: values.long ? '1' : '0',
      },
    },
  ).finally(() => clearLeft(testbeds));
  const { counts } = readReport(json);
  writeReport(report, json, existsSync(figures) ? readFileSync(figures, 'utf8') : '', performance.now() - startedAt);
  rmSync(figures, { force: true });
  say(`The report is ${relative(process.cwd(), report)}.`);
  process.stdout.write(`${countsLine(counts)}\n`);
  return status === 0 && counts.failed === 0 && counts.passed > 0 ? 0 : 1;
});

/** Ends the machines of testbeds that were not disposed of, because the run was interrupted. */
async function clearLeft(testbeds) {
  const lines = existsSync(testbeds) ? readFileSync(testbeds, 'utf8').split('\n').filter(Boolean) : [];
  for (const { folder: left, namespace } of lines.map((line) => JSON.parse(line))) {
    if (!existsSync(left)) continue;
    say(`Ending the machines of ${left}.`);
    await run(join(folder, 'test', 'vagrant', 'virtualbox', 'bin', 'stop-all'), [join(left, 'virtualbox')], {});
    if (namespace !== null) await run('ip', ['netns', 'delete', namespace], {});
    // What was ended may still be writing there.
    rmSync(left, { recursive: true, force: true, maxRetries: 20, retryDelay: 500 });
  }
}

/** The box of these sources for that provider; made where there is none yet. */
async function boxFile(provider) {
  const recipe = createHash('sha256');
  for (const part of ['provision/box', 'src/box'])
    for (const name of readdirSync(join(folder, part)).sort()) recipe.update(readFileSync(join(folder, part, name)));
  const file = join(cache, `debian12-${provider}-${recipe.digest('hex').slice(0, 12)}.box`);
  if (existsSync(file)) return file;
  mkdirSync(cache, { recursive: true });
  say(`Making the box for ${provider} (two minutes or so).`);
  const words = ['box', 'build', '--provider', provider, '--box', file];
  const { status } = await run(process.execPath, [join(folder, 'dist', 'cli.js'), ...words], {});
  if (status !== 0) throw new Stop(`swarmlab box build ended with ${status}: why is above.`);
  return file;
}

function writeReport(file, json, figures, tookMs) {
  const { testResults } = JSON.parse(readFileSync(json, 'utf8'));
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const rows = tests.map(
    ({ fullName, status, duration }) => `| ${fullName} | ${status} | ${Math.round((duration ?? 0) / 1000)} s |`,
  );
  const date = new Date().toISOString().slice(0, 10);
  const lines = [
    '# The real Vagrant: what was run',
    '',
    `Written by \`npm run test:vagrant\` on ${date}: ${availableParallelism()} cores, Linux ${release()}, Node ${process.version}.`,
    "The real `vagrant` with its own virtualbox provider; in VirtualBox's place a stand-in for its command that drives QEMU",
    `in software emulation (test/vagrant/virtualbox). Seconds say nothing about VirtualBox. In all ${Math.round(tookMs / 60_000)} min.`,
    '',
    '| test | result | took |',
    '|---|---|---|',
    ...rows,
    '',
    '| step | took |',
    '|---|---|',
    figures.trimEnd(),
    '',
  ];
  writeFileSync(file, lines.join('\n'));
}

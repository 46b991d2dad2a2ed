import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuild } from './build.mjs';
import { run } from './children.mjs';
import { ensureNpmPackages } from './packages.mjs';
import { runMain, Stop, say } from './stop.mjs';
import { ensureSystemPackages, sudoLine, systemProblem } from './system-packages.mjs';

const folder = fileURLToPath(new URL('../..', import.meta.url));
/** A name of its own: a person's `default` lab is not touched. */
const lab = 'demo';

const usage = `Usage: npm run demo               set up, lab up, measure, the report
       npm run --silent demo -- --json   the scope document alone on standard output`;

/** `npm run demo`: from a fresh clone to the report. The exit status is that of `swarmlab scope`. */
export function main(args) {
  return runMain(async () => {
    const json = readArguments(args);
    const command = json ? 'npm run --silent demo -- --json' : 'npm run demo';
    requireLinux();
    const problem = systemProblem(command) ?? rootProblem(command);
    if (problem !== null) throw new Stop(problem);
    await ensureNpmPackages(folder);
    await ensureSystemPackages();
    await ensureBuild(folder);
    const up = await swarmlab(['up', '--lab', lab], 'stderr');
    if (up !== 0) throw new Stop(`${failedUp}\n${removal}`, up);
    const scope = await swarmlab(['scope', '--lab', lab, ...(json ? ['--json'] : [])], 'inherit');
    if (!json) say(next);
    return scope;
  });
}

function readArguments(args) {
  const unknown = args.filter((arg) => arg !== '--json');
  if (unknown.length > 0) throw new Stop(`demo does not know ${unknown.join(' ')}.\n${usage}`, 2);
  return args.length > 0;
}

function requireLinux() {
  if (process.platform === 'linux') return;
  throw new Stop(
    `The demo makes its nodes from Linux namespaces, and this is ${process.platform}.\n` +
      'Type it on a Linux machine, or in a Linux virtual machine, as root.',
  );
}

function rootProblem(command) {
  if (process.getuid() === 0) return null;
  return `The demo makes network namespaces and runs engines in them, which takes root. Type:\n\n  ${sudoLine(command)}\n`;
}

/** Runs the built tool and gives its exit status. */
async function swarmlab(args, stdout) {
  const { status } = await run(process.execPath, [join(folder, 'dist', 'cli.js'), ...args], { stdout });
  return status;
}

const failedUp = 'The lab did not come up; the reason is above.';
/** What started the demo starts the next command too. */
const tool = process.env.SUDO_USER === undefined ? 'npx swarmlab' : 'sudo env "PATH=$PATH" npx swarmlab';
const removal = `Remove what there is of it:  ${tool} down --lab ${lab}`;
const next = `
The lab "${lab}" is still up. What to type next:

  ${tool} status --lab ${lab}           its nodes, engines and swarm
  ${tool} scope overlay --lab ${lab}    one driver again
  ${tool} ports --lab ${lab}            the swarm's ports, measured
  ${tool} --help                      everything else
  ${tool} down --lab ${lab}             remove it all, with proof
`;

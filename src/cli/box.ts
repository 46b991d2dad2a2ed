import path from 'node:path';
import { type BoxProvider, boxFileName, boxProviders } from '../box/types.ts';
import { exitStatus, LabError, wrongInput } from '../core/errors.ts';
import { nearMiss } from '../core/near-miss.ts';
import { openContext, timeoutOf } from './context.ts';
import { checkOutput } from './output.ts';
import { type Answer, type Invocation, optionOf, type Verb, wordOf } from './verb.ts';

/** Packages come over the network, and it may be slow. */
const defaultTimeoutMs = 60 * 60_000;

export const box: Verb = {
  name: 'box',
  summary: 'make the Vagrant box of the virtual machines',
  about:
    'Makes the box that the nodes of provider vagrant are made of: Debian 12 with Docker Engine, from its packages. ' +
    'Needs Linux and root, and a Debian mirror; none of the computers that use the box needs either.',
  words: [{ name: 'action', kind: 'action', choices: ['build'], describe: 'build', number: 'one' }],
  options: {
    provider: { value: 'NAME', describe: `what runs the machines: ${boxProviders.join(', ')}; default virtualbox` },
    box: { value: 'FILE', describe: 'where it goes; default swarmlab-debian12-PROVIDER.box here' },
  },
  examples: [
    ['box build', 'for VirtualBox'],
    ['box build --provider libvirt --box lab.box', 'for QEMU and KVM, by vagrant-libvirt'],
    ['box build --json', 'with its checksum and its packages'],
  ],
  run,
};

async function run(invocation: Invocation): Promise<Answer> {
  const action = wordOf(invocation, 'action');
  if (action !== 'build') {
    const message = `swarmlab box does not know ${JSON.stringify(action)}`;
    throw wrongInput('usage.wrong-value', message, [], 'it is: swarmlab box build');
  }
  const { io } = invocation;
  const provider = providerOf(invocation);
  const named = optionOf(invocation, 'box') ?? boxFileName(provider);
  const file = path.resolve(io.cwd, named);
  const output = optionOf(invocation, 'output');
  if (output !== undefined && path.resolve(io.cwd, output) === file) {
    throw wrongInput('usage.wrong', '--output is for the answer, and would replace the box', [], 'use --box alone');
  }
  await checkOutput(named, io.cwd);
  refuseWhereImpossible(io.platform);
  using context = openContext(invocation, 'default', timeoutOf(invocation) ?? defaultTimeoutMs);
  const [{ buildBox }, { renderBox }] = await Promise.all([import('../box/build.ts'), import('../report/box.ts')]);
  const document = await buildBox({
    provider,
    file,
    workHome: io.env.TMPDIR || '/var/tmp',
    signal: context.signal,
    runSteps: context.runSteps,
  });
  return { exitStatus: exitStatus.asExpected, text: renderBox(document), document };
}

function providerOf(invocation: Invocation): BoxProvider {
  const given = optionOf(invocation, 'provider') ?? 'virtualbox';
  const known = boxProviders.find((each) => each === given);
  if (known !== undefined) return known;
  const near = nearMiss(given, boxProviders);
  const hint = near === null ? `there is: ${boxProviders.join(', ')}` : `did you mean ${near}?`;
  throw wrongInput('usage.wrong-value', `no box is made for ${JSON.stringify(given)}`, [], hint);
}

function refuseWhereImpossible(platform: NodeJS.Platform): void {
  if (platform === 'linux' && process.getuid?.() === 0) return;
  const what = platform === 'linux' ? 'takes root' : `takes Linux; this machine runs ${platform}`;
  throw new LabError({
    code: 'box.not-here',
    message: `making a box ${what}`,
    hint: platform === 'linux' ? 'sudo swarmlab box build' : 'make it on a Linux machine and copy the file',
  });
}

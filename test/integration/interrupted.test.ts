import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DownDocument, StatusDocument } from '../../src/report/documents.ts';
import { cgroupDirectories, mountsOf, processesOf } from './machine-view.ts';
import { createSwarmlab, type Swarmlab } from './swarmlab.ts';

/** Ends `up` when it is about to take this step, by what it says it does. */
const moments = [
  'Check this machine',
  'Start the nodes',
  'Connect',
  'Pass the image',
  'Form the swarm',
  'See a name',
] as const;
const smallLab = ['--workers', '1', '--outsiders', '0'] as const;

/** Sends the signal as soon as the command says that. */
async function endWhen(swarmlab: Swarmlab, moment: string, signal: NodeJS.Signals, ...argv: readonly string[]) {
  const { child, ended } = swarmlab.start(...argv);
  let seen = '';
  child.stderr?.on('data', (chunk) => {
    seen += String(chunk);
    if (!child.killed && seen.includes(moment)) child.kill(signal);
  });
  return ended;
}

const endAt = (swarmlab: Swarmlab, moment: string, signal: NodeJS.Signals, lab: string) =>
  endWhen(swarmlab, moment, signal, 'up', '--lab', lab, ...smallLab);

describe('an up that is ended in the middle', () => {
  let swarmlab: Swarmlab;
  beforeAll(async () => {
    swarmlab = await createSwarmlab();
  });
  afterAll(() => swarmlab[Symbol.asyncDispose]());

  it.each(moments)('by Ctrl-C at "%s": says how to go on, and down clears it', async (moment) => {
    const ended = await endAt(swarmlab, moment, 'SIGINT', `${swarmlab.lab}-ctrl-c`);
    expect(ended.status, ended.stderr).toBe(130);
    expect(ended.stderr).toContain('swarmlab down');
    const down = await swarmlab.json<DownDocument>(0, 'down', '--lab', `${swarmlab.lab}-ctrl-c`);
    expect(down.leaks).toEqual([]);
    expect([processesOf(swarmlab.home), mountsOf(swarmlab.home), cgroupDirectories(swarmlab.lab)]).toEqual([
      [],
      [],
      [],
    ]);
  });

  it('by SIGKILL at each step, one after the other: the last up goes on to the end', async () => {
    for (const moment of moments) {
      const ended = await endAt(swarmlab, moment, 'SIGKILL', `${swarmlab.lab}-killed`);
      expect(ended.signal, ended.stderr).toBe('SIGKILL');
    }
    const up = await swarmlab.json<StatusDocument>(0, 'up', '--lab', `${swarmlab.lab}-killed`, ...smallLab);
    expect(up.swarm).toMatchObject({ managers: 1, workers: 1 });
    const building = 'networks and containers of';
    const scope = await endWhen(swarmlab, building, 'SIGKILL', 'scope', '--lab', `${swarmlab.lab}-killed`);
    expect(scope.signal, scope.stderr).toBe('SIGKILL');
    await swarmlab.json(0, 'scope', '--lab', `${swarmlab.lab}-killed`, 'bridge-user', 'overlay');
  });

  it('by SIGKILL: down clears it, also with the state half written', async () => {
    await endAt(swarmlab, 'Form the swarm', 'SIGKILL', `${swarmlab.lab}-killed`);
    const { writeFile } = await import('node:fs/promises');
    await writeFile(`${swarmlab.home}/labs/${swarmlab.lab}-killed/lab.json`, '{"plan": ');
    const down = await swarmlab.json<DownDocument>(0, 'down', '--lab', `${swarmlab.lab}-killed`);
    expect(down.leaks).toEqual([]);
    expect([processesOf(swarmlab.home), mountsOf(swarmlab.home), cgroupDirectories(swarmlab.lab)]).toEqual([
      [],
      [],
      [],
    ]);
  });

  it('scope by Ctrl-C while it builds and while it removes: 130, and the next one is as ever', async () => {
    const lab = `${swarmlab.lab}-scope`;
    await swarmlab.json(0, 'up', '--lab', lab, ...smallLab);
    for (const moment of ['networks and containers of', 'to be removed']) {
      const words = ['scope', '--lab', lab, 'bridge-user', 'overlay'];
      const { status, stderr } = await endWhen(swarmlab, moment, 'SIGINT', ...words);
      expect(status, stderr).toBe(130);
      expect(stderr).not.toContain('fault of swarmlab');
    }
    await swarmlab.json(0, 'scope', '--lab', lab, 'bridge-user', 'overlay');
  });

  it('two ups at once: the second waits for the first, and both are fine', async () => {
    const [first, second] = await Promise.all([
      swarmlab.run('up', '--lab', `${swarmlab.lab}-twice`, ...smallLab),
      swarmlab.run('up', '--lab', `${swarmlab.lab}-twice`, ...smallLab),
    ]);
    expect([first.status, second.status], first.stderr + second.stderr).toEqual([0, 0]);
    expect(first.stderr + second.stderr).toMatch(/Waiting for swarmlab up \(process \d+\)/);
  });
});

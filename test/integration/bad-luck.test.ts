import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PortsDocument, StatusDocument } from '../../src/report/documents.ts';
import { cgroupDirectories } from './machine-view.ts';
import { createSwarmlab, type Swarmlab } from './swarmlab.ts';

interface ErrorDocument {
  error: {
    code: string;
    message: string;
    hint: string;
    problems: readonly { code: string; message: string; line?: number; path?: string }[];
  };
}

const size = ['--workers', '1', '--outsiders', '0'] as const;
const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

describe('bad luck', () => {
  let swarmlab: Swarmlab;
  beforeAll(async () => {
    swarmlab = await createSwarmlab();
    await swarmlab.json(0, 'up', ...size);
  });
  afterAll(() => swarmlab[Symbol.asyncDispose]());

  it('an engine that died is told by status and healed by up', async () => {
    await swarmlab.run('exec', 'w1', 'sh', '-c', 'kill -9 $(cat /run/docker.pid)');
    const dead = await swarmlab.json<StatusDocument>(0, 'status');
    expect(dead.nodes.map(({ name, state }) => [name, state])).toEqual([
      ['m1', 'running'],
      ['w1', 'engine-down'],
    ]);
    const refused = await swarmlab.json<ErrorDocument>(3, 'scope', 'bridge-user');
    expect(refused.error).toMatchObject({ code: 'engine.unreachable', message: expect.stringContaining('w1') });
    const healed = await swarmlab.json<StatusDocument>(0, 'up', ...size);
    expect(healed.nodes.map(({ state }) => state)).toEqual(['running', 'running']);
    await swarmlab.json(0, 'scope', 'overlay');
  });

  it('a node that died is told by status and made again by up, with one entry in the swarm', async () => {
    const status = await swarmlab.json<StatusDocument>(0, 'status');
    const killed = spawnSync('sh', [
      '-c',
      'kill -9 "$(cat "$1/machines/w1/pid")"',
      'sh',
      join(swarmlab.home, 'labs', swarmlab.lab),
    ]);
    expect(killed.status).toBe(0);
    const dead = await swarmlab.json<StatusDocument>(0, 'status');
    expect(dead.nodes.map(({ name, state }) => [name, state])).toEqual([
      ['m1', 'running'],
      ['w1', 'missing'],
    ]);
    const unreachable = await swarmlab.json<ErrorDocument>(3, 'scope', 'bridge-user');
    expect(unreachable.error.message).toContain('w1');
    const healed = await swarmlab.json<StatusDocument>(0, 'up', ...size);
    expect(healed.swarm).toEqual(status.swarm);
    const nodes = await swarmlab.run('exec', 'm1', 'docker', 'node', 'ls', '-q');
    expect(nodes.stdout.trim().split('\n')).toHaveLength(2);
  });

  it('a swarm port that was shut is found, with the way it is shut', async () => {
    await swarmlab.run('exec', 'w1', 'iptables', '-I', 'INPUT', '-p', 'udp', '--dport', '4789', '-j', 'DROP');
    const { ports } = await swarmlab.json<PortsDocument>(1, 'ports');
    const shut = ports.filter(({ outcome }) => outcome !== 'reached');
    expect(shut.map(({ from, to, port, protocol }) => [from, to, port, protocol])).toEqual([['m1', 'w1', 4789, 'udp']]);
    await swarmlab.run('exec', 'w1', 'iptables', '-D', 'INPUT', '-p', 'udp', '--dport', '4789', '-j', 'DROP');
    await swarmlab.json<PortsDocument>(0, 'ports');
  });

  it('another plan for a lab that is up is refused', async () => {
    const refused = await swarmlab.json<ErrorDocument>(2, 'up', '--workers', '2');
    expect(refused.error.code).toBe('lab.other-plan');
  });

  it('time is up: says what was awaited, and what was made is gone', async () => {
    const { error } = await swarmlab.json<ErrorDocument>(
      3,
      'up',
      '--lab',
      `${swarmlab.lab}-late`,
      '--timeout',
      '1500ms',
    );
    expect(error).toMatchObject({ code: 'wait.timeout', hint: expect.stringContaining('--timeout') });
    expect(error.message).toMatch(/^gave up after 1\.5 s waiting for (?!"swarmlab)/);
    expect(existsSync(join(swarmlab.home, 'labs', `${swarmlab.lab}-late`))).toBe(false);
    expect(cgroupDirectories(`${swarmlab.lab}-late`)).toEqual([]);
  });

  it('an engine that cannot start: says what it said, and nothing is left', async () => {
    const script = 'mount --bind "$1" "$(command -v dockerd)" && shift && exec "$@"';
    const broken = join(swarmlab.home, 'dockerd');
    await writeFile(broken, '#!/bin/sh\necho "failed to start daemon: no room on this boat" >&2\nexit 1\n', {
      mode: 0o755,
    });
    const lab = `${swarmlab.lab}-engineless`;
    const up = [process.execPath, cli, 'up', '--lab', lab, '--workers', '0', '--outsiders', '0', '--json'];
    const ended = spawnSync('unshare', ['--mount', 'sh', '-c', script, 'sh', broken, ...up], {
      encoding: 'utf8',
      env: { ...process.env, SWARMLAB_HOME: swarmlab.home },
    });
    expect(ended.status, ended.stderr).toBe(3);
    expect((JSON.parse(ended.stdout) as ErrorDocument).error).toMatchObject({
      code: 'engine.unreachable',
      message: 'the engine of m1 has ended: failed to start daemon: no room on this boat',
    });
    expect(existsSync(join(swarmlab.home, 'labs', lab))).toBe(false);
  });

  it('not root: the line to type, and nothing made', async () => {
    chmodSync(swarmlab.home, 0o755);
    const home = join(swarmlab.home, 'nobody');
    spawnSync('install', ['-d', '-o', 'nobody', home]);
    const argv = ['--reuid=nobody', '--clear-groups', process.execPath, cli, 'up', '--json'];
    const ended = spawnSync('setpriv', argv, {
      cwd: '/',
      encoding: 'utf8',
      env: { PATH: process.env.PATH, SWARMLAB_HOME: home },
    });
    expect(ended.status, ended.stderr).toBe(3);
    const { error } = JSON.parse(ended.stdout) as ErrorDocument;
    expect([error.hint, ...error.problems.map((problem) => JSON.stringify(problem))].join(' ')).toContain(
      'sudo env "PATH=$PATH"',
    );
  });

  it('no engine installed: says which program is missing and which package has it', () => {
    const script = 'mount --bind /dev/null "$(command -v dockerd)" && exec "$0" "$@"';
    const argv = ['--mount', 'sh', '-c', script, process.execPath, cli, 'up', '--lab', 'none', '--json'];
    const ended = spawnSync('unshare', argv, {
      encoding: 'utf8',
      env: { ...process.env, SWARMLAB_HOME: swarmlab.home },
    });
    expect(ended.status, ended.stderr).toBe(3);
    const { error } = JSON.parse(ended.stdout) as ErrorDocument;
    expect(error).toMatchObject({
      code: 'netns.missing-programs',
      message: expect.stringContaining('dockerd'),
      hint: expect.stringContaining('docker.io'),
    });
  });

  it('a config with everything wrong: every mistake at once, with its line, and nothing is made', async () => {
    const file = join(swarmlab.home, 'wrong.yaml');
    await writeFile(
      file,
      'version: 1\nlab: Wrong_Name\nnodez: 3\nnodes: {managers: 2}\nsegment: {subnet: 10.64.0.0/24}\ntimeout: soon\n',
    );
    const { error } = await swarmlab.json<ErrorDocument>(2, 'up', '--file', file);
    expect(error.problems.map(({ line }) => line).sort()).toEqual([2, 3, 4, 5, 6]);
  });
});

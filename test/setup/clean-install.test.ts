import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeTree, removeTree, runInside, treeProblem } from './fresh-tree.ts';

interface Machine {
  processes: string[];
  listening: number[];
  links: string[];
  ipForward: string;
  forwardPolicy: string | null;
  policyFile: string | null;
  leftovers: string[];
}
interface Seen {
  machine: Machine;
  boot: string[];
  missing: string[];
}
interface SetUp {
  status: number;
  said: string;
}

const problem = treeProblem();
if (problem !== null) throw new Error(`The set-up cannot be tried in a fresh tree here: ${problem}.`);

let folder: string;
beforeAll(() => {
  folder = makeTree();
});
afterAll(() => removeTree(folder));

/** What must be the same before and after; iptables itself was not there before. */
const lasting = ({ forwardPolicy: _, ...machine }: Machine) => machine;

describe('on a fresh machine', () => {
  let seen: { before: Seen; first: SetUp; after: Seen; second: SetUp; reinstalled: { status: number; boot: string[] } };
  beforeAll(() => {
    seen = runInside(folder, 'clean');
  });

  it('names the packages first and installs all that was missing', () => {
    expect(seen.before.missing).toContain('dockerd');
    expect(seen.first.status).toBe(0);
    expect(seen.first.said).toMatch(/Missing on this machine: dockerd .*sshd/);
    expect(seen.first.said).toMatch(/Installing with apt-get: docker\.io .*openssh-server/);
    expect(seen.after.missing).toEqual([]);
  });

  it('starts nothing: no process, no port, no link, no forwarding', () => {
    expect(lasting(seen.after.machine)).toEqual(lasting(seen.before.machine));
    expect(seen.after.machine.listening).toEqual([]);
    expect(seen.after.machine.links).not.toContain('docker0');
    expect(seen.after.machine.forwardPolicy).toBe('-P FORWARD ACCEPT\n');
  });

  it('leaves the new services off, also when their packages are installed again', () => {
    expect(seen.after.boot).toEqual(seen.before.boot);
    expect(seen.reinstalled).toEqual({ status: 0, boot: seen.before.boot });
  });

  it('does nothing the second time', () => {
    expect(seen.second).toEqual({ status: 0, said: '' });
  });
});

describe('killed in the middle', () => {
  let seen: {
    before: Seen;
    kill: { signal: string; policyFile: string; noted: number };
    next: SetUp;
    after: Seen;
  };
  beforeAll(() => {
    seen = runInside(folder, 'killed');
  });

  it('leaves services forbidden and a note', () => {
    expect(seen.kill.signal).toBe('SIGKILL');
    expect(seen.kill.policyFile).toContain('exit 101');
    expect(seen.kill.noted).toBeGreaterThan(0);
  });

  it('is put in order by the next run, the policy that was there before included', () => {
    expect(seen.next.status).toBe(0);
    expect(seen.after.missing).toEqual([]);
    expect(seen.after.boot).toEqual(seen.before.boot);
    expect(lasting(seen.after.machine)).toEqual(lasting(seen.before.machine));
    expect(seen.after.machine.policyFile).toBe('#!/bin/sh\n# mine\nexit 104\n');
  });
});

it('prevents what a plain installation does: services started, now and at boot', () => {
  const seen = runInside<{ status: number; asked: string[]; boot: string[] }>(folder, 'without');
  expect(seen.status).toBe(0);
  expect(seen.asked).toEqual(expect.arrayContaining(['ssh (start)', 'docker (start)']));
  expect(seen.boot).toEqual(
    expect.arrayContaining(['ssh.service', 'docker.service', 'docker.socket', 'containerd.service']),
  );
});

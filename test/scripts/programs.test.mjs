import { expect, it } from 'vitest';
import { missingPrograms, optionalPrograms, packagesFor, programs } from '../../scripts/setup/programs.mjs';

const names = (rows) => rows.map((row) => row.program);

it('finds everything missing on an empty machine', () => {
  const missing = missingPrograms({ path: '/usr/bin', found: () => false });
  expect(missing).toEqual(programs);
  const packages = packagesFor(missing);
  expect(packages).toEqual(expect.arrayContaining(['docker.io', 'openssh-server', 'iproute2', 'busybox', 'python3']));
  expect(new Set(packages).size).toBe(packages.length);
  expect(packages).not.toContain('containerd');
});

it('finds programs in sbin, which is not in the PATH', () => {
  expect(missingPrograms({ path: '/usr/bin', found: (file) => file.startsWith('/usr/sbin/') })).toEqual([]);
});

it('finds an engine elsewhere in the PATH and does not ask for another', () => {
  const missing = missingPrograms({ path: '/opt/engine:/usr/bin', found: (file) => file === '/opt/engine/dockerd' });
  expect(names(missing)).not.toContain('dockerd');
  expect(packagesFor(missing)).not.toContain('docker.io');
  expect(packagesFor(missing)).toContain('containerd');
});

it('does not take a python3 of somebody’s home folder for that of a node', () => {
  const missing = missingPrograms({
    path: '/home/somebody/bin',
    found: (file) => file === '/home/somebody/bin/python3',
  });
  expect(names(missing)).toContain('python3');
});

it('what is optional is no reason to stop, and is asked for by itself', () => {
  const found = (file) => !file.endsWith('/etcd');
  expect(missingPrograms({ path: '/usr/bin', found })).toEqual([]);
  const missing = missingPrograms({ path: '/usr/bin', found, among: optionalPrograms });
  expect(packagesFor(missing)).toEqual(['etcd-server']);
});

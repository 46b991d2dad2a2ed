import { expect, it } from 'vitest';
import { servicesAmong } from '../../scripts/setup/units.mjs';

it('finds units and init scripts among the files of packages', () => {
  const files = [
    '/usr/sbin/sshd',
    '/lib/systemd/system/ssh.service',
    '/usr/lib/systemd/system/docker.socket',
    '/lib/systemd/system/ssh@.service',
    '/usr/lib/systemd/user/agent.service',
    '/etc/init.d/ssh',
    '/etc/init.d',
    '/lib/systemd/system/ssh.service',
  ];
  expect(servicesAmong(files)).toEqual({ units: ['ssh.service', 'docker.socket'], scripts: ['ssh'] });
});

import { describe, expect, it } from 'vitest';
import { boxAddArguments, downloadProgress, hasBox } from '../../../src/provider/vagrant/box.ts';
import { parseSshConfig } from '../../../src/provider/vagrant/endpoints.ts';
import { explainFailure } from '../../../src/provider/vagrant/failures.ts';
import { errorExit, parseMachineReadable } from '../../../src/provider/vagrant/machine-readable.ts';
import { commonSnapshots } from '../../../src/provider/vagrant/snapshots.ts';

describe('vagrant --machine-readable', () => {
  it('is read with its commas and line breaks, whatever the line endings, and past lines that are not of it', () => {
    const lines = parseMachineReadable(
      'a warning of a plugin, with a comma\r\n1763690000,m1,ui,info,one%!(VAGRANT_COMMA) two\\nthree\r\n\r\n1763690001,,error-exit,Vagrant::Errors::VMBootTimeout,Timed out\r\n',
    );
    expect(lines).toEqual([
      { target: 'm1', type: 'ui', data: ['info', 'one, two\nthree'] },
      { target: '', type: 'error-exit', data: ['Vagrant::Errors::VMBootTimeout', 'Timed out'] },
    ]);
    expect(errorExit(lines)).toEqual({ name: 'Vagrant::Errors::VMBootTimeout', message: 'Timed out' });
  });

  it('names every box with its provider and version', () => {
    const box = { name: 'swarmlab/debian12', url: null, version: null, sha256: null };
    const lines = parseMachineReadable(
      [
        '1,,box-name,debian/bookworm64',
        '1,,box-provider,virtualbox',
        '1,,box-version,12.1',
        '1,,box-name,swarmlab/debian12',
        '1,,box-provider,libvirt',
        '1,,box-version,0',
      ].join('\n'),
    );
    expect(hasBox(lines, box, 'libvirt')).toBe(true);
    expect(hasBox(lines, box, 'virtualbox')).toBe(false);
    expect(hasBox(lines, { ...box, name: 'debian/bookworm64', version: '12.1' }, 'virtualbox')).toBe(true);
    expect(hasBox(lines, { ...box, name: 'debian/bookworm64', version: '12.2' }, 'virtualbox')).toBe(false);
  });

  it('lists as snapshots of the lab those that every machine has', () => {
    const lines = parseMachineReadable(
      [
        '1,m1,metadata,provider,virtualbox',
        '1,m1,ui,output,==> m1: ',
        '1,m1,ui,detail,clean',
        '1,m1,ui,detail,only-here',
        '1,w1,ui,output,==> w1: ',
        '1,w1,ui,detail,clean',
      ].join('\n'),
    );
    expect(commonSnapshots(lines, ['m1', 'w1'])).toEqual(['clean']);
    expect(commonSnapshots(lines, ['m1', 'w1', 'o1'])).toEqual([]);
  });
});

describe('vagrant box add', () => {
  const config = {
    provider: 'virtualbox' as const,
    domainType: null,
    cpus: 1,
    memoryMb: { manager: 1, worker: 1, outsider: 1 },
  };

  it('names a file and its checksum, and asks no version of it', () => {
    const box = { name: 'swarmlab/debian12', url: 'D:\\swarm lab\\debian12.box', version: '1', sha256: 'ab' };
    expect(boxAddArguments({ ...config, box })).toEqual([
      'box',
      'add',
      '--name',
      'swarmlab/debian12',
      '--provider',
      'virtualbox',
      '--checksum-type',
      'sha256',
      '--checksum',
      'ab',
      'D:\\swarm lab\\debian12.box',
    ]);
  });

  it('asks the catalogue for a version', () => {
    const box = { name: 'debian/bookworm64', url: null, version: '12.1', sha256: null };
    expect(boxAddArguments({ ...config, box }).join(' ')).toBe(
      'box add --box-version 12.1 --provider virtualbox debian/bookworm64',
    );
  });

  it('says how far it is', () => {
    const text =
      '\r\u001b[K==> box: Progress: 3% (Rate: 9M/s, Estimated time remaining: 0:01:00)\r\u001b[KProgress: 12% (Rate: 1.2M/s, Estimated time remaining: 0:00:59)';
    expect(downloadProgress(text)).toBe('12 %, 1.2M/s, 0:00:59 left');
    expect(downloadProgress('Box download is resuming')).toBeNull();
  });
});

describe('vagrant ssh-config', () => {
  it('has every host, with the line endings of Windows too', () => {
    const text =
      'Host m1\r\n  HostName 127.0.0.1\r\n  User vagrant\r\n  Port 2222\r\n  IdentityFile "C:/a b/k"\r\n\r\nHost w1\r\n  HostName 192.168.121.7\r\n  Port 22\r\n';
    expect([...parseSshConfig(text)]).toEqual([
      ['m1', { host: '127.0.0.1', port: 2222 }],
      ['w1', { host: '192.168.121.7', port: 22 }],
    ]);
  });
});

describe('what went wrong', () => {
  const exit = (name: string, message: string) => [
    { target: '', type: 'error-exit', data: [`Vagrant::Errors::${name}`, message] },
  ];
  const ended = { exitStatus: 1, stderr: '' };

  it.each([
    ['VMBootTimeout', 'Timed out while waiting for the machine to boot.', 'vagrant.boot'],
    ['BoxNotFound', 'The box could not be found', 'vagrant.box'],
    ['VirtualBoxNotDetected', 'Vagrant could not detect VirtualBox!', 'vagrant.provider'],
    ['VBoxManageError', 'Stderr: VBoxManage.exe: error: VT-x is not available (VERR_VMX_NO_VMX)', 'vagrant.hypervisor'],
    ['VBoxManageError', 'Stderr: VBoxManage.exe: error: ... (VERR_NEM_VM_CREATE_FAILED)', 'vagrant.hypervisor'],
    ['VBoxManageError', 'error: Code E_ACCESSDENIED (0x80070005) - Access denied', 'vagrant.network'],
    ['NetworkCollision', 'The specified host network collides with a non-hostonly network!', 'vagrant.network'],
    ['ForwardPortCollision', 'Vagrant cannot forward the specified ports', 'vagrant.port'],
    ['MachineLocked', 'Vagrant can not perform this action', 'vagrant.busy'],
    ['SomethingNew', 'a thing that nobody saw before', 'vagrant.failed'],
  ])('%s is %s -> %s', (name, message, code) => {
    const error = explainFailure('vagrant up', exit(name, message), ended);
    expect(error).toMatchObject({ code, exitStatus: 3, hint: expect.stringMatching(/./) });
    expect(error.message).toContain(message.slice(0, 20));
  });

  it('is told from what a command for people said, where that is all there is', () => {
    const stderr =
      "The provider 'virtualbox' that was requested to back the machine\n'm1' is reporting that it isn't usable on this system.";
    expect(explainFailure('vagrant status', [], { exitStatus: 1, stderr }).code).toBe('vagrant.provider');
  });

  it('has the error that Vagrant wraps in advice', () => {
    const message =
      'An error occurred in the underlying SSH library that Vagrant uses.\nThe error message is shown below. In many cases, errors from this\nlibrary are caused by ssh-agent issues. Try disabling your SSH\nagent or removing some keys and try again.\n\nIf the problem persists, please report a bug to the net-ssh project.\n\ntimeout during server version negotiating';
    const error = explainFailure('vagrant up', exit('NetSSHException', message), ended);
    expect(error.code).toBe('vagrant.boot');
    expect(error.message).toMatch(/SSH library .*\[\.\.\.\] timeout during server version negotiating$/);
  });

  it('is not lost where nothing was said', () => {
    expect(explainFailure('vagrant up', [], ended).message).toBe('vagrant up ended with 1: it said nothing');
  });
});

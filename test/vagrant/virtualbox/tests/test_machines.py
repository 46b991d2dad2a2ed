"""Machines that run, in software emulation, from the sample's boot sector."""

import os
import pathlib
import shutil
import signal
import socket
import unittest

from tests.stand_in import StandInTest

GREETING = 'booted from its disk'


def free_port():
    """A TCP port of loopback that nobody has."""
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


@unittest.skipUnless(shutil.which('qemu-system-x86_64'), 'qemu-system-x86_64 is missing: apt-get install qemu-system-x86')
class Machines(StandInTest):
    def console(self, name):
        """What the machine has written to its serial port."""
        file = self.machine_folder(name) / 'console.log'
        return file.read_text(errors='replace') if file.exists() else ''

    def start(self, name='one'):
        """Starts a machine and waits for its greeting."""
        self.ok('startvm', name, '--type', 'headless')
        self.wait_until(lambda: GREETING in self.console(name), 'the greeting of the boot sector')

    def emulator(self, name='one'):
        """The words that the machine's emulator was started with."""
        pid = (self.machine_folder(name) / 'pid').read_text().strip()
        return pathlib.Path(f'/proc/{pid}/cmdline').read_text().split('\0')

    def state(self, name='one'):
        """VirtualBox's word for it."""
        return self.info(name)['VMState']

    def test_boots_from_the_disk_of_the_appliance(self):
        self.import_sample('one')
        self.start()
        self.assertEqual(self.state(), 'running')
        self.assertIn('"one"', self.ok('list', 'runningvms'))
        self.ok('controlvm', 'one', 'poweroff')
        self.assertEqual((self.state(), self.processes()), ('poweroff', []))

    def test_a_clone_boots_from_its_master(self):
        self.import_sample('master')
        self.ok('snapshot', 'master', 'take', 'base')
        self.ok('clonevm', 'master', '--register', '--name', 'one', '--snapshot', 'base', '--options', 'link')
        self.start()

    def test_a_session_locks_the_machine(self):
        self.import_sample('one')
        self.start()
        locked = 'VBOX_E_INVALID_OBJECT_STATE'
        self.refused(['modifyvm', 'one', '--memory', '128'], 'already locked for a session', locked)
        self.refused(['startvm', 'one'], 'already locked by a session', locked)
        self.refused(['unregistervm', 'one', '--delete'], locked)
        self.ok('snapshot', 'one', 'take', 's')
        self.refused(['snapshot', 'one', 'restore', 's'], 'VBOX_E_INVALID_VM_STATE')

    def test_saved_state_and_snapshots_bring_the_memory_back(self):
        self.import_sample('one')
        self.start()
        self.ok('snapshot', 'one', 'take', 'live')
        self.ok('controlvm', 'one', 'savestate')
        self.assertEqual(self.state(), 'saved')
        self.refused(['modifyvm', 'one', '--memory', '128'], 'not mutable')
        self.ok('startvm', 'one')
        self.assertEqual((self.state(), '-incoming' in self.emulator()), ('running', True))
        self.ok('controlvm', 'one', 'poweroff')
        self.ok('snapshot', 'one', 'restore', 'live')
        self.assertEqual(self.state(), 'saved')
        self.ok('startvm', 'one')
        self.assertEqual((self.state(), '-incoming' in self.emulator()), ('running', True))
        self.ok('controlvm', 'one', 'poweroff')
        self.ok('snapshot', 'one', 'restore', 'live')
        self.ok('discardstate', 'one')
        self.start()

    def test_a_crash_is_an_aborted_machine(self):
        self.import_sample('one')
        self.start()
        os.kill(int((self.machine_folder('one') / 'pid').read_text()), signal.SIGKILL)
        self.wait_until(lambda: self.state() == 'aborted', 'the state after a crash')
        self.start()

    def test_forwards_open_on_loopback_alone(self):
        self.import_sample('one')
        port = free_port()
        self.ok('modifyvm', 'one', '--natpf1', f'ssh,tcp,,{port},,22')
        self.start()
        rows = [row.split() for row in pathlib.Path('/proc/net/tcp').read_text().splitlines()[1:]]
        listening = [row[1] for row in rows if row[3] == '0A' and row[1].endswith(f':{port:04X}')]
        self.assertEqual(listening, [f'0100007F:{port:04X}'])

    def test_a_host_only_adapter_has_to_exist(self):
        self.import_sample('one')
        self.run_command('modifyvm', 'one', '--nic2', 'hostonly', '--hostonlyadapter2', 'vboxnet0')
        self.refused(['startvm', 'one'], "Nonexistent host networking interface, name 'vboxnet0'")
        self.ok('hostonlyif', 'create')
        self.start()

    def test_faults_of_starting(self):
        self.import_sample('one')
        self.import_sample('two')
        (self.home / 'faults').write_text('hypervisor-taken ^one$\nnever-boots ^two$\n')
        self.refused(['startvm', 'one'], 'VERR_VMX_IN_VMX_ROOT_MODE')
        self.ok('startvm', 'two')
        self.assertEqual((self.state('two'), '-drive' in self.emulator('two')), ('running', False))
        (self.home / 'faults').write_text('hypervisor-taken-windows\n')
        self.refused(['startvm', 'one'], 'VERR_NEM_VM_CREATE_FAILED')
        (self.home / 'faults').unlink()
        self.start('one')
        self.assertIn('-drive', self.emulator('one'))

    def test_stop_all_ends_machines_and_switch(self):
        self.import_sample('one')
        self.ok('hostonlyif', 'create')
        self.ok('modifyvm', 'one', '--nic2', 'hostonly', '--hostonlyadapter2', 'vboxnet0')
        self.start()
        self.assertEqual(len(self.processes()), 2)
        self.doCleanups_early()
        self.assertEqual(self.processes(), [])

    def doCleanups_early(self):
        """What bin/stop-all does, without removing the folder."""
        from standin.cleanup import main

        self.assertEqual(main([str(self.home), '--keep']), 0)


if __name__ == '__main__':
    unittest.main()

"""The verbs that need no emulator: what they keep, print and refuse."""

import unittest

from tests.stand_in import StandInTest


class Records(StandInTest):
    def test_says_the_version_it_is_told_to(self):
        self.assertEqual(self.ok('--version'), '7.0.20r163906\n')
        self.environment['SWARMLAB_VIRTUALBOX_VERSION'] = '6.1.50r161033'
        self.assertEqual(self.ok('-v'), '6.1.50r161033\n')

    def test_logs_each_call_with_status(self):
        self.ok('list', 'vms')
        self.refused(['nosuch'], "Invalid command 'nosuch'", status=2)
        self.assertEqual([(call['argv'], call['status']) for call in self.calls()], [(['list', 'vms'], 0), (['nosuch'], 2)])
        self.assertTrue(all(isinstance(call['ms'], int) for call in self.calls()))

    def test_keeps_what_modifyvm_sets(self):
        self.ok('createvm', '--name', 'one', '--register')
        self.ok('hostonlyif', 'create')
        self.ok('modifyvm', 'one', '--memory', '768', '--cpus=2', '--nic2', 'hostonly', '--hostonlyadapter2', 'vboxnet0',
                '--macaddress2', '0800270000aa', '--nictype2', 'virtio', '--natpf1', 'ssh,tcp,127.0.0.1,2222,,22',
                '--natpf1', 'a,udp,,53,,53', '--name', 'two')
        info = self.info('two')
        wanted = {'memory': '768', 'cpus': '2', 'nic1': 'nat', 'nic2': 'hostonly', 'hostonlyadapter2': 'vboxnet0',
                  'macaddress2': '0800270000AA', 'nictype2': 'virtio', 'Forwarding(0)': 'a,udp,,53,,53',
                  'Forwarding(1)': 'ssh,tcp,127.0.0.1,2222,,22', 'VMState': 'poweroff'}
        self.assertEqual({key: info[key] for key in wanted}, wanted)

    def test_applies_all_options_or_none(self):
        self.ok('createvm', '--name', 'one', '--register')
        before = self.info('one')
        self.refused(['modifyvm', 'one', '--memory', '768', '--nicpromisc2', 'all'], "Unknown promiscuous mode policy 'all'")
        self.assertEqual(self.info('one'), before)

    def test_refuses_what_vboxmanage_refuses(self):
        self.ok('createvm', '--name', 'one', '--register')
        self.ok('createvm', '--name', 'two', '--register')
        for words, fragment in [
            (['modifyvm', 'one', '--nictype1', 'e1000'], "Invalid NIC type 'e1000' specified for NIC 1"),
            (['modifyvm', 'one', '--nic1', 'lan'], "Invalid type 'lan' specfied for NIC 1"),
            (['modifyvm', 'one', '--bogus', '1'], 'Unknown option: --bogus'),
            (['modifyvm', 'one', '--memory'], 'Command line option needs argument'),
            (['modifyvm', 'one', '--name', 'two'], 'VERR_ALREADY_EXISTS'),
            (['modifyvm', 'none', '--memory', '512'], 'VBOX_E_OBJECT_NOT_FOUND'),
            (['showvminfo', 'none'], "Could not find a registered machine named 'none'"),
            (['startvm', 'none'], 'VBOX_E_OBJECT_NOT_FOUND'),
            (['snapshot', 'one', 'restore', 'none'], "Could not find a snapshot named 'none'"),
            (['controlvm', 'one', 'poweroff'], "Machine 'one' is not currently running."),
        ]:
            with self.subTest(words=words):
                self.refused(words, fragment)

    def test_allows_host_only_addresses_of_virtualbox_alone(self):
        self.ok('hostonlyif', 'create')
        self.ok('hostonlyif', 'ipconfig', 'vboxnet0', '--ip', '192.168.63.1', '--netmask', '255.255.255.0')
        self.refused(['hostonlyif', 'ipconfig', 'vboxnet0', '--ip', '192.168.64.1'], 'E_ACCESSDENIED')
        (self.home / 'networks.conf').write_text('* 10.0.0.0/8\n')
        self.ok('hostonlyif', 'ipconfig', 'vboxnet0', '--ip', '10.1.1.1')
        self.assertRegex(self.ok('list', 'hostonlyifs'), r'(?m)^IPAddress: +10\.1\.1\.1$')
        self.ok('hostonlyif', 'remove', 'vboxnet0')
        self.assertEqual(self.ok('list', 'hostonlyifs'), '')

    def test_does_not_pretend_what_it_does_not_model(self):
        self.refused(['natnetwork', 'add'], 'does not model', status=70)

    def test_has_the_fault_that_was_asked_for(self):
        self.environment['SWARMLAB_VIRTUALBOX_FAULTS'] = 'no-driver hostonlyif-fails'
        self.assertIn('Please install', self.ok('--version'))
        self.refused(['hostonlyif', 'create'], 'failed to open /dev/vboxnetctl')


class Appliances(StandInTest):
    def test_tells_what_would_be_imported_in_vagrants_terms(self):
        told = self.ok('import', '-n', str(self.ovf))
        self.assertRegex(told, r'Suggested VM name "sample"')
        self.assertRegex(told, r'\d+: Hard disk image: source image=.+, target path=(.+),')
        self.assertEqual(self.ok('list', 'vms'), '')

    def test_imports_the_disk_and_links_clones_to_it(self):
        self.import_sample('master')
        self.ok('snapshot', 'master', 'take', 'base')
        self.ok('clonevm', 'master', '--register', '--name', 'clone', '--snapshot', 'base', '--options', 'link')
        self.assertNotEqual(self.info('clone')['macaddress1'], self.info('master')['macaddress1'])
        self.assertLess(sum(file.stat().st_blocks for file in self.machine_folder('clone').glob('*.qcow2')) * 512, 1 << 20)
        self.refused(['snapshot', 'master', 'delete', 'base'], 'more than one child')
        self.refused(['unregistervm', 'master', '--delete'], 'has 1 child media')
        self.ok('unregistervm', 'clone', '--delete')
        self.assertEqual(list((self.home / 'machines').iterdir()), [])

    def test_refuses_a_name_that_is_taken(self):
        self.import_sample('one')
        self.refused(['import', str(self.ovf), '--vsys', '0', '--vmname', 'one'], 'VBOX_E_FILE_ERROR')
        self.assertEqual(len(list((self.home / 'machines').iterdir())), 1)

    def test_refuses_broken_appliances_and_keeps_nothing_of_them(self):
        for name, fragment in [
            ('no-such-file', 'cannot find References/File element'),
            ('no-such-disk', 'invalid host resource'),
            ('no-such-controller', 'invalid parent'),
            ('no-such-resource', 'Unknown resource type 99'),
            ('no-namespace', 'Error reading namespace URI'),
            ('empty', 'Document is empty.'),
            ('nowhere', 'VERR_FILE_NOT_FOUND'),
            ('not-there', 'VERR_FILE_NOT_FOUND'),
            ('not-a-vmdk', 'Could not open the medium storage unit'),
            ('cut-short', 'Could not create the imported medium'),
        ]:
            with self.subTest(name=name):
                path = str(self.ovf.with_name(f'{name}.ovf'))
                self.refused(['import', path, '--vsys', '0', '--vmname', 'broken'], fragment)
        self.assertEqual(list((self.home / 'machines').iterdir()), [])

    def test_keeps_a_tree_of_snapshots(self):
        self.import_sample('one')
        self.refused(['snapshot', 'one', 'list', '--machinereadable'])
        for words in (['take', 'a'], ['take', 'b'], ['restore', 'a'], ['take', 'c']):
            self.ok('snapshot', 'one', *words)
        lines = self.ok('snapshot', 'one', 'list', '--machinereadable').splitlines()
        wanted = ['SnapshotName="a"', 'SnapshotName-1="b"', 'SnapshotName-2="c"', 'CurrentSnapshotName="c"']
        self.assertEqual([line for line in lines if 'Name' in line and 'Node' not in line], wanted)
        self.ok('snapshot', 'one', 'delete', 'b')
        self.assertNotIn('"b"', self.ok('snapshot', 'one', 'list', '--machinereadable'))


if __name__ == '__main__':
    unittest.main()

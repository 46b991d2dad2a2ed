"""What both commands are asked, one call after the other, so that earlier calls are the state of later ones.

A case is (words, alike): `status` where only the exit status must be the same, `words` where the first line of the error
must be too, `file` the same but for folders, `names`, `machines` and `output` where what is printed of these must be.
"""

WORDS, STATUS = 'words', 'status'


def modify(*options, alike=WORDS):
    """A modifyvm of the machine `one`."""
    return (('modifyvm', 'one', *options), alike)


def cases(folder):
    """All of them; `folder` has the sample appliance."""
    imports = [
        ((f'{folder}/{name}.ovf'), name)
        for name in ('no-such-file', 'no-such-disk', 'no-such-controller', 'no-such-resource', 'no-namespace', 'empty', 'nowhere')
    ]
    return [
        (('nosuch',), WORDS),
        (('list', 'nosuch'), WORDS),
        (('list', 'vms'), WORDS),
        (('createvm', '--name', 'one', '--register'), WORDS),
        (('createvm', '--name', 'one', '--register'), 'file'),
        (('createvm', '--name', 'two', '--register'), WORDS),
        (('createvm', '--bogus'), STATUS),
        (('showvminfo', 'nope', '--machinereadable'), WORDS),
        (('showvminfo', 'one', '--bogus'), WORDS),
        (('modifyvm', 'nope', '--memory', '512'), WORDS),
        (('modifyvm', 'one'), WORDS),
        *modify_cases(),
        *machine_cases(),
        *[(('import', '-n', path), 'file') for path, _name in imports],
        *[(('import', path, '--vsys', '0', '--vmname', f'from-{name}'), 'file') for path, name in imports],
        (('import', '-n', f'{folder}/truncated.ovf'), STATUS),
        (('import', '-n', f'{folder}/text.ovf'), STATUS),
        (('import', '-n', f'{folder}/other.ovf'), STATUS),
        (('import', f'{folder}/not-there.ovf', '--vsys', '0', '--vmname', 'x'), 'file'),
        (('import', f'{folder}/not-a-vmdk.ovf', '--vsys', '0', '--vmname', 'x'), 'file'),
        (('import', f'{folder}/cut-short.ovf', '--vsys', '0', '--vmname', 'x'), STATUS),
        (('import', f'{folder}/box-disk001.vmdk'), WORDS),
        (('import', f'{folder}/sample.ovf', '--bogus'), WORDS),
        (('import', f'{folder}/sample.ovf', '--vmname', 'x'), WORDS),
        (('import', f'{folder}/sample.ovf', '--vsys', '3', '--vmname', 'x'), WORDS),
        (('import', f'{folder}/sample.ovf', '--options', 'bogus'), WORDS),
        (('import', '-n', f'{folder}/sample.ovf'), WORDS),
        (('import', '--dry-run', f'{folder}/sample.ovf'), WORDS),
        (('import', f'{folder}/sample.ovf', '--vsys', '0', '--vmname', 'master'), WORDS),
        (('import', f'{folder}/sample.ovf', '--vsys', '0', '--vmname', 'master'), STATUS),
        *clone_cases(),
    ]


def modify_cases():
    """Options and values of modifyvm."""
    number = [
        modify(f'--{option}', value)
        for option, value in [
            ('nicpromisc2', 'bogus'), ('nicpromisc2', 'allow-all'), ('nicpromisc2', 'ALLOW-VMS'), ('nicpromisc2', 'deny'),
            ('nic-promisc2', 'allow-all'), ('nictype1', 'foo'), ('nictype1', 'virtio'), ('nictype1', '82540em'),
            ('nic1', 'foo'), ('nic1', 'NAT'), ('nic9', 'nat'), ('nic0', 'nat'), ('nicx', 'nat'), ('nic2', 'hostonly'),
            ('macaddress1', 'zz'), ('macaddress1', '0800'), ('macaddress1', 'auto'), ('macaddress1', '080027aabbcc'),
            ('macaddress1', '090027AABBCC'), ('macaddress1', '08:00:27:AA:BB:CC'), ('cableconnected1', 'off'),
            ('hostonlyadapter2', 'none'), ('intnet2', 'lab'), ('natnet1', '10.0.2.0/24'),
            ('natdnshostresolver1', 'on'), ('natdnshostresolver1', 'maybe'), ('boot1', 'disk'), ('boot1', 'cdrom'),
            ('uart1', 'off'), ('uart1', 'bogus'), ('uart1', '0x3F8'),
        ]
    ]
    one = [
        modify(f'--{option}', value)
        for option, value in [
            ('memory', '512'), ('memory', '1'), ('cpus', '2'), ('cpus', '0'), ('cpus', '100'), ('vram', '16'), ('vram', '999'),
            ('audio-driver', 'none'), ('audio-driver', 'bogus'), ('audio', 'none'), ('audio', 'bogus'), ('audioin', 'off'),
            ('ioapic', 'on'), ('ioapic', 'maybe'), ('ioapic', 'true'), ('vrde', 'off'), ('usb', 'off'), ('chipset', 'bogus'),
            ('chipset', 'ich9'), ('firmware', 'bogus'), ('paravirtprovider', 'kvm'), ('paravirtprovider', 'bogus'),
            ('graphicscontroller', 'vmsvga'), ('graphicscontroller', 'bogus'), ('clipboard', 'disabled'),
            ('clipboard-mode', 'bogus'), ('draganddrop', 'bogus'), ('groups', '/'), ('groups', 'swarmlab'),
            ('description', 'a lab'), ('nested-hw-virt', 'on'), ('hwvirtex', 'maybe'), ('vm-process-priority', 'bogus'),
            ('graphics-controller', 'vmsvga'), ('vmprocpriority', 'low'), ('bogus', '1'), ('name', ''),
            ('rtcuseutc', 'on'), ('pae', 'on'), ('x86-pae', 'off'), ('nestedpaging', 'on'), ('largepages', 'on'),
            ('guestmemoryballoon', '0'), ('defaultfrontend', 'headless'), ('accelerate3d', 'off'), ('iommu', 'none'),
        ]
    ]
    return number + one + [
        modify('--memory', 'abc', alike=STATUS),
        modify('--memory'),
        modify('--nictype1'),
        modify('extra'),
        modify('-memory', '512'),
        modify('--memory=640', '--cpus=1'),
        modify('--name', 'two', alike='file'),
        modify('--nic2', 'hostonly', '--hostonlyadapter2', 'vboxnet7', '--macaddress2', '080027000001', '--nictype2', 'virtio'),
        modify('--natpf1', 'ssh,tcp,127.0.0.1,2222,,22'),
        modify('--natpf1', 'ssh,tcp,127.0.0.1,2223,,22'),
        modify('--natpf1', 'other,bad,127.0.0.1,2223,,22'),
        modify('--natpf1', 'short,tcp,127.0.0.1,2222'),
        modify('--natpf1', ',udp,,5353,,53'),
        modify('--natpf1', 'delete', 'nope'),
        modify('--natpf1', 'delete', 'ssh'),
        modify('--nat-pf1', 'web,tcp,127.0.0.1,8080,,80'),
        modify('--natpf2', 'second,tcp,127.0.0.1,1234,,22'),
    ]


def machine_cases():
    """Power, snapshots and the smaller verbs, on a machine that is off."""
    return [
        (('startvm', 'nope', '--type', 'headless'), WORDS),
        (('startvm', 'one', '--type', 'bogus'), WORDS),
        (('startvm', 'one', '--bogus'), WORDS),
        (('startvm',), STATUS),
        (('controlvm', 'one'), WORDS),
        (('controlvm', 'one', 'poweroff'), WORDS),
        (('controlvm', 'nope', 'poweroff'), WORDS),
        (('discardstate', 'one'), WORDS),
        (('snapshot', 'one', 'list', '--machinereadable'), STATUS),
        (('snapshot', 'one', 'take'), WORDS),
        (('snapshot', 'one', 'take', 's1'), WORDS),
        (('snapshot', 'one', 'take', 's2', '--description', 'later'), WORDS),
        (('snapshot', 'one', 'take', 's3', '--bogus'), WORDS),
        (('snapshot', 'one', 'list', '--machinereadable'), 'names'),
        (('snapshot', 'one', 'restore', 'nope'), WORDS),
        (('snapshot', 'one', 'restore', 's1'), WORDS),
        (('snapshot', 'one', 'take', 's4'), WORDS),
        (('snapshot', 'one', 'list', '--machinereadable'), 'names'),
        (('snapshot', 'one', 'delete', 's1'), WORDS),
        (('snapshot', 'one', 'delete', 's2'), WORDS),
        (('snapshot', 'one', 'delete', 'nope'), WORDS),
        (('snapshot', 'one', 'delete'), WORDS),
        (('snapshot', 'one', 'edit', 's4', '--name', 's5'), WORDS),
        (('snapshot', 'one', 'restorecurrent'), WORDS),
        (('snapshot', 'one', 'list', '--machinereadable'), 'names'),
        (('snapshot', 'one', 'nosuch'), WORDS),
        (('snapshot', 'nope', 'take', 'x'), WORDS),
        (('snapshot', 'one'), WORDS),
        (('guestproperty', 'get', 'one', '/VirtualBox/GuestAdd/Version'), 'output'),
        (('guestproperty', 'set', 'one', '/a', 'b'), 'output'),
        (('guestproperty', 'get', 'one', '/a'), 'output'),
        (('guestproperty', 'bogus', 'one'), WORDS),
        (('guestproperty', 'get', 'one'), WORDS),
        (('guestproperty', 'get', 'nope', '/a'), WORDS),
        (('setextradata', 'one', 'k', 'v'), 'output'),
        (('getextradata', 'one', 'k'), 'output'),
        (('getextradata', 'one', 'nope'), 'output'),
        (('setextradata', 'one'), WORDS),
        (('setextradata', 'one', 'k', 'v', 'w'), WORDS),
        (('setextradata', 'nope', 'k', 'v'), WORDS),
        (('sharedfolder', 'add', 'one', '--name', 'x', '--hostpath', '/tmp'), WORDS),
        (('sharedfolder', 'add', 'one', '--name', 'x', '--hostpath', '/tmp'), WORDS),
        (('sharedfolder', 'add', 'one', '--name', 'y'), WORDS),
        (('sharedfolder', 'remove', 'one', '--name', 'x'), WORDS),
        (('sharedfolder', 'remove', 'one', '--name', 'x'), WORDS),
        (('hostonlyif', 'bogus'), WORDS),
        (('hostonlyif', 'create', 'extra'), WORDS),
        (('hostonlyif', 'remove'), WORDS),
        (('hostonlyif', 'remove', 'vboxnet9'), WORDS),
        (('hostonlyif', 'ipconfig'), WORDS),
        (('hostonlyif', 'ipconfig', 'vboxnet9', '--ip', '192.168.56.1'), WORDS),
        (('dhcpserver', 'remove', '--netname', 'x'), WORDS),
        (('showmediuminfo', 'disk', '/nope.vmdk'), WORDS),
        (('unregistervm', 'nope', '--delete'), WORDS),
        (('unregistervm', 'one', '--bogus'), WORDS),
        (('unregistervm', 'two', '--delete'), WORDS),
    ]


def clone_cases():
    """Linked clones and what holds their master."""
    return [
        (('snapshot', 'master', 'take', 'base'), WORDS),
        (('clonevm', 'master', '--register', '--name', 'c1', '--options', 'link'), WORDS),
        (('clonevm', 'master', '--register', '--name', 'c1', '--snapshot', 'nope', '--options', 'link'), WORDS),
        (('clonevm', 'master', '--register', '--name', 'c1', '--options', 'bogus'), WORDS),
        (('clonevm', 'master', '--register', '--name', 'c1', '--snapshot', 'base', '--options', 'link'), WORDS),
        (('clonevm', 'master', '--register', '--name', 'c1', '--snapshot', 'base', '--options', 'link'), 'file'),
        (('clonevm', 'nope', '--register', '--name', 'c2'), WORDS),
        (('clonevm', 'master', '--bogus'), WORDS),
        (('clonevm', 'master', '--register', '--name', 'c2', '--snapshot', 'base', '--options', 'link'), WORDS),
        (('snapshot', 'c2', 'take', 'own'), WORDS),
        (('snapshot', 'c2', 'list', '--machinereadable'), 'names'),
        (('unregistervm', 'c2', '--delete'), WORDS),
        (('snapshot', 'master', 'delete', 'base'), WORDS),
        (('unregistervm', 'master', '--delete'), 'file'),
        (('list', 'vms'), 'machines'),
        (('unregistervm', 'c1', '--delete'), WORDS),
        (('unregistervm', 'master', '--delete'), WORDS),
        (('list', 'vms'), 'machines'),
    ]

"""`list`, `showvminfo`, `showmediuminfo`."""

import os

from . import disks, machine as machines
from .host_only import FILE
from .options import read_flags
from .refusal import com, not_modelled, syntax
from .snapshots import all_disks

USAGE = 'View system information and VM configuration details:\n\n  VBoxManage list [--long] [--sorted] [bridgedifs | dhcpservers | hdds | hostonlyifs | runningvms | systemproperties | vms ...]'
SHOW_USAGE = 'Show configuration or log information for a virtual machine:\n\n  VBoxManage showvminfo <uuid | vmname> [--details] [--machinereadable]'
SHOW = '"FindMachine(Bstr(VMNameOrUuid).raw(), machine.asOutParam())" at line 3248 of file VBoxManageInfo.cpp'
EMPTY = {'bridgedifs', 'dhcpservers', 'natnets', 'dvds', 'floppies', 'cloudnets', 'usbfilters', 'hostdvds', 'hostfloppies', 'webcams'}
REAL = {'ostypes', 'hostcpuids', 'hddbackends', 'extpacks', 'groups', 'intnets', 'cpu-profiles', 'hostdrives',
        'cloudproviders', 'cloudprofiles', 'ossubtypes', 'screenshotformats', 'usbhost', 'vrdeextpacks'}


def list_things(home, words):
    """Prints one list."""
    flags = {'--long': False, '-l': False, '--sorted': False, '-s': False}
    given, names = read_flags(words, flags, USAGE, unknown='Unknown subcommand "{}".')
    if not names:
        raise syntax('No subcommand specified', USAGE, status=1)
    if len(names) > 1:
        raise syntax(f'Unknown subcommand "{names[1]}".', USAGE)
    what = names[0].lower()
    if what in ('vms', 'runningvms'):
        if '--long' in given or '-l' in given:
            raise not_modelled('list --long vms')
        for machine in home.machines():
            if what == 'vms' or machines.is_up(home, machine):
                print(f'"{machine["name"]}" {{{machine["uuid"]}}}')
    elif what == 'hostonlyifs':
        for number, adapter in enumerate(home.read(FILE, [])):
            print(host_only(number, adapter))
    elif what == 'systemproperties':
        print(system_properties(home))
    elif what == 'hostinfo':
        print(host_information())
    elif what == 'hdds':
        for machine in home.machines():
            for disk in all_disks(machine):
                print(medium(disk))
    elif what in REAL:
        raise not_modelled(f'list {what}')
    elif what not in EMPTY:
        raise syntax(f'Unknown subcommand "{names[0]}".', USAGE)


def host_only(number, adapter):
    """An adapter as VirtualBox shows it; up, as on a computer where a machine uses it."""
    values = {
        'Name': adapter['name'],
        'GUID': f'786f6276-656e-4074-8000-0a0027{number:06x}',
        'DHCP': 'Disabled',
        'IPAddress': adapter['ip'],
        'NetworkMask': adapter['netmask'],
        'IPV6Address': adapter.get('ipv6', ''),
        'IPV6NetworkMaskPrefixLength': adapter.get('prefix', '0'),
        'HardwareAddress': f'0a:00:27:00:00:{number:02x}',
        'MediumType': 'Ethernet',
        'Wireless': 'No',
        'Status': 'Up',
        'VBoxNetworkName': f'HostInterfaceNetworking-{adapter["name"]}',
    }
    return ''.join(f'{key + ":":<17}{value}\n' for key, value in values.items())


def host_information():
    """A computer whose processor can carry machines, as one that has VirtualBox would have."""
    processors = os.cpu_count()
    values = {
        'Processor online count': processors,
        'Processor count': processors,
        'Processor core count': processors,
        'Processor supports HW virtualization': 'yes',
        'Processor supports PAE': 'yes',
        'Processor supports long mode': 'yes',
        'Processor supports nested paging': 'yes',
        'Operating system': 'Linux',
    }
    return 'Host Information:\n\n' + '\n'.join(f'{key}: {value}' for key, value in values.items()) + '\n'


def system_properties(home):
    """The few properties that a caller may want."""
    values = {
        'API version': '_'.join(home.version().split('.')[:2]),
        'Minimum guest RAM size': '4 Megabytes',
        'Maximum guest RAM size': '2097152 Megabytes',
        'Minimum guest CPU count': '1',
        'Maximum guest CPU count': '64',
        'Default machine folder': home.folder / 'VirtualBox VMs',
        'Default hard disk format': 'VDI',
        'Maximum PIIX3 Network Adapter count': '8',
    }
    return '\n'.join(f'{key + ":":<33}{value}' for key, value in values.items())


def medium(disk):
    """A disk image."""
    values = {
        'UUID': disk['uuid'],
        'Parent UUID': 'base' if disk['parent'] is None else disk['parent'].rpartition('{')[2].removesuffix('}.qcow2'),
        'State': 'created',
        'Type': 'normal (base)' if disk['parent'] is None else 'normal (differencing)',
        'Location': disk['file'],
        'Storage format': 'VMDK',
        'Capacity': f'{disks.capacity(disk["file"]) >> 20} MBytes',
        'Encryption': 'disabled',
    }
    return ''.join(f'{key + ":":<16}{value}\n' for key, value in values.items())


def showvminfo(home, words):
    """What is known of a machine."""
    given, names = read_flags(words, {'--machinereadable': False, '--details': False}, SHOW_USAGE)
    if not names:
        raise syntax('VM name or UUID required', SHOW_USAGE, status=1)
    machine = home.find(names[0], SHOW)
    lines = info(home, machine)
    if '--machinereadable' in given:
        print('\n'.join(f'{key}={value}' for key, value in lines))
        return
    for key, value in lines:
        print(f'{key.strip(chr(34)) + ":":<29}{value.strip(chr(34))}')


def info(home, machine):
    """Keys and values of `showvminfo --machinereadable`, in VirtualBox's order: an adapter's rules follow its kind."""
    settings, folder = machine['settings'], home.folder / 'VirtualBox VMs' / machine['name']
    lines = [('name', quoted(machine['name'])), ('encryption', '"disabled"'), ('groups', quoted(settings['groups']))]
    lines += [('ostype', quoted(settings['ostype'])), ('UUID', quoted(machine['uuid']))]
    lines += [('CfgFile', quoted(folder / f'{machine["name"]}.vbox')), ('SnapFldr', quoted(folder / 'Snapshots'))]
    lines += [('LogFldr', quoted(folder / 'Logs')), ('hardwareuuid', quoted(machine['uuid'])), ('memory', settings['memory'])]
    lines += [('vram', settings['vram']), ('chipset', quoted(settings.get('chipset', 'piix3'))), ('firmware', '"BIOS"')]
    lines += [('cpus', settings['cpus']), ('paravirtprovider', quoted(settings.get('paravirtprovider', 'default')))]
    lines += [('VMState', quoted(machines.state(home, machine)))]
    for number, controller in enumerate(machine['controllers']):
        stem = 'storagecontroller'
        lines += [(f'{stem}name{number}', quoted(controller['name'])), (f'{stem}type{number}', quoted(controller['type']))]
        lines += [(f'{stem}instance{number}', '"0"'), (f'{stem}maxportcount{number}', '"30"')]
        lines += [(f'{stem}portcount{number}', '"1"'), (f'{stem}bootable{number}', '"on"')]
    for controller in machine['controllers']:
        for disk in controller['disks']:
            place = f'{disk["port"]}-0'
            lines += [(quoted(f'{controller["name"]}-{place}'), quoted(disk['file']))]
            lines += [(quoted(f'{controller["name"]}-ImageUUID-{place}'), quoted(disk['uuid']))]
    for nic in machines.NICS:
        lines += adapter(machine, nic)
    lines += [('audio', quoted(settings.get('audio', 'default'))), ('vrde', quoted(settings.get('vrde', 'off')))]
    folders = enumerate(machine['shared_folders'].items(), 1)
    for number, (name, path) in folders:
        lines += [(f'SharedFolderNameMachineMapping{number}', quoted(name))]
        lines += [(f'SharedFolderPathMachineMapping{number}', quoted(path))]
    return lines + [('GuestMemoryBalloon', '0')]


def adapter(machine, nic):
    """The lines of one network adapter."""
    settings = machine['settings']
    kind = settings[f'nic{nic}']
    if kind == 'none':
        return [(f'nic{nic}', '"none"')]
    lines = []
    for name, default in {'nat': ('natnet', 'nat'), 'hostonly': ('hostonlyadapter', ''), 'intnet': ('intnet', 'intnet'), 'bridged': ('bridgeadapter', '')}.items():
        if name == kind:
            lines.append((f'{default[0]}{nic}', quoted(settings.get(f'{default[0]}{nic}', default[1]))))
    lines += [(f'{key}{nic}', quoted(settings[f'{key}{nic}'])) for key in ('macaddress', 'cableconnected', 'nic', 'nictype')]
    lines.append((f'nicspeed{nic}', '"0"'))
    if kind == 'nat':
        rules = machine['forwards'].get(str(nic), [])
        lines += [(f'Forwarding({number})', quoted(','.join(rule))) for number, rule in enumerate(rules)]
    return lines


def quoted(value):
    """In the quotes that VBoxManage puts around words."""
    return f'"{value}"'


def showmediuminfo(home, words):
    """One disk image, by its UUID or file."""
    names = [word for word in words if word not in ('disk', 'dvd', 'floppy')]
    for machine in home.machines():
        for disk in all_disks(machine):
            if names[:1] in ([disk['uuid']], [disk['file']]):
                print(medium(disk))
                return
    message = f"Could not find file for the medium '{names[0] if names else ''}' (VERR_FILE_NOT_FOUND)"
    raise com('VBOX_E_FILE_ERROR', message, 'MediumWrap', 'IMedium')

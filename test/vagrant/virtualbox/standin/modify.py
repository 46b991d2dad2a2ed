"""`modifyvm`: changes the settings of a machine that is not running."""

import re
import sys

from . import machine as machines
from .modify_options import ON_OFF, RANGES, WHOLE, look_up, wrong_choice
from .nat_rules import add_rule, delete_rule
from .options import Options
from .refusal import Refusal, com, locked, syntax

USAGE = 'Change settings for a virtual machine that is stopped:\n\n  VBoxManage modifyvm <uuid | vmname> [option...]'
WHERE = '"FindMachine(Bstr(a->argv[0]).raw(), machine.asOutParam())" at line 640 of file VBoxManageModifyVM.cpp'
LOCK = '"LockMachine(a->session, LockType_Write)" at line 640 of file VBoxManageModifyVM.cpp'


def modifyvm(home, words):
    """Applies all options or, where one is wrong, none."""
    if len(words) < 2:
        raise syntax('Not enough parameters', USAGE)
    name, options = words[0], Options(words[1:], USAGE)
    with home.change(name, WHERE) as machine:
        if machines.is_up(home, machine):
            raise locked(machine['name'], LOCK)
        if machine['saved_state']:
            message = 'The machine is not mutable (state is Saved)'
            raise com('VBOX_E_INVALID_VM_STATE', message)
        warnings = []
        with home.lock('names.lock'):
            while options:
                warnings += one(home, machine, options)
            home.save(machine)
    for warning in warnings:
        print(warning, file=sys.stderr)


def one(home, machine, options):
    """Takes one option with its value off the words and applies it; gives warnings."""
    word = options.option()
    found = look_up(word)
    if not found:
        kind = 'Unknown option: {}' if word.startswith('-') else "Invalid parameter '{}'"
        raise syntax(kind.format(word), USAGE, status=1)
    name, number, values = found
    value = options.value(word.rstrip('0123456789') if number is not None else word)
    if number is not None and name.startswith(('nic', 'nat', 'cable', 'mac', 'host', 'int', 'bridge')):
        if number not in machines.NICS:
            return [f'VBoxManage: error: Invalid NIC number {number}']
    if name == 'natpf':
        return forward(machine, number, value, options)
    if name.startswith('uart') and name != 'uarttype':
        value = ' '.join([value, *serial_port(name, value, options)])
    value = checked(name, number, word, values, value)
    if name == 'name':
        rename(home, machine, value)
    key = name if number is None else f'{name}{number}'
    machine['settings'][key] = value
    if name == 'hostonlyadapter' and value not in ('none', ''):
        known = [adapter['name'] for adapter in home.read('host-only.json', [])]
        if value not in known:
            return [f'VBoxManage: warning: Interface "{value}" doesn\'t seem to exist']
    if word == '--audio':
        return ['Warning: --audio is deprecated and will be removed soon. Use --audio-driver instead!']
    return []


def checked(name, number, word, values, value):
    """The value as it is kept, or a refusal."""
    if values is ON_OFF:
        if value not in ON_OFF:
            raise syntax(f'Unknown option: {value}', USAGE, status=1)
    elif values == WHOLE:
        if not re.fullmatch(r'-?\d+', value):
            raise syntax('', USAGE, status=1)
        if name in RANGES:
            least, most, what, unit = RANGES[name]
            if not least <= int(value) <= most:
                words = f'Invalid {what}: {value}{unit} (must be in range [{least}, {most}]{unit})'
                raise com('NS_ERROR_INVALID_ARG', words)
    elif isinstance(values, tuple):
        for choice in values:
            if choice.lower() == value.lower():
                return choice
        message, status = wrong_choice(name, number, word, value)
        raise Refusal(message, status=status)
    elif name == 'macaddress':
        return mac_address(value)
    elif name == 'groups' and not all(group.startswith('/') for group in value.split(',')):
        raise com('NS_ERROR_INVALID_ARG', f"Invalid machine group '{value}'", 'VirtualBoxWrap', 'IVirtualBox')
    return value


def mac_address(value):
    """Twelve hexadecimal digits of a station, not of a group; `auto` makes one."""
    if value == 'auto':
        return machines.new_mac()
    if not re.fullmatch(r'[0-9A-Fa-f]{12}', value) or int(value[:2], 16) & 1:
        raise com('NS_ERROR_INVALID_ARG', 'Invalid MAC address format', 'NetworkAdapterWrap', 'INetworkAdapter')
    return value.upper()


def serial_port(name, value, options):
    """The further words of `--uartN 0x3F8 4` and `--uartmodeN file PATH`."""
    if name == 'uartmode':
        return [options.value('--uartmode')] if value in ('server', 'client', 'tcpserver', 'tcpclient', 'file') else []
    if value == 'off':
        return []
    if not re.fullmatch(r'0[xX][0-9A-Fa-f]+|\d+', value):
        raise Refusal(f"Error parsing UART I/O base '{value}'", status=2)
    return [options.take()] if options else []


def forward(machine, number, value, options):
    """A port forward of the NAT of one adapter: a new rule, or `delete NAME`."""
    rules = machine['forwards'].setdefault(str(number), [])
    if value == 'delete':
        delete_rule(rules, options.value('--natpf'))
    else:
        add_rule(rules, number, value)
    return []


def rename(home, machine, name):
    """A name may be taken once only; Vagrant looks for VERR_ALREADY_EXISTS."""
    if not name:
        raise com('NS_ERROR_INVALID_ARG', 'A machine cannot have a UUID as its name')
    if any(other['name'] == name for other in home.machines() if other['uuid'] != machine['uuid']):
        base = home.folder / 'VirtualBox VMs'
        message = f"Could not rename the directory '{base / machine['name']}' to '{base / name}' to save the settings file"
        context = '"SaveSettings()" at line 3863 of file VBoxManageModifyVM.cpp'
        raise com('NS_ERROR_FAILURE', f'{message} (VERR_ALREADY_EXISTS)', context=context)
    if '/' in name:
        raise com('NS_ERROR_FAILURE', f"Could not rename the settings file to '{name}' (VERR_FILE_NOT_FOUND)")
    machine['name'] = name



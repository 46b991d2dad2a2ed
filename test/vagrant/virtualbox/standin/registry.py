"""`createvm`, `unregistervm`, `clonevm`."""

import shutil

from . import disks, machine as machines
from .machine import new_mac, new_machine
from .options import read_flags
from .progress import progress
from .refusal import Refusal, com, not_modelled, syntax
from .snapshots import all_disks, find

CREATE_USAGE = 'Create a new virtual machine:\n\n  VBoxManage createvm <--name=name> [--ostype=ostype] [--register] ...'
CLONE_USAGE = 'Create a clone of an existing virtual machine:\n\n  VBoxManage clonevm <uuid | vmname> [--name=name] ...'
UNREGISTER_USAGE = 'Unregister a virtual machine:\n\n  VBoxManage unregistervm <uuid | vmname> [--delete] [--delete-all]'
IN_USE = '"RTEXITCODE handleUnregisterVM(HandlerArg*)" at line 243 of file VBoxManageMisc.cpp'
CLONE = '"FindMachine(Bstr(pszSrcName).raw(), srcMachine.asOutParam())"'
TO = '"CloneTo(trgMachine, mode, ComSafeArrayAsInParam(options), progress.asOutParam())" at line 757 of file VBoxManageMisc.cpp'
OPTIONS = {'link', 'keepallmacs', 'keepnatmacs', 'keepdisknames', 'keephwuuids'}


def register(home, machine):
    """Makes a machine known under a name that nobody has."""
    with home.lock('names.lock'):
        refuse_taken(home, machine['name'])
        home.save(machine)


def refuse_taken(home, name):
    """The refusal of a name that another machine has."""
    if any(other['name'] == name for other in home.machines()):
        file = home.folder / 'VirtualBox VMs' / name / f'{name}.vbox'
        message = f"Machine settings file '{file}' already exists"
        context = '"CreateMachine(...)" at line 743 of file VBoxManageMisc.cpp'
        raise com('VBOX_E_FILE_ERROR', message, 'MachineWrap', context=context)


def createvm(home, words):
    """A machine with no disk."""
    flags = {'--name': True, '--ostype': True, '--os-type': True, '--groups': True, '--basefolder': True, '--register': False}
    given, _ = read_flags(words, flags, CREATE_USAGE)
    if '--name' not in given:
        raise syntax('Parameter --name is required', CREATE_USAGE, status=2 if words else 1)
    if '--register' not in given:
        raise not_modelled('createvm without --register')
    settings = {'ostype': given.get('--ostype') or given.get('--os-type') or 'Other'}
    machine = new_machine(given['--name'], settings)
    register(home, machine)
    name = machine['name']
    print(f"Virtual machine '{name}' is created and registered.\nUUID: {machine['uuid']}")
    print(f"Settings file: '{home.folder / 'VirtualBox VMs' / name / f'{name}.vbox'}'")


def clonevm(home, words):
    """A full clone of the present state, or a linked one on top of a snapshot, which costs no disk."""
    flags = {'--name': True, '--snapshot': True, '--options': True, '--mode': True, '--register': False, '--uuid': True}
    given, names = read_flags(words, flags | {'--groups': True, '--basefolder': True}, CLONE_USAGE)
    if len(names) != 1:
        raise syntax('Missing VM name', CLONE_USAGE, status=1)
    chosen = [option.lower() for option in given.get('--options', '').split(',') if option]
    for option in chosen:
        if option not in OPTIONS:
            raise Refusal(f"Invalid clone options '{given['--options']}'", status=2)
    source = home.find(names[0], CLONE)
    name = given.get('--name', f'{source["name"]} Clone')
    state = find(source, given['--snapshot']) if '--snapshot' in given else source
    if 'link' in chosen and state is source:
        message = 'Linked clone can only be created from a snapshot'
        raise com('NS_ERROR_INVALID_ARG', message, 'MachineWrap', context=TO)
    refuse_taken(home, name)
    clone = new_machine(name, dict(state['settings']))
    clone['forwards'] = {nic: [list(rule) for rule in rules] for nic, rules in state['forwards'].items()}
    for nic in machines.NICS if 'keepallmacs' not in chosen else []:
        clone['settings'][f'macaddress{nic}'] = new_mac()
    folder = home.machine_folder(clone)
    folder.mkdir()
    for controller in state['controllers']:
        make = disks.child_of if 'link' in chosen else disks.copy_of
        clone['controllers'].append({**controller, 'disks': [make(disk, folder) for disk in controller['disks']]})
    register(home, clone)
    progress()
    print(f'Machine has been successfully cloned as "{name}"')


def unregistervm(home, words):
    """Forgets a machine, with --delete its files too. Disks that a clone stands on stay until that is gone: VirtualBox
    says so with status 1, and has forgotten the machine nevertheless."""
    flags = {'--delete': False, '--delete-all': False}
    given, names = read_flags(words, flags, UNREGISTER_USAGE, unknown='unknown option: {}')
    if len(names) != 1:
        raise syntax('VM name required', UNREGISTER_USAGE, status=1)
    with home.change(names[0], '"FindMachine(Bstr(VMName).raw(), machine.asOutParam())" at line 228 of file VBoxManageMisc.cpp') as machine:
        if machines.is_up(home, machine):
            message = f"Cannot unregister the machine '{machine['name']}' while it is locked"
            raise com('VBOX_E_INVALID_OBJECT_STATE', message, 'MachineWrap')
        machine |= {'registered': False, 'deleted': bool(given)}
        home.save(machine)
    used = held_files(home)
    held = [disk['file'] for disk in all_disks(machine) if disk['file'] in used]
    if given:
        sweep(home)
    if given and held:
        message = f"Cannot close medium '{held[0]}' because it has 1 child media"
        code = 'VBOX_E_OBJECT_IN_USE'
        refusal = com(code, message, 'MediumWrap', 'IMedium', IN_USE, '', f'0%...10%...20%...30%...40%...50%...{code}\n')
        refusal.lines = ('Machine delete failed', *refusal.lines)
        raise refusal
    if given:
        progress()


def held_files(home):
    """The files that registered machines stand on, at any depth."""
    everything = home.every_machine()
    parents = {disk['file']: disk['parent'] for machine in everything for disk in all_disks(machine)}
    used = [disk['file'] for machine in everything if machine['registered'] for disk in all_disks(machine)]
    return {below for file in used for below in disks.chain(file, parents)}


def sweep(home):
    """Removes the folders of forgotten machines that nobody stands on."""
    used = held_files(home)
    for machine in home.every_machine():
        if machine.get('deleted') and not any(disk['file'] in used for disk in all_disks(machine)):
            shutil.rmtree(home.machine_folder(machine), ignore_errors=True)

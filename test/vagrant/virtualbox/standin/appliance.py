"""`import`: an OVF with its VMDKs becomes a machine; with -n it is only told what would be made of it."""

import pathlib
import shutil
import sys

from .disks import failed, import_disk
from .machine import new_machine
from .options import Options
from .ovf import WHERE, read_ovf
from .progress import progress
from .refusal import Refusal, com, not_modelled, syntax
from .registry import refuse_taken, register

USAGE = 'Import a virtual appliance in OVF format and create virtual machines:\n\n  VBoxManage import <ovfname | ovaname> ...'
PER_SYSTEM = {'--vmname': 'name', '--memory': 'memory', '--cpus': 'cpus', '--ostype': 'ostype'}
BY_UNIT = {'--disk', '--controller', '--port'}
KEPT = {'--settingsfile', '--basefolder', '--group', '--description', '--eula'}


def import_appliance(home, words):
    """Interprets the descriptor and, unless it is a rehearsal, converts the disks and registers the machine."""
    file, wishes, dry = read_words(words)
    appliance = interpret(home, file)
    print(f'Interpreting {file}...\nOK.', file=sys.stderr, flush=True)
    count = 0 if appliance is None else 1
    for system in sorted({wish[0] for wish in wishes}):
        if system >= count:
            message = f'Invalid index {system} with -vsys option; the OVF contains only {count} virtual system(s).'
            raise Refusal(message, status=2)
    if appliance is None:
        print('Disks:\n')
        return
    given = {PER_SYSTEM[option]: value for _system, option, value in wishes if option in PER_SYSTEM}
    units = describe(home, appliance, given, wishes)
    if dry:
        return
    if 'import-fails' in home.faults(given.get('name', appliance['name'])):
        raise failed('VBOX_E_FILE_ERROR', f"Could not create the imported medium '{file}' (VERR_DISK_FULL)", 'MediumWrap', 'IMedium')
    make(home, appliance, given, pathlib.Path(file).absolute().parent, wishes, units)
    progress()
    print('Successfully imported the appliance.')


def read_words(words):
    """The descriptor's path, what is wished of it as (system, option, value), and whether it is a rehearsal."""
    options, files, wishes, dry, system = Options(words, USAGE), [], [], False, None
    while options:
        word = options.option()
        if word in ('-n', '--dry-run'):
            dry = True
        elif word == '--vsys':
            system = int(options.value(word))
        elif word == '--options':
            for option in options.value(word).split(','):
                if option not in ('keepallmacs', 'keepnatmacs', 'importtovdi'):
                    raise Refusal(f"Invalid import options '{option}'", status=2)
                wishes.append((0, word, option))
        elif word in PER_SYSTEM or word in BY_UNIT or word in KEPT or word in ('--unit', '--ignore'):
            if system is None:
                raise Refusal(f'Option "{word}" requires preceding --vsys or --cloud option.', status=2)
            wishes.append((system, word, True if word == '--ignore' else options.value(word)))
        elif word.startswith('-'):
            raise syntax(f'unknown option: {word}', USAGE)
        else:
            files.append(word)
    if not files:
        raise syntax('Not enough arguments for "import" command.', USAGE, status=1)
    return files[0], wishes, dry


def interpret(home, file):
    """Reads the descriptor, with VirtualBox's words where it cannot."""
    path = pathlib.Path(file).absolute()
    if path.suffix == '.ova':
        raise not_modelled('import of an OVA')
    if path.suffix != '.ovf':
        raise com('VBOX_E_FILE_ERROR', 'Appliance file must have .ovf or .ova extension', 'ApplianceWrap', 'IAppliance')
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        code = 'VBOX_E_OBJECT_NOT_FOUND'
        message = f"Failed to open OVF file '{path}' (VERR_FILE_NOT_FOUND)"
        refusal = com(code, message, 'ApplianceWrap', 'IAppliance', WHERE, '', f'0%...{code}\n')
        refusal.lines = ('Appliance read failed', *refusal.lines)
        raise refusal from None
    appliance = read_ovf(text, path)
    progress()
    return appliance


def describe(home, appliance, given, wishes):
    """Prints what VBoxManage prints, in the forms that Vagrant's driver reads; gives the units of the disks."""
    print('Disks:')
    disks = [disk for controller in appliance['controllers'] for disk in controller['disks']]
    for disk in disks:
        print(f'  {disk["id"]}\t{disk["capacity"]}\t-1\t{disk["format"]}\t{disk["href"]}\t-1\t-1\t')
    name, base = appliance['name'], home.folder / 'VirtualBox VMs'
    vm_name = f'VM name specified with --vmname: "{given["name"]}"' if 'name' in given else f'Suggested VM name "{name}"'
    cpus = f'No. of CPUs specified with --cpus: {given["cpus"]}' if 'cpus' in given else f'Number of CPUs: {appliance["cpus"]}'
    memory = 'Guest memory specified with --memory' if 'memory' in given else 'Guest memory'
    lines = [f'Suggested OS type: "{appliance["ostype"]}"', vm_name, 'Suggested VM group "/"']
    lines += [f'Suggested VM settings file name "{base / name / name}.vbox"', f'Suggested VM base folder "{base}"']
    lines += [cpus, f'{memory}: {given.get("memory", appliance["memory"])} MB']
    lines += [f'Network adapter: orig {network}, config 3, extra slot={slot};type=NAT' for slot, network in enumerate(appliance['nics'])]
    wished = [value for _system, option, value in wishes if option == '--disk']
    units = {}
    for controller in appliance['controllers']:
        place = len(lines)
        lines.append(f'{"SATA" if controller["type"] == "IntelAhci" else "IDE"} controller, type {controller["type"].removeprefix("Intel").upper()}')
        for disk in controller['disks']:
            units[str(len(lines))] = disk
            target = wished.pop(0) if wished else disk['href']
            how = ' specified with --disk' if target != disk['href'] else ''
            lines.append(f'Hard disk image{how}: source image={disk["href"]}, target path={target}, controller={place};port={disk["port"]}')
    print('\nVirtual system 0:')
    for number, line in enumerate(lines):
        print(f'{number:2}: {line}')
    sys.stdout.flush()
    return units


def make(home, appliance, given, folder, wishes, units):
    """Converts the disks, which takes a while, and only then takes the name."""
    unit, targets = None, {}
    for _system, option, value in wishes:
        unit = value if option == '--unit' else unit
        if option == '--disk' and unit in units:
            targets[units[unit]['id']] = value
    settings = {'memory': str(given.get('memory', appliance['memory'])), 'cpus': str(given.get('cpus', appliance['cpus']))}
    settings |= {'ostype': given.get('ostype', appliance['ostype'])}
    settings |= {f'nic{nic}': 'nat' if nic <= len(appliance['nics']) else 'none' for nic in range(1, 9)}
    machine = new_machine(given.get('name', appliance['name']), settings)
    refuse_taken(home, machine['name'])
    target_folder = home.machine_folder(machine)
    target_folder.mkdir()
    try:
        for controller in appliance['controllers']:
            disks = [import_disk(folder / disk['href'], target_folder, disk['port']) for disk in controller['disks']]
            for disk, source in zip(disks, controller['disks'], strict=True):
                disk['name'] = pathlib.Path(targets.get(source['id'], disk['name'])).name
            machine['controllers'].append({'name': controller['name'], 'type': controller['type'], 'disks': disks})
        register(home, machine)
    except BaseException:
        shutil.rmtree(target_folder, ignore_errors=True)
        raise

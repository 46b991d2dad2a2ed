"""`snapshot`: a tree of frozen disks and settings, with the memory where the machine was running."""

import uuid
from copy import deepcopy

from . import disks, machine as machines
from .monitor import monitor
from .options import Options
from .power import STATES
from .progress import progress
from .refusal import Refusal, com, not_modelled, syntax

USAGE = 'Manage virtual machine snapshots:\n\n  VBoxManage snapshot <uuid | vmname> take|delete|restore|restorecurrent|list ...'
FIND = '"FindMachine(bstrMachine.raw(), pMachine.asOutParam())" at line 344 of file VBoxManageSnapshot.cpp'
KEPT = ('settings', 'forwards', 'controllers')


def snapshot(home, words):
    """Dispatches the subcommand."""
    if len(words) < 2:
        raise syntax('Not enough parameters', USAGE, status=2 if words else 1)
    name, verb, *rest = words
    if verb == 'list':
        return listing(home.find(name, FIND), rest)
    verbs = {'take': take, 'restore': restore, 'restorecurrent': restore_current, 'delete': delete, 'edit': edit}
    with home.change(name, FIND) as machine:
        if verb not in verbs:
            raise syntax(f"Invalid parameter '{verb}'", USAGE, status=1)
        return verbs[verb](home, machine, rest)


def take(home, machine, words):
    """Freezes the disks and puts differencing images on them; a running machine stands still meanwhile."""
    if not words:
        raise syntax('Missing snapshot name', USAGE, status=1)
    name, options, description = words[0], Options(words[1:], USAGE), ''
    while options:
        word = options.option()
        if word == '--description':
            description = options.value(word)
        elif word == '--uniquename':
            raise not_modelled('snapshot take --uniquename')
        elif word not in ('--live', '--pause'):
            options.words.insert(0, word)
            options.end(status=1)
    folder = home.machine_folder(machine)
    frozen = {'uuid': str(uuid.uuid4()), 'name': name, 'description': description, 'memory': None}
    frozen |= {'parent': machine['current_snapshot'], **{key: deepcopy(machine[key]) for key in KEPT}}
    memory = folder / f'{frozen["uuid"]}.memory'
    if machines.is_up(home, machine):
        take_running(home, machine, memory)
        frozen['memory'] = str(memory)
    else:
        renew(machine, folder)
        frozen['memory'] = disks.link_or_none(machine['saved_state'], memory)
    machine['snapshots'].append(frozen)
    machine['current_snapshot'] = frozen['uuid']
    progress()
    print(f'Snapshot taken. UUID: {frozen["uuid"]}')


def take_running(home, machine, memory):
    """Between stop and cont neither disks nor memory change, so they fit together."""
    folder = home.machine_folder(machine)
    with monitor(home, machine) as qmp:
        qmp.ask('stop')
        for controller in machine['controllers']:
            for place, disk in enumerate(controller['disks']):
                child = disks.new_disk(folder, disk['name'], disk['port'], disk['file'])
                qmp.ask('blockdev-snapshot-sync', device=f'disk{disk["port"]}', format='qcow2', **{'snapshot-file': child['file']})
                controller['disks'][place] = child
        qmp.save_memory(memory)
        if not machine['paused']:
            qmp.ask('cont')


def renew(machine, folder):
    """A fresh differencing image on each disk."""
    for controller in machine['controllers']:
        controller['disks'] = [disks.child_of(disk, folder) for disk in controller['disks']]


def restore(home, machine, words):
    """Goes back to a snapshot: disks, settings, and memory, with which the machine is then in state saved."""
    if len(words) != 1:
        raise syntax('Expecting snapshot name only', USAGE, status=1)
    chosen = find(machine, words[0])
    if machines.is_up(home, machine):
        now = STATES[machines.state(home, machine)]
        message = f'Cannot delete the current state of the running machine (machine state: {now})'
        raise com('VBOX_E_INVALID_VM_STATE', message)
    print(f"Restoring snapshot '{chosen['name']}' ({chosen['uuid']})", flush=True)
    for disk in machines.disks(machine):
        disks.remove(disk['file'])
    disks.remove(machine['saved_state'])
    folder = home.machine_folder(machine)
    disks.remove(folder / 'pid')
    for key in KEPT:
        machine[key] = deepcopy(chosen[key])
    renew(machine, folder)
    machine['saved_state'] = disks.link_or_none(chosen['memory'], folder / f'saved-{uuid.uuid4()}.memory')
    machine['current_snapshot'] = chosen['uuid']
    progress()


def restore_current(home, machine, words):
    """Goes back to the snapshot that the present state began from."""
    if words:
        raise syntax('Too many parameters', USAGE, status=1)
    if not machine['current_snapshot']:
        raise com('VBOX_E_OBJECT_NOT_FOUND', 'This machine does not have any snapshots')
    restore(home, machine, [machine['current_snapshot']])


def delete(home, machine, words):
    """Takes a snapshot out of the tree. Its disks stay underneath the later ones, which is as good as merging them."""
    if len(words) != 1:
        raise syntax('Expecting snapshot name only', USAGE, status=1)
    gone = find(machine, words[0])
    children = [other for other in machine['snapshots'] if other['parent'] == gone['uuid']]
    if len(children) > 1:
        message = f"Snapshot '{gone['name']}' of the machine '{machine['name']}' cannot be deleted, because it has"
        tail = f'{len(children)} child snapshots, which is more than the one snapshot allowed for deletion'
        raise com('VBOX_E_INVALID_OBJECT_STATE', f'{message} {tail}')
    refuse_clones(home, machine, gone)
    print(f"Deleting snapshot '{gone['name']}' ({gone['uuid']})", flush=True)
    for child in children:
        child['parent'] = gone['parent']
    if machine['current_snapshot'] == gone['uuid']:
        machine['current_snapshot'] = gone['parent']
    machine['snapshots'].remove(gone)
    disks.remove(gone['memory'])
    progress()


def refuse_clones(home, machine, gone):
    """A linked clone keeps its snapshot."""
    for frozen in machines.disks(gone):
        others = [other for other in home.machines() if other['uuid'] != machine['uuid']]
        linked = [other for other in others if frozen['file'] in [disk['parent'] for disk in all_disks(other)]]
        if linked:
            message = f"Hard disk '{frozen['file']}' has more than one child hard disk ({len(linked) + 1})"
            refusal = com('NS_ERROR_FAILURE', message, callee='', before='0%...NS_ERROR_FAILURE\n')
            refusal.lines = ('Snapshot operation failed', *refusal.lines)
            raise refusal


def all_disks(machine):
    """The disks of the present state and of all snapshots."""
    return [disk for state in [machine, *machine['snapshots']] for disk in machines.disks(state)]


def edit(home, machine, words):
    """Renames a snapshot or describes it anew."""
    options = Options(words, USAGE)
    chosen = find(machine, options.take('Missing snapshot name'))
    while options:
        word = options.option()
        if word not in ('--name', '--description'):
            raise syntax(f'Unknown option: {word}', USAGE, status=1)
        chosen[word[2:]] = options.value(word)


def listing(machine, words):
    """The tree. VBoxManage says on stdout that there is none; Vagrant looks for `does not have`."""
    if not machine['snapshots']:
        print('This machine does not have any snapshots')
        raise Refusal()
    readable = '--machinereadable' in words
    current = []

    def walk(parent, path, depth):
        for number, entry in enumerate(e for e in machine['snapshots'] if e['parent'] == parent):
            node = f'{path}-{number + 1}' if path is not None else ''
            present = entry['uuid'] == machine['current_snapshot']
            if readable:
                print(f'SnapshotName{node}="{entry["name"]}"\nSnapshotUUID{node}="{entry["uuid"]}"')
                if entry['description']:
                    print(f'SnapshotDescription{node}="{entry["description"]}"')
            else:
                print(f'{"   " * depth}Name: {entry["name"]} (UUID: {entry["uuid"]}){" *" if present else ""}')
            if present:
                current.append((entry, node))
            walk(entry['uuid'], node, depth + 1)

    walk(None, None, 1)
    for entry, node in current if readable else []:
        print(f'CurrentSnapshotName="{entry["name"]}"\nCurrentSnapshotUUID="{entry["uuid"]}"\nCurrentSnapshotNode="SnapshotName{node}"')


def find(machine, key):
    """The first snapshot of this name or UUID."""
    for entry in machine['snapshots']:
        if key in (entry['name'], entry['uuid']):
            return entry
    message = f"Could not find a snapshot named '{key}'"
    context = '"FindSnapshot(Bstr(a->argv[2]).raw(), pSnapshot.asOutParam())" at line 537 of file VBoxManageSnapshot.cpp'
    raise com('VBOX_E_OBJECT_NOT_FOUND', message, context=context)

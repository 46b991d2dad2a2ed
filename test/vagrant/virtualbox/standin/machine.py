"""The record of a machine, and what state it is in."""

import os
import pathlib
import secrets
import uuid

NICS = range(1, 9)


def new_machine(name, settings=None):
    """A machine as `createvm` makes it: one NAT adapter of type 82540EM, 1024 MB, one processor, no disk."""
    machine = {
        'uuid': str(uuid.uuid4()),
        'name': name,
        'registered': True,
        'settings': {'memory': '1024', 'cpus': '1', 'vram': '8', 'ostype': 'Debian_64', 'groups': '/', 'description': ''},
        'forwards': {},
        'controllers': [],
        'snapshots': [],
        'current_snapshot': None,
        'saved_state': None,
        'guest_properties': {},
        'extra_data': {},
        'shared_folders': {},
        'paused': False,
        'ports': {},
    }
    for nic in NICS:
        machine['settings'] |= {f'nic{nic}': 'none', f'nictype{nic}': '82540EM', f'nicpromisc{nic}': 'deny'}
        machine['settings'] |= {f'cableconnected{nic}': 'on', f'macaddress{nic}': new_mac()}
    machine['settings']['nic1'] = 'nat'
    machine['settings'] |= settings or {}
    return machine


def new_mac():
    """A MAC address of VirtualBox's own range, 08:00:27, as its twelve digits."""
    return f'080027{secrets.randbelow(1 << 24):06X}'


def disks(machine):
    """The attached disks, each with its file, in order."""
    return [disk for controller in machine['controllers'] for disk in controller['disks']]


def process(home, machine):
    """The id of the emulator that runs this machine, or None. A process counts only if it was started for it."""
    pidfile = home.machine_folder(machine) / 'pid'
    try:
        pid = int(pidfile.read_text())
        words = pathlib.Path(f'/proc/{pid}/cmdline').read_bytes().split(b'\0')
        state = pathlib.Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()[0]
    except (OSError, ValueError):
        return None
    return pid if os.fsencode(pidfile) in words and state != 'Z' else None


def state(home, machine):
    """VirtualBox's word for the state. QEMU removes its file when it ends by itself: one left behind is a crash."""
    if process(home, machine):
        return 'paused' if machine['paused'] else 'running'
    if machine['saved_state']:
        return 'saved'
    return 'aborted' if (home.machine_folder(machine) / 'pid').exists() else 'poweroff'


def is_up(home, machine):
    """Whether a session holds the machine."""
    return process(home, machine) is not None

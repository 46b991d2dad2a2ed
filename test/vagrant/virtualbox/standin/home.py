"""The folder of one VirtualBox: its machines, networks, log and locks. Tests name it by SWARMLAB_VIRTUALBOX_HOME."""

import contextlib
import fcntl
import json
import os
import pathlib
import re

from .refusal import no_machine

VARIABLE = 'SWARMLAB_VIRTUALBOX_HOME'
DEFAULT_VERSION = '7.0.20r163906'


class Home:
    """Paths and files of one home. Reading takes no lock, as files are replaced whole; changing takes one."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder).absolute()
        self.machines_folder = self.folder / 'machines'
        self.machines_folder.mkdir(parents=True, exist_ok=True)

    def version(self):
        """What `--version` prints: SWARMLAB_VIRTUALBOX_VERSION, the file `version`, or the default."""
        return os.environ.get('SWARMLAB_VIRTUALBOX_VERSION') or self.text('version').strip() or DEFAULT_VERSION

    def text(self, name):
        """The text of a file of the home, empty where there is none."""
        try:
            return (self.folder / name).read_text()
        except FileNotFoundError:
            return ''

    def read(self, name, default):
        """The JSON of a file of the home."""
        text = self.text(name)
        return json.loads(text) if text else default

    def write(self, name, value):
        """Replaces a JSON file of the home."""
        replace(self.folder / name, json.dumps(value, indent=1))

    @contextlib.contextmanager
    def lock(self, name):
        """One process at a time. The kernel lets go of it however the process ends. A machine's lock comes first."""
        with open(self.folder / name, 'a') as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def machines(self):
        """All registered machines, sorted by name, as VirtualBox lists them."""
        return sorted((machine for machine in self.every_machine() if machine['registered']), key=lambda m: m['name'])

    def every_machine(self):
        """The registered machines, and those whose disks others still stand on."""
        found = []
        for file in self.machines_folder.glob('*/machine.json'):
            with contextlib.suppress(FileNotFoundError):
                found.append(json.loads(file.read_text()))
        return found

    def find(self, key, context=None):
        """The machine of this name or UUID."""
        for machine in self.machines():
            if key in (machine['name'], machine['uuid'], '{%s}' % machine['uuid']):
                return machine
        raise no_machine(key, context) if context else no_machine(key)

    def machine_folder(self, machine):
        """Where a machine's disks, memory images, console log and monitor socket are."""
        return self.machines_folder / machine['uuid']

    def save(self, machine):
        """Replaces the record of a machine."""
        folder = self.machine_folder(machine)
        folder.mkdir(exist_ok=True)
        replace(folder / 'machine.json', json.dumps(machine, indent=1))

    @contextlib.contextmanager
    def change(self, key, context=None):
        """The machine, for a change by this process alone; saved where the block ends without an error."""
        uuid = self.find(key, context)['uuid']
        try:
            lock = open(self.machines_folder / uuid / 'lock', 'a')
        except FileNotFoundError:
            raise no_machine(key) from None
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            machine = self.find(uuid, context)
            yield machine
            if machine['registered']:
                self.save(machine)

    def faults(self, machine_name=''):
        """The faults that a test asked for: words in SWARMLAB_VIRTUALBOX_FAULTS, or lines `FAULT [PATTERN]` in the file
        `faults`. A pattern, a regular expression, limits a fault to machines whose name has it."""
        named = set(os.environ.get('SWARMLAB_VIRTUALBOX_FAULTS', '').split())
        for line in self.text('faults').splitlines():
            fault, _, pattern = line.strip().partition(' ')
            if fault and re.search(pattern, machine_name):
                named.add(fault)
        return named


def replace(path, text):
    """Writes a file whole or not at all."""
    temporary = path.with_name(f'.{path.name}.{os.getpid()}')
    temporary.write_text(text)
    os.replace(temporary, path)

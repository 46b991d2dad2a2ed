"""Disk images: the import of a VMDK, and differencing images as VirtualBox makes them, by qemu-img."""

import os
import pathlib
import subprocess
import uuid

from .refusal import com

# SPARSE_MAGICNUMBER of the VMDK 1.1 specification, and the first line of a descriptor without extent.
VMDK_STARTS = (b'KDMV', b'# Disk Descript')
IMPORT = '"RTEXITCODE handleImportAppliance(HandlerArg*)" at line 1450 of file VBoxManageAppliance.cpp'


def import_disk(source, folder, port):
    """Converts an appliance's VMDK once, so that booting need not inflate it; gives the disk's record."""
    source = pathlib.Path(source)
    if not source.is_file():
        raise failed('VBOX_E_OBJECT_NOT_FOUND', f"Error opening '{source}' for reading (VERR_FILE_NOT_FOUND)")
    with open(source, 'rb') as file:
        if not file.read(16).startswith(VMDK_STARTS):
            message = f"Could not open the medium storage unit '{source}'."
            raise failed('VBOX_E_FILE_ERROR', message, 'MediumWrap', 'IMedium')
    disk = new_disk(folder, source.name, port)
    done = qemu_img('convert', '-f', 'vmdk', '-O', 'qcow2', '-m', '4', '-W', source, disk['file'])
    if done.returncode:
        message = f"Could not create the imported medium '{disk['file']}' (VERR_EOF)"
        raise failed('VBOX_E_FILE_ERROR', message, 'MediumWrap', 'IMedium')
    return disk


def new_disk(folder, name, port, parent=None):
    """The record of a disk whose file is yet to be made."""
    identity = str(uuid.uuid4())
    file = folder / f'{pathlib.Path(name).stem if parent is None else ""}{{{identity}}}.qcow2'
    return {'uuid': identity, 'file': str(file), 'name': name, 'port': port, 'parent': parent}


def child_of(disk, folder):
    """A differencing image on top of a disk, with its record."""
    child = new_disk(folder, disk['name'], disk['port'], disk['file'])
    create_child(disk['file'], child['file'])
    return child


def copy_of(disk, folder):
    """A disk of its own with the same content, with its record."""
    copy = new_disk(folder, disk['name'], disk['port'])
    done = qemu_img('convert', '-O', 'qcow2', '-U', disk['file'], copy['file'])
    if done.returncode:
        raise com('VBOX_E_FILE_ERROR', f'Could not clone the medium: {done.stderr.strip()}', 'MediumWrap', 'IMedium')
    return copy


def create_child(parent, file):
    """Makes a differencing image."""
    done = qemu_img('create', '-q', '-f', 'qcow2', '-F', 'qcow2', '-b', parent, file)
    if done.returncode:
        raise com('VBOX_E_FILE_ERROR', f"Could not create the differencing medium: {done.stderr.strip()}", 'MediumWrap', 'IMedium')


def chain(file, parents):
    """A disk's file and all below it. `parents` maps each known file to the one that it is on top of."""
    while file:
        yield file
        file = parents.get(file)


def capacity(file):
    """The size in bytes that the guest sees."""
    with open(file, 'rb') as image:
        image.seek(24)
        return int.from_bytes(image.read(8), 'big')


def link_or_none(source, target):
    """The same memory image under a second name, so that either may go."""
    if source is None:
        return None
    os.link(source, target)
    return str(target)


def remove(file):
    """Removes a file that may be gone."""
    if file:
        pathlib.Path(file).unlink(missing_ok=True)


def failed(code, message, component='ApplianceWrap', interface='IAppliance'):
    """The refusal of an import that has begun."""
    refusal = com(code, message, component, interface, IMPORT, '', f'0%...{code}\n')
    refusal.lines = ('Appliance import failed', *refusal.lines)
    return refusal


def qemu_img(*words):
    """Runs qemu-img."""
    return subprocess.run(['qemu-img', *map(str, words)], stdin=subprocess.DEVNULL, capture_output=True, text=True)

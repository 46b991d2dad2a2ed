"""Starts and ends QEMU for a machine: the hardware that its settings describe, at VirtualBox's PCI slots."""

import os
import signal
import subprocess
import time

from . import machine as machines
from .disks import remove
from .monitor import MonitorError, monitor
from .network import plug
from .refusal import not_modelled

# VirtualBox puts the adapters and the SATA controller in these slots (DevPciTable of ConsoleImplConfigX86.cpp): with
# predictable names a guest calls the first two enp0s3 and enp0s8, and box makers count on that.
NIC_SLOTS = {1: 0x03, 2: 0x08, 3: 0x09, 4: 0x0A, 5: 0x10, 6: 0x11, 7: 0x12, 8: 0x13}
SATA_SLOT = 0x0D
NIC_MODELS = {
    'virtio': 'virtio-net-pci',
    '82540EM': 'e1000',
    '82543GC': 'e1000-82544gc',
    '82545EM': 'e1000-82545em',
    'Am79C970A': 'pcnet',
    'Am79C973': 'pcnet',
}
# A processor without the wide vectors, which software emulation pays dearly for, and with the instructions that make
# ciphers and random numbers cheap.
PROCESSOR = 'qemu64,+ssse3,+sse4.1,+sse4.2,+popcnt,+aes,+pclmulqdq,+rdrand'
STOP_SECONDS = 20


def command(home, machine, boots=True):
    """The emulator's command line, without its networks."""
    folder, settings = home.machine_folder(machine), machine['settings']
    words = ['qemu-system-x86_64', '-nodefaults', '-no-user-config', '-name', f'guest={machine["name"]}']
    words += ['-pidfile', str(folder / 'pid'), '-daemonize', '-qmp', 'unix:qmp,server=on,wait=off']
    words += ['-qmp', 'unix:filter,server=on,wait=off']
    words += ['-M', 'pc,usb=off,vmport=off', '-accel', 'tcg,thread=multi']
    words += ['-cpu', os.environ.get('SWARMLAB_VIRTUALBOX_CPU', PROCESSOR)]
    words += ['-m', settings['memory'], '-smp', settings['cpus'], '-rtc', 'base=utc', '-uuid', machine['uuid']]
    words += ['-display', 'none', '-vga', 'none', '-serial', f'file:{folder / "console.log"}']
    for controller in machine['controllers']:
        words += storage(controller, boots)
    return words


def storage(controller, boots):
    """A controller with its disks; without them where the machine is not to find a boot loader."""
    sata = controller['type'] == 'IntelAhci'
    words = ['-device', f'ahci,id=sata,addr={SATA_SLOT:#x}'] if sata else []
    if not sata and controller['type'] not in ('PIIX3', 'PIIX4'):
        raise not_modelled(f'a controller of type {controller["type"]}')
    for disk in controller['disks'] if boots else []:
        bus = f'sata.{disk["port"]}' if sata else f'ide.{disk["port"]}'
        file = disk['file'].replace(',', ',,')
        drive = f'file={file},if=none,id={drive_of(disk)},format=qcow2,cache=unsafe,discard=unmap'
        words += ['-drive', drive, '-device', f'ide-hd,bus={bus},drive={drive_of(disk)}']
    return words


def drive_of(disk):
    """The emulator's name of a disk, the same for all differencing images of it."""
    return f'disk{disk["port"]}'


def adapters(home, machine):
    """The network adapters, each plugged into what its kind says."""
    words = []
    for nic in machines.NICS:
        kind = machine['settings'][f'nic{nic}']
        if kind == 'none':
            continue
        model = NIC_MODELS.get(machine['settings'][f'nictype{nic}'])
        if model is None:
            raise not_modelled(f'the adapter type {machine["settings"][f"nictype{nic}"]}')
        digits = machine['settings'][f'macaddress{nic}']
        mac = ':'.join(digits[i:i + 2] for i in range(0, 12, 2))
        netdev = plug(home, machine, nic, kind)
        backend = ['-netdev', netdev] if netdev else []
        peer = f',netdev=net{nic}' if netdev else ''
        words += [*backend, '-device', f'{model},id=nic{nic}{peer},mac={mac},addr={NIC_SLOTS[nic]:#x},romfile=']
    return words


def start(home, machine, boots=True):
    """Starts the machine, from its saved state where it has one. Raises MonitorError in the emulator's words."""
    folder = home.machine_folder(machine)
    remove(folder / 'pid')
    words = command(home, machine, boots) + adapters(home, machine)
    home.save(machine)
    saved = machine['saved_state']
    if saved:
        words += ['-incoming', 'defer']
    done = subprocess.run(words, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        raise MonitorError(done.stderr.strip())
    machine['paused'] = False
    with monitor(home, machine) as qmp:
        for nic in machines.NICS:
            settings = machine['settings']
            if settings[f'nic{nic}'] != 'none' and settings[f'cableconnected{nic}'] == 'off':
                qmp.ask('set_link', name=f'nic{nic}', up=False)
        if saved:
            qmp.load_memory(saved)
            qmp.ask('cont')
    if saved:
        machine['saved_state'] = None
        remove(saved)


def stop(home, machine):
    """Pulls the plug, and returns when the process is gone."""
    pid = machines.process(home, machine)
    if pid is None:
        return
    try:
        with monitor(home, machine) as qmp:
            qmp.ask('quit')
    except (OSError, MonitorError):
        os.kill(pid, signal.SIGTERM)
    end = time.monotonic() + STOP_SECONDS
    while machines.process(home, machine):
        if time.monotonic() > end:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)
    remove(home.machine_folder(machine) / 'pid')

"""Plugs a machine's adapters in: NAT by the emulator's own, host-only and internal networks by the switch."""

import os
import pathlib
import socket
import subprocess
import sys

from . import machine as machines
from .refusal import com, not_modelled

PORTS = 'ports.json'
SWITCH = 'switch.json'
NO_INTERFACE = "Nonexistent host networking interface, name '{}' (VERR_INTERNAL_ERROR)"


def plug(home, machine, nic, kind):
    """The emulator's words for what an adapter is plugged into; empty where the cable ends in the air."""
    settings = machine['settings']
    if kind == 'nat':
        return nat(machine, nic)
    if kind == 'null':
        return ''
    if kind == 'hostonly':
        network = settings.get(f'hostonlyadapter{nic}', '')
        if network not in [adapter['name'] for adapter in home.read('host-only.json', [])]:
            raise com('NS_ERROR_FAILURE', NO_INTERFACE.format(network), 'ConsoleWrap', 'IConsole', callee='')
        return switched(home, machine, nic, f'hostonly {network}')
    if kind == 'intnet':
        return switched(home, machine, nic, f'intnet {settings.get(f"intnet{nic}", "intnet")}')
    raise not_modelled(f'adapters of kind {kind}')


def nat(machine, nic):
    """User networking at VirtualBox's default addresses, 10.0.(N+1).0/24, IPv4 alone. Forwards open on loopback, and guests
    get nowhere else."""
    rules = ''
    for _name, protocol, _host_ip, host_port, guest_ip, guest_port in machine['forwards'].get(str(nic), []):
        rules += f',hostfwd={protocol}:127.0.0.1:{host_port}-{guest_ip}:{guest_port}'
    return f'user,id=net{nic},net=10.0.{nic + 1}.0/24,ipv6=off,restrict=on{rules}'


def switched(home, machine, nic, network):
    """A port of the home's switch: a pair of UDP ports on loopback, frames as payload."""
    settings = machine['settings']
    with home.lock('network.lock'):
        switch = ensure_switch(home)
        port = free_port()
        ports = [entry for entry in home.read(PORTS, []) if machines.process(home, {'uuid': entry['uuid']})]
        ports = [entry for entry in ports if (entry['uuid'], entry['nic']) != (machine['uuid'], nic)]
        ports.append({
            'uuid': machine['uuid'],
            'nic': nic,
            'port': port,
            'network': network,
            'mac': settings[f'macaddress{nic}'],
            'policy': settings[f'nicpromisc{nic}'],
        })
        home.write(PORTS, ports)
    return f'socket,id=net{nic},udp=127.0.0.1:{switch},localaddr=127.0.0.1:{port}'


def ensure_switch(home):
    """The UDP port of the running switch, which is started where there is none."""
    known = home.read(SWITCH, None)
    if known and is_switch(home, known['pid']):
        return known['port']
    program = pathlib.Path(__file__).with_name('switch.py')
    process = subprocess.Popen(
        [sys.executable, str(program), str(home.folder)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        text=True,
    )
    port = int(process.stdout.readline())
    home.write(SWITCH, {'pid': process.pid, 'port': port})
    return port


def is_switch(home, pid):
    """Whether this process is the switch of this home."""
    try:
        words = pathlib.Path(f'/proc/{pid}/cmdline').read_bytes().split(b'\0')
    except OSError:
        return False
    return os.fsencode(home.folder) in words


def free_port():
    """A UDP port of loopback that nobody has."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]

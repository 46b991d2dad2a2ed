"""The switch of a home's host-only and internal networks: switch.py HOME prints its UDP port, then forwards frames.

What a port gets follows VirtualBox's internal networking (intnetR0NetworkSwitchUnicast of SrvIntNetR0.cpp): it delivers
by the adapters' own MAC addresses, learns none, and gives an adapter the frames for others only where its policy permits
it and its guest asks for it. It ends when no machine is plugged in.
"""

import json
import os
import pathlib
import socket
import sys
import time
from typing import NamedTuple

from receive_filter import ReceiveFilters

IDLE_SECONDS = 20


class Port(NamedTuple):
    """A plugged-in adapter."""

    mac: bytes
    policy: str
    network: str


class Ports:
    """The plugged-in adapters by UDP port, read again when the file changed."""

    def __init__(self, home, filters):
        self.home = home
        self.filters = filters
        self.file = home / 'ports.json'
        self.stamp = None
        self.entries = {}

    def read(self):
        """The present entries. Those that may be promiscuous are watched."""
        try:
            stamp = self.file.stat().st_mtime_ns
        except FileNotFoundError:
            return self.entries
        if stamp != self.stamp:
            self.stamp, self.entries = stamp, {}
            for entry in json.loads(self.file.read_text()):
                self.entries[entry['port']] = Port(bytes.fromhex(entry['mac']), entry['policy'], entry['network'])
                if entry['policy'] != 'deny':
                    self.filters.watch(entry['port'], entry['uuid'], entry['nic'])
        return self.entries

    def any_alive(self):
        """Whether an emulator of this home still runs, or has just been promised a port."""
        if self.file.exists() and time.time() - self.file.stat().st_mtime < IDLE_SECONDS:
            return True
        for pidfile in self.home.glob('machines/*/pid'):
            try:
                if os.fsencode(pidfile) in pathlib.Path(f'/proc/{pidfile.read_text().strip()}/cmdline').read_bytes():
                    return True
            except (OSError, ValueError):
                continue
        return False


def destinations(entries, promiscuous, source, frame):
    """The UDP ports that get a frame. `promiscuous` says of a port whether its guest takes frames for others."""
    network = entries[source].network
    others = {number: port for number, port in entries.items() if port.network == network and number != source}
    if frame[0] & 1:
        return list(others)
    # allow-vms and allow-all differ in what comes from the computer itself, which is not plugged in here.
    return [
        number
        for number, port in others.items()
        if port.mac == frame[:6] or (port.policy != 'deny' and promiscuous(number))
    ]


def main(home):
    """Forwards until nobody is left."""
    filters = ReceiveFilters(home)
    ports = Ports(home, filters)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        wire.bind(('127.0.0.1', 0))
        print(wire.getsockname()[1], flush=True)
        wire.settimeout(1)
        looked = time.monotonic()
        while True:
            try:
                frame, (_address, source) = wire.recvfrom(65536)
            except TimeoutError:
                frame, source = b'', 0
            if time.monotonic() - looked > IDLE_SECONDS:
                looked = time.monotonic()
                if not ports.any_alive():
                    return
            entries = ports.read()
            if source in entries and len(frame) >= 14:
                forward(wire, frame, destinations(entries, filters.promiscuous, source, frame))


def forward(wire, frame, ports):
    """Sends a frame on; a port whose machine has just gone refuses it."""
    for port in ports:
        try:
            wire.sendto(frame, ('127.0.0.1', port))
        except OSError:
            continue


if __name__ == '__main__':
    main(pathlib.Path(sys.argv[1]))

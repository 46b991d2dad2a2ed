"""The switch of a home's host-only and internal networks: switch.py HOME prints its UDP port, then forwards frames.

What a port gets follows VirtualBox's internal networking: it delivers a frame by the adapters' own MAC addresses, learns
none, and gives an adapter the frames of others only where its policy lets it. It ends when no machine is plugged in.
"""

import json
import os
import pathlib
import socket
import sys
import time

IDLE_SECONDS = 20


class Ports:
    """The plugged-in adapters by UDP port, read again when the file changed."""

    def __init__(self, home):
        self.home = home
        self.file = home / 'ports.json'
        self.stamp = None
        self.entries = {}

    def read(self):
        """The present entries: UDP port to (MAC, policy, network)."""
        try:
            stamp = self.file.stat().st_mtime_ns
        except FileNotFoundError:
            return self.entries
        if stamp != self.stamp:
            self.stamp = stamp
            entries = json.loads(self.file.read_text())
            self.entries = {e['port']: (bytes.fromhex(e['mac']), e['policy'], e['network']) for e in entries}
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


def destinations(entries, source, frame):
    """The UDP ports that get a frame, by destination address and promiscuous policy."""
    network = entries[source][2]
    others = [(port, mac, policy) for port, (mac, policy, of) in entries.items() if of == network and port != source]
    if frame[0] & 1:
        return [port for port, _mac, _policy in others]
    return [port for port, mac, policy in others if mac == frame[:6] or policy in ('allow-vms', 'allow-all')]


def main(home):
    """Forwards until nobody is left."""
    ports = Ports(home)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        wire.bind(('127.0.0.1', 0))
        print(wire.getsockname()[1], flush=True)
        wire.settimeout(IDLE_SECONDS)
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
                forward(wire, frame, destinations(entries, source, frame))


def forward(wire, frame, ports):
    """Sends a frame on; a port whose machine has just gone refuses it."""
    for port in ports:
        try:
            wire.sendto(frame, ('127.0.0.1', port))
        except OSError:
            continue


if __name__ == '__main__':
    main(pathlib.Path(sys.argv[1]))

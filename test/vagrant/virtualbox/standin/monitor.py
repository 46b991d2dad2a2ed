"""Speaks QMP with the emulator of a machine (QEMU's docs/interop/qmp-spec)."""

import contextlib
import json
import os
import shlex
import socket
import time

DEADLINE_SECONDS = 300


class MonitorError(Exception):
    """The emulator refused a command or is gone."""


class Monitor:
    """One conversation. The path may be longer than a socket address may be: it is reached by the folder's descriptor."""

    def __init__(self, folder):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(DEADLINE_SECONDS)
        descriptor = os.open(folder, os.O_PATH)
        try:
            self.socket.connect(f'/proc/self/fd/{descriptor}/qmp')
        finally:
            os.close(descriptor)
        self.lines = self.socket.makefile('rw')
        self.lines.readline()
        self.ask('qmp_capabilities')

    def ask(self, command, **arguments):
        """Sends a command and gives what it returned. Events in between are passed over."""
        self.lines.write(json.dumps({'execute': command, 'arguments': arguments}) + '\n')
        self.lines.flush()
        for line in self.lines:
            answer = json.loads(line)
            if 'error' in answer:
                raise MonitorError(f'{command}: {answer["error"]["desc"]}')
            if 'return' in answer:
                return answer['return']
        raise MonitorError(f'{command}: the emulator ended')

    def save_memory(self, file):
        """Writes memory and device state of the stopped machine to a file."""
        self.ask('migrate-set-parameters', **{'max-bandwidth': 1 << 40})
        self.ask('migrate', uri=f'exec:cat >{shlex.quote(str(file))}')
        self.wait_for_migration()

    def load_memory(self, file):
        """Reads what save_memory wrote, into an emulator that was started with `-incoming defer`."""
        self.ask('migrate-incoming', uri=f'exec:cat {shlex.quote(str(file))}')
        self.wait_for_migration()

    def wait_for_migration(self):
        """Until it has completed; it has no event that could not be missed."""
        end = time.monotonic() + DEADLINE_SECONDS
        while time.monotonic() < end:
            status = self.ask('query-migrate').get('status')
            if status == 'completed':
                return
            if status in ('failed', 'cancelled'):
                raise MonitorError(f'the memory image: {status}')
            time.sleep(0.05)
        raise MonitorError('the memory image took too long')

    def close(self):
        """Ends the conversation."""
        self.lines.close()
        self.socket.close()


@contextlib.contextmanager
def monitor(home, machine):
    """A conversation with a running machine."""
    conversation = Monitor(home.machine_folder(machine))
    try:
        yield conversation
    finally:
        conversation.close()

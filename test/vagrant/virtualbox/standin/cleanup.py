"""Ends what a home has started, found by the home's path among the words of a process, and removes the folder."""

import os
import pathlib
import shutil
import signal
import sys
import time

GRACE_SECONDS = 10


def of_home(folder):
    """The ids of the emulators and the switch of a home."""
    mark, found = os.fsencode(folder), []
    for process in pathlib.Path('/proc').glob('[0-9]*'):
        try:
            words = (process / 'cmdline').read_bytes().split(b'\0')
        except OSError:
            continue
        emulator = b'-pidfile' in words and any(word.startswith(mark + b'/machines/') for word in words)
        switch = mark in words and any(word.endswith(b'/standin/switch.py') for word in words)
        if emulator or switch:
            found.append(int(process.name))
    return found


def stop_all(folder):
    """Asks them to end, then makes them; gives how many there were."""
    found = of_home(folder)
    for how in (signal.SIGTERM, signal.SIGKILL):
        for pid in of_home(folder):
            try:
                os.kill(pid, how)
            except ProcessLookupError:
                continue
        end = time.monotonic() + GRACE_SECONDS
        while of_home(folder) and time.monotonic() < end:
            time.sleep(0.05)
    return len(found)


def main(words):
    """Removes nothing that is not a home."""
    folders = [word for word in words if word != '--keep']
    if len(folders) != 1:
        print('stop-all HOME [--keep]', file=sys.stderr)
        return 2
    folder = pathlib.Path(folders[0]).absolute()
    if not (folder / 'machines').is_dir():
        print(f'{folder} is no home of the stand-in', file=sys.stderr)
        return 2
    print(f'{stop_all(folder)} processes ended')
    if '--keep' not in words:
        shutil.rmtree(folder)
    return 0

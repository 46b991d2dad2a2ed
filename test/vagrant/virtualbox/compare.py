"""Asks the real command and the stand-in the same things and shows where they differ."""

import os
import pathlib
import re
import subprocess
import tempfile

from cases import cases
from real import Answer
from sample import make_sample

COMMAND = pathlib.Path(__file__).resolve().parent / 'bin/VBoxManage'
PATHS = re.compile(r"(['\"])/[^'\"]*?([^/'\"]*)\1")


def ask_stand_in(home, words):
    """One call of the stand-in."""
    environment = {**os.environ, 'SWARMLAB_VIRTUALBOX_HOME': str(home)}
    done = subprocess.run([COMMAND, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment)
    return Answer(done.returncode, done.stdout, done.stderr)


def seen(answer, alike):
    """What of an answer has to be the same."""
    if alike == 'status':
        return answer.status
    if alike == 'words':
        return answer.status, answer.words
    if alike == 'file':
        # Folders and the line of a descriptor are each command's own.
        words = re.sub(r', line \d+$', '', PATHS.sub(r'\1\2\1', answer.words))
        return answer.status, re.sub(r'\{[0-9a-f-]{36}\}\.\w+|\.vmdk|\.qcow2', '', words)
    if alike == 'names':
        return answer.status, [line for line in answer.stdout.splitlines() if 'UUID' not in line]
    if alike == 'machines':
        return answer.status, sorted(re.findall(r'^"(.+)" \{[0-9a-f-]{36}\}$', answer.stdout, re.M))
    return answer.status, answer.stdout


def compare(box):
    """Runs all cases; gives 1 where an answer differs."""
    with tempfile.TemporaryDirectory() as folder:
        make_sample(pathlib.Path(folder) / 'sample')
        inside = box.show(pathlib.Path(folder) / 'sample')
        home, differing = pathlib.Path(folder) / 'home', 0
        pairs = list(zip(cases(str(inside)), cases(f'{folder}/sample'), strict=True))
        for (real_words, alike), (own_words, _alike) in pairs:
            real, own = box.call(*real_words), ask_stand_in(home, own_words)
            if seen(real, alike) != seen(own, alike):
                differing += 1
                print(f'{" ".join(own_words)}\n  real     {seen(real, alike)}\n  stand-in {seen(own, alike)}')
    print(f'{len(pairs)} calls, {differing} answered differently ({box.call("--version").stdout.strip()})')
    return 1 if differing else 0

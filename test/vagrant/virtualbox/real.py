"""Works with the real VBoxManage in its tree: real.py TREE judge|compare|run ... See ../real-vboxmanage.sh."""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import time
from typing import NamedTuple

NO_DRIVER = re.compile(r'WARNING: The character device /dev/vboxdrv.*?problem is fixed\.\n', re.S)
DEADLINE_SECONDS = 120
INSIDE = pathlib.Path('/root/box')


class Answer(NamedTuple):
    """What a call gave, without the warning about the missing kernel module."""

    status: int
    stdout: str
    stderr: str

    @property
    def words(self):
        """The first line of the error, or an empty text."""
        found = re.search(r'^VBoxManage: error: *(.*)$', self.stderr, re.M)
        return found[1] if found else ''


class RealVirtualBox:
    """The command in the tree; to be used in a mount namespace of its own."""

    def __init__(self, tree):
        self.tree = tree
        for kind, place in (('tmpfs', 'tmp'), ('tmpfs', 'root'), ('proc', 'proc'), ('tmpfs', 'dev')):
            must('mount', '-t', kind, 'none', f'{tree}/{place}')
        for minor, name in ((3, 'null'), (5, 'zero'), (8, 'random'), (9, 'urandom')):
            must('mknod', '-m', '666', f'{tree}/dev/{name}', 'c', '1', str(minor))
        must('ip', 'link', 'set', 'lo', 'up')
        self.enter = ['chroot', tree, '/usr/bin/env', '-i', 'HOME=/root', 'LANG=C', 'PATH=/usr/sbin:/usr/bin']
        # A server that the command starts by itself ends when it has been idle, on a busy computer in the middle of the
        # next call. This one stays until the namespace goes.
        quiet = {'stdin': subprocess.DEVNULL, 'stdout': subprocess.DEVNULL, 'stderr': subprocess.DEVNULL}
        self.server = subprocess.Popen([*self.enter, '/usr/lib/virtualbox/VBoxSVC'], **quiet)
        log, end = pathlib.Path(f'{tree}/root/.config/VirtualBox/VBoxSVC.log'), time.monotonic() + DEADLINE_SECONDS
        while not (log.exists() and 'IPC socket path' in log.read_text()):
            if self.server.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f'VBoxSVC does not start: {log.read_text() if log.exists() else "it says nothing"}')
            time.sleep(0.05)

    def show(self, folder):
        """Makes a folder visible inside, for reading, and gives its path there."""
        place = pathlib.Path(f'{self.tree}{INSIDE}')
        place.mkdir(exist_ok=True)
        must('mount', '--bind', '-o', 'ro', str(folder), str(place))
        return INSIDE

    def call(self, *words):
        """Runs one call. On a busy computer the clone of a machine that was just cloned is aborted now and then, and its
        settings file is left: it is asked for again."""
        answer = self.call_once(words)
        if words[0] == 'clonevm' and 'NS_ERROR_ABORT' in answer.stderr and '--name' in words:
            shutil.rmtree(f'{self.tree}/root/VirtualBox VMs/{words[words.index("--name") + 1]}', ignore_errors=True)
            return self.call_once(words)
        return answer

    def call_once(self, words):
        """Runs one call."""
        done = subprocess.run(
            [*self.enter, 'VBoxManage', *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=DEADLINE_SECONDS,
        )
        return Answer(done.returncode, NO_DRIVER.sub('', done.stdout), done.stderr)


def must(*words):
    """Runs a program that has to succeed."""
    subprocess.run(words, check=True, stdin=subprocess.DEVNULL)


def judge(box, ovf, logs):
    """Imports the OVF and applies the logged modifyvm calls, each machine's to a linked clone; gives the findings."""
    ovf = pathlib.Path(ovf).resolve()
    inside = str(box.show(ovf.parent) / ovf.name)
    findings = []

    def ask(*words):
        answer = box.call(*words)
        if answer.status or 'error:' in answer.stderr:
            findings.append(f'{" ".join(words)}\n  status {answer.status}: {answer.stderr.strip()}')
        return answer

    print(box.call('--version').stdout.strip())
    print(ask('import', '-n', inside).stdout)
    ask('import', inside, '--vsys', '0', '--vmname', 'judged')
    ask('snapshot', 'judged', 'take', 'base')
    names, count, made = {}, 0, 0
    for words in logged_calls(logs):
        if words[0] == 'unregistervm':
            # A machine that is gone has given its name back.
            if words[1] in names:
                ask('unregistervm', names.pop(words[1]), '--delete')
            continue
        if words[1] not in names:
            made += 1
            names[words[1]] = f'clone{made}'
            ask('clonevm', 'judged', '--snapshot', 'base', '--options', 'link', '--register', '--name', names[words[1]])
        ask('modifyvm', names[words[1]], *words[2:])
        count += 1
        if '--name' in words:
            names[words[1]] = words[words.index('--name') + 1]
    print(f'{count} modifyvm calls on {made} machines, {len(findings)} findings')
    for name in names.values():
        shown = box.call('showvminfo', name, '--machinereadable').stdout
        print('\n'.join(line for line in shown.splitlines() if re.match(r'name=|memory|cpus|nic|mac|host|Forw|audio=', line)))
    return findings


def logged_calls(logs):
    """The modifyvm and unregistervm calls that succeeded, from calls.log files; a line may be a bare list of words."""
    for log in logs:
        for line in pathlib.Path(log).read_text().splitlines():
            entry = json.loads(line)
            entry = {'argv': entry, 'status': 0} if isinstance(entry, list) else entry
            if entry['argv'][:1] in (['modifyvm'], ['unregistervm']) and entry['status'] == 0:
                yield entry['argv']


def main(words):
    """Dispatches; gives the exit status."""
    tree, verb, *rest = words
    box = RealVirtualBox(tree)
    if verb == 'judge' and rest:
        findings = judge(box, rest[0], rest[1:])
        print('\n'.join(findings), file=sys.stderr)
        return 1 if findings else 0
    if verb == 'compare' and not rest:
        from compare import compare

        return compare(box)
    if verb == 'run' and not rest:
        for line in sys.stdin:
            print(json.dumps(box.call(*json.loads(line))._asdict()), flush=True)
        return 0
    print('real-vboxmanage.sh judge OVF [LOG...] | compare | run', file=sys.stderr)
    return 2


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))

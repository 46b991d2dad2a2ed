"""The command: finds the verb, runs it, and writes down every call."""

import json
import os
import sys
import time

from .appliance import import_appliance
from .home import VARIABLE, Home
from .host_only import dhcpserver, hostonlyif
from .listing import list_things, showmediuminfo, showvminfo
from .modify import modifyvm
from .power import controlvm, discardstate, startvm
from .properties import getextradata, guestproperty, setextradata, sharedfolder
from .refusal import Refusal, not_modelled, syntax
from .registry import clonevm, createvm, unregistervm
from .snapshots import snapshot

VERBS = {
    'clonevm': clonevm, 'controlvm': controlvm, 'createvm': createvm, 'dhcpserver': dhcpserver,
    'discardstate': discardstate, 'getextradata': getextradata, 'guestproperty': guestproperty,
    'hostonlyif': hostonlyif, 'import': import_appliance, 'list': list_things, 'modifyvm': modifyvm,
    'setextradata': setextradata, 'sharedfolder': sharedfolder, 'showmediuminfo': showmediuminfo,
    'showvminfo': showvminfo, 'snapshot': snapshot, 'startvm': startvm, 'unregistervm': unregistervm,
}
# The real command has these too.
REAL = (
    'adoptstate bandwidthctl checkmediumpwd clonemedium closemedium cloud cloudprofile convertfromraw createmedium '
    'debugvm encryptmedium encryptvm export extpack getextradata guestcontrol help hostonlynet internalcommands '
    'mediumio mediumproperty metrics modifymedium modifynvram movevm natnetwork objtracker registervm '
    'setproperty signova storageattach storagectl unattended updatecheck usbdevsource usbfilter'
).split()
USAGE = 'Oracle VirtualBox command-line interface:\n\n  VBoxManage [-q | --nologo] [@response-file] [subcommand]'
# What it prints above everything where its kernel module is missing. Vagrant looks for `Please install`.
NO_DRIVER = """WARNING: The character device /dev/vboxdrv does not exist.
\t Please install the virtualbox-dkms package and the appropriate
\t headers, most likely linux-headers-amd64.

\t You will not be able to start VMs until this problem is fixed.
"""


def main(words):
    """Runs one call and gives its exit status."""
    if VARIABLE not in os.environ:
        print(f"VBoxManage of swarmlab's tests: {VARIABLE} names no folder", file=sys.stderr)
        return 70
    home, began, status = Home(os.environ[VARIABLE]), time.monotonic(), 1
    try:
        status = call(home, words)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    finally:
        log(home, words, status, time.monotonic() - began)
    return status


def call(home, words):
    """Runs the verb; a refusal becomes words on stderr."""
    words = [word for word in words if word not in ('-q', '--nologo')]
    if 'no-driver' in home.faults():
        print(NO_DRIVER, end='')
    try:
        if not words:
            raise syntax('No command specified', USAGE, status=1)
        verb, *rest = words
        if verb in ('--version', '-v', '-V'):
            print(home.version())
        elif verb in VERBS:
            VERBS[verb](home, rest)
        elif verb in REAL:
            raise not_modelled(f'the command {verb}')
        else:
            raise syntax(f"Invalid command '{verb}'", USAGE)
    except Refusal as refusal:
        sys.stdout.flush()
        refusal.print(home.version())
        return refusal.status
    return 0


def log(home, words, status, seconds):
    """One line of JSON to calls.log; lines of this length are appended whole."""
    line = json.dumps({'argv': words, 'status': status, 'ms': round(seconds * 1000)})
    with open(home.folder / 'calls.log', 'a') as file:
        file.write(line + '\n')

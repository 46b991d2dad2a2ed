"""How the command says no: the words and the exit status of VBoxManage 7.2, as its real binary gave them."""

import sys

CODES = {
    'VBOX_E_OBJECT_NOT_FOUND': '0x80bb0001',
    'VBOX_E_INVALID_VM_STATE': '0x80bb0002',
    'VBOX_E_FILE_ERROR': '0x80bb0004',
    'VBOX_E_INVALID_OBJECT_STATE': '0x80bb0007',
    'VBOX_E_OBJECT_IN_USE': '0x80bb000c',
    'NS_ERROR_FAILURE': '0x80004005',
    'NS_ERROR_INVALID_ARG': '0x80070057',
    'NS_ERROR_ABORT': '0x80004004',
    'E_ACCESSDENIED': '0x80070005',
}


class Refusal(Exception):
    """Ends the command with `status`; each line goes to stderr as VBoxManage's errors do."""

    def __init__(self, *lines, status=1, usage=None, before=''):
        super().__init__('\n'.join(lines))
        self.lines = lines
        self.status = status
        self.usage = usage
        self.before = before

    def print(self, version):
        """Writes it to stderr. A wrong syntax has the banner above and the usage below."""
        out = sys.stderr
        out.write(self.before)
        if self.usage is not None:
            out.write(f'Oracle VirtualBox Command Line Management Interface Version {version.split("r")[0]}\n')
            out.write('Copyright (C) 2005-2026 Oracle and/or its affiliates\n\n')
        for line in self.lines:
            out.write(f'VBoxManage: error: {line}\n')
        if self.usage:
            out.write(f'\nUsage - {self.usage}\n')


def syntax(message, usage='', status=2):
    """A wrong subcommand, option or number of parameters."""
    return Refusal(message, status=status, usage=usage)


def com(code, message, component='SessionMachine', interface='IMachine', context='', callee='nsISupports', before=''):
    """An error of VirtualBox's interface: message, the line of details, and where in VBoxManage it was asked."""
    tail = f', callee {callee}' if callee else ''
    details = f'Details: code {code} ({CODES[code]}), component {component}, interface {interface}{tail}'
    lines = [message, details] + ([f'Context: {context}'] if context else [])
    return Refusal(*lines, before=before)


def bare(code, meaning, context):
    """An error for which VirtualBox has no words of its own."""
    return Refusal(f'Code {code} ({CODES[code]}) - {meaning} (extended info not available)', f'Context: {context}')


def no_machine(name, context='"FindMachine(Bstr(a->argv[0]).raw(), machine.asOutParam())"'):
    """There is no such machine. Vagrant looks for VBOX_E_OBJECT_NOT_FOUND in this."""
    message = f"Could not find a registered machine named '{name}'"
    return com('VBOX_E_OBJECT_NOT_FOUND', message, 'VirtualBoxWrap', 'IVirtualBox', context)


def locked(name, context):
    """The machine has a session: it runs, or another command works on it."""
    message = f"The machine '{name}' is already locked for a session (or being unlocked)"
    return com('VBOX_E_INVALID_OBJECT_STATE', message, 'MachineWrap', context=context)


def not_modelled(what):
    """The real command may well do this; the stand-in does not, and says so in words that are not VirtualBox's."""
    return Refusal(f"the stand-in of swarmlab's tests does not model {what}", status=70)

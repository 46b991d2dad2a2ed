"""`startvm`, `controlvm`, `discardstate`."""

from . import machine as machines
from .disks import remove
from .emulator import start, stop
from .machine import state
from .monitor import MonitorError, monitor
from .options import read_flags
from .progress import progress
from .refusal import Refusal, com, not_modelled, syntax

LAUNCH = '"LaunchVMProcess(a->session, sessionType.raw(), ComSafeArrayAsInParam(aBstrEnv), progress.asOutParam())"'
CONTROL = '"FindMachine(Bstr(a->argv[0]).raw(), machine.asOutParam())" at line 363 of file VBoxManageControlVM.cpp'
START_USAGE = 'Start a virtual machine:\n\n  VBoxManage startvm [--putenv=name[=value]]\n      [--type=<gui|headless|sdl|separate>] <uuid | vmname...>'
CONTROL_USAGE = 'Change state and settings for a virtual machine that is currently running:\n\n  VBoxManage controlvm <uuid | vmname> ...'
STATES = {'poweroff': 'PoweredOff', 'aborted': 'Aborted', 'running': 'Running', 'paused': 'Paused', 'saved': 'Saved'}

# Another hypervisor has the processor's extensions: KVM on Linux, the Windows hypervisor on Windows.
TAKEN = {
    'hypervisor-taken': (
        'VT-x is being used by another hypervisor (VERR_VMX_IN_VMX_ROOT_MODE).',
        "VirtualBox can't operate in VMX root mode. Please disable the KVM kernel extension, recompile your kernel and "
        'reboot (VERR_VMX_IN_VMX_ROOT_MODE)',
    ),
    'hypervisor-taken-windows': (
        'Call to WHvSetupPartition failed: ERROR_SUCCESS (Last=0xc000000d/87) (VERR_NEM_VM_CREATE_FAILED)',
    ),
}


def startvm(home, words):
    """Starts a machine without a window, whatever the frontend."""
    given, names = read_flags(words, {'--type': True, '--putenv': True}, START_USAGE, unknown='unknown option: {}')
    if not names:
        raise syntax('Not enough parameters', START_USAGE, status=1)
    kind = given.get('--type', 'gui')
    for name in names:
        with home.change(name, '"FindMachine(Bstr(pszVM).raw(), machine.asOutParam())"') as machine:
            if kind not in ('gui', 'headless', 'sdl', 'separate'):
                raise com('NS_ERROR_INVALID_ARG', f"Invalid frontend name: '{kind}'", 'MachineWrap', context=LAUNCH)
            power_up(home, machine)
    return 0


def power_up(home, machine):
    """Starts one machine, or says in VirtualBox's words why not."""
    name = machine['name']
    if machines.is_up(home, machine):
        message = f"The machine '{name}' is already locked by a session (or being locked or unlocked)"
        raise com('VBOX_E_INVALID_OBJECT_STATE', message, 'MachineWrap', context=LAUNCH)
    print(f'Waiting for VM "{name}" to power on...', flush=True)
    faults = home.faults(name)
    for fault, words in TAKEN.items():
        if fault in faults:
            refusal = com('NS_ERROR_FAILURE', words[0], 'ConsoleWrap', 'IConsole', callee='')
            refusal.lines = (*words, *refusal.lines[1:])
            raise refusal
    try:
        start(home, machine, boots='never-boots' not in faults)
    except MonitorError as error:
        raise com('NS_ERROR_FAILURE', f'The emulator did not start: {error}', 'ConsoleWrap', 'IConsole', callee='') from None
    print(f'VM "{name}" has been successfully started.')


def controlvm(home, words):
    """Poweroff, the power button, pause, resume, reset, savestate, and the cables."""
    if len(words) < 2:
        raise syntax('Not enough parameters.', CONTROL_USAGE)
    name, verb, *rest = words
    with home.change(name, CONTROL) as machine:
        if not machines.is_up(home, machine):
            raise Refusal(f"Machine '{machine['name']}' is not currently running.")
        if verb == 'poweroff':
            stop(home, machine)
            machine['paused'] = False
            progress()
        elif verb == 'savestate':
            save_state(home, machine)
            progress()
        elif verb in ('acpipowerbutton', 'pause', 'resume', 'reset'):
            tell(home, machine, verb)
        elif verb.startswith('setlinkstate') and rest and rest[0] in ('on', 'off'):
            nic = verb.removeprefix('setlinkstate')
            with monitor(home, machine) as qmp:
                qmp.ask('set_link', name=f'nic{nic}', up=rest[0] == 'on')
            machine['settings'][f'cableconnected{nic}'] = rest[0]
        elif verb in KNOWN:
            raise not_modelled(f'controlvm {verb}')
        else:
            raise syntax(f"Invalid parameter '{verb}'", CONTROL_USAGE)


# Further verbs of the real command, which nothing here needs.
KNOWN = {'acpisleepbutton', 'reboot', 'shutdown', 'screenshotpng', 'keyboardputscancode', 'usbattach', 'usbdetach'}


def tell(home, machine, verb):
    """Passes a wish on to the emulator."""
    now = state(home, machine)
    if (verb == 'pause') == (now == 'paused') and verb in ('pause', 'resume'):
        message = f"Machine '{machine['name']}' is not in a state to {verb} (machine state: {STATES[now]})"
        raise com('VBOX_E_INVALID_VM_STATE', message, 'ConsoleWrap', 'IConsole')
    asked = {'acpipowerbutton': 'system_powerdown', 'pause': 'stop', 'resume': 'cont', 'reset': 'system_reset'}
    with monitor(home, machine) as qmp:
        qmp.ask(asked[verb])
    if verb in ('pause', 'resume'):
        machine['paused'] = verb == 'pause'


def save_state(home, machine):
    """Writes the memory to a file and ends the process."""
    file = home.machine_folder(machine) / f'saved-{machine["uuid"]}.memory'
    with monitor(home, machine) as qmp:
        qmp.ask('stop')
        qmp.save_memory(file)
    stop(home, machine)
    machine['saved_state'] = str(file)
    machine['paused'] = False


def discardstate(home, words):
    """Forgets the saved memory. VBoxManage 7.2 ends with status 0 even where it refuses."""
    if len(words) != 1:
        raise syntax('Incorrect number of parameters', 'Discard the saved state of a virtual machine')
    with home.change(words[0]) as machine:
        now = state(home, machine)
        if now != 'saved':
            message = 'Cannot discard the saved state as the machine is not in the Saved or Aborted-Saved state'
            refusal = com('VBOX_E_INVALID_VM_STATE', f'{message} (machine state: {STATES[now]})')
            refusal.status = 0
            raise refusal
        remove(machine['saved_state'])
        machine['saved_state'] = None

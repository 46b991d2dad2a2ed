"""`guestproperty`, `setextradata`, `getextradata`, `sharedfolder`: what is kept for the guest or for a caller."""

from .options import read_flags
from .refusal import com, not_modelled, syntax

GUEST_USAGE = 'Manage virtual machine guest properties:\n\n  VBoxManage guestproperty get|set|unset|enumerate|wait ...'
EXTRA_USAGE = 'Set or view keyword data that is associated with a VM or configuration:\n\n  VBoxManage setextradata <global | uuid | vmname> <keyword> [value]'
FOLDER_USAGE = 'Add and remove shared folders:\n\n  VBoxManage sharedfolder add|remove <uuid | vmname> ...'


def guestproperty(home, words):
    """Without Guest Additions only what was set from outside is there."""
    if len(words) < 2:
        raise syntax('Incorrect parameters', GUEST_USAGE)
    verb, name, *rest = words
    if verb == 'enumerate':
        properties = home.find(name)['guest_properties']
        print('\n'.join(f'{key} = {value!r}' for key, value in properties.items()) or 'No properties found.')
    elif verb in ('get', 'set', 'unset', 'delete'):
        if not rest:
            raise syntax('Incorrect parameters', GUEST_USAGE)
        if verb == 'get':
            properties = home.find(name)['guest_properties']
            print(f'Value: {properties[rest[0]]}' if rest[0] in properties else 'No value set!')
            return
        with home.change(name) as machine:
            keep(machine['guest_properties'], rest[0], rest[1] if verb == 'set' and len(rest) > 1 else None)
    elif verb == 'wait':
        raise not_modelled('guestproperty wait')
    else:
        raise syntax(f'Unknown subcommand: {verb}', GUEST_USAGE)


def setextradata(home, words):
    """Sets a word, or takes it away where no value is given."""
    if len(words) < 2:
        raise syntax('Not enough parameters', EXTRA_USAGE)
    if len(words) > 3:
        raise syntax('Too many parameters', EXTRA_USAGE)
    name, key, *value = words
    if name == 'global':
        with home.lock('names.lock'):
            known = home.read('extra-data.json', {})
            keep(known, key, value[0] if value else None)
            home.write('extra-data.json', known)
        return
    with home.change(name) as machine:
        keep(machine['extra_data'], key, value[0] if value else None)


def getextradata(home, words):
    """One word, or all."""
    if len(words) != 2:
        raise syntax('Incorrect number of parameters', EXTRA_USAGE)
    name, key = words
    known = home.read('extra-data.json', {}) if name == 'global' else home.find(name)['extra_data']
    if key == 'enumerate':
        for word, value in known.items():
            print(f'Key: {word}, Value: {value}')
    else:
        print(f'Value: {known[key]}' if key in known else 'No value set!')


def keep(known, key, value):
    """Sets or forgets."""
    known.pop(key, None)
    if value is not None:
        known[key] = value


def sharedfolder(home, words):
    """Keeps the record; no guest here has the driver that would see the folder."""
    if len(words) < 2:
        raise syntax('Not enough parameters', FOLDER_USAGE, status=2 if words else 1)
    verb, name, *rest = words
    if verb not in ('add', 'remove'):
        raise syntax(f"Unknown subcommand: '{verb}'", FOLDER_USAGE)
    flags = {'--name': True, '--hostpath': True, '--transient': False, '--automount': False, '--readonly': False}
    given, _ = read_flags(rest, flags, FOLDER_USAGE)
    with home.change(name) as machine:
        folders, label = machine['shared_folders'], given.get('--name')
        if verb == 'remove':
            if label not in folders:
                raise com('VBOX_E_OBJECT_NOT_FOUND', f"Could not find a shared folder named '{label}'")
            del folders[label]
        elif '--hostpath' not in given:
            raise syntax('No host path (--hostpath) was given', FOLDER_USAGE)
        elif label in folders:
            raise com('VBOX_E_OBJECT_IN_USE', f"Shared folder named '{label}' already exists")
        else:
            folders[label] = given['--hostpath']

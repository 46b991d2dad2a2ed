"""`hostonlyif` and `dhcpserver`: host-only adapters, which exist in this home's records and nowhere on the computer."""

import ipaddress

from .options import read_flags
from .progress import progress
from .refusal import Refusal, bare, com, not_modelled, syntax

FILE = 'host-only.json'
USAGE = 'Manage host-only network interfaces:\n\n  VBoxManage hostonlyif create|remove|ipconfig ...'
# What VirtualBox 6.1.28 and later allow where /etc/vbox/networks.conf says nothing (its manual, host-only networking).
ALLOWED = ipaddress.ip_network('192.168.56.0/21')
ALLOWED_V6 = ipaddress.ip_network('fe80::/10')


def hostonlyif(home, words):
    """Dispatches the subcommand."""
    if not words:
        raise syntax('No subcommand specified', USAGE, status=1)
    verb, *rest = words
    verbs = {'create': create, 'remove': remove, 'ipconfig': ipconfig}
    if verb not in verbs:
        raise syntax(f"Unknown sub-command '{verb}'", USAGE)
    with home.lock('network.lock'):
        adapters = home.read(FILE, [])
        verbs[verb](home, adapters, rest)
        home.write(FILE, adapters)


def create(home, adapters, words):
    """Adds vboxnetN with the lowest free N; the address is VirtualBox's own proposal."""
    if words:
        raise syntax(f"Invalid parameter '{words[0]}'", USAGE)
    if 'hostonlyif-fails' in home.faults():
        words = 'VBoxNetAdpCtl: Error while adding new interface: failed to open /dev/vboxnetctl: No such file or directory'
        refusal = com('NS_ERROR_FAILURE', words, 'HostNetworkInterfaceWrap', 'IHostNetworkInterface', callee='')
        refusal.lines = ('Failed to create the host-only adapter', *refusal.lines)
        raise refusal
    taken = {adapter['name'] for adapter in adapters}
    number = next(n for n in range(128) if f'vboxnet{n}' not in taken)
    adapters.append({'name': f'vboxnet{number}', 'ip': f'192.168.{56 + number % 8}.1', 'netmask': '255.255.255.0'})
    progress()
    print(f"Interface 'vboxnet{number}' was successfully created")


def remove(home, adapters, words):
    """Takes an adapter away."""
    if not words:
        raise syntax('No interface name was specified', USAGE)
    adapters.remove(find(adapters, words[0], 150))
    progress()


def ipconfig(home, adapters, words):
    """Gives an adapter an address, within the range that VirtualBox allows."""
    flags = {'--ip': True, '--netmask': True, '--ipv6': True, '--netmasklengthv6': True, '--dhcp': False}
    given, names = read_flags(words, flags, USAGE, status=1)
    if not names:
        context = '"FindHostNetworkInterfaceByName(Bstr(pszName).raw(), hif.asOutParam())" at line 242 of file VBoxManageHostonly.cpp'
        raise bare('NS_ERROR_INVALID_ARG', 'Invalid argument value', context)
    adapter = find(adapters, names[0], 242)
    if '--dhcp' in given:
        raise not_modelled('hostonlyif ipconfig --dhcp')
    if '--ip' in given:
        context = '"EnableStaticIPConfig(Bstr(pszIp).raw(), Bstr(pszNetmask).raw())" at line 242 of file VBoxManageHostonly.cpp'
        allow(home, given['--ip'], context)
        adapter |= {'ip': given['--ip'], 'netmask': given.get('--netmask', '255.255.255.0')}
    elif '--ipv6' in given:
        context = '"EnableStaticIPConfigV6(Bstr(pszIpv6).raw(), (ULONG)uNetmasklengthv6)" at line 260 of file VBoxManageHostonly.cpp'
        allow(home, given['--ipv6'], context)
        adapter |= {'ipv6': given['--ipv6'], 'prefix': given.get('--netmasklengthv6', '64')}
    else:
        raise syntax('You can not use --ipv4 and --ipv6 at once' if names[1:] else 'Incomplete command', USAGE)


def allow(home, text, context):
    """Refuses an address outside the ranges of the home's networks.conf, where there is one, or VirtualBox's own."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        raise bare('NS_ERROR_INVALID_ARG', 'Invalid argument value', context) from None
    ranges = [ALLOWED, ALLOWED_V6]
    lines = home.text('networks.conf').splitlines()
    words = [word for line in lines if line.startswith('*') for word in line[1:].split()]
    ranges = [ipaddress.ip_network(word) for word in words] or ranges
    if not any(address in network for network in ranges if network.version == address.version):
        raise bare('E_ACCESSDENIED', 'Access denied', context)


def find(adapters, name, line):
    """The adapter of this name."""
    for adapter in adapters:
        if adapter['name'] == name:
            return adapter
    message = f"The host network interface named '{name}' could not be found"
    context = f'"FindHostNetworkInterfaceByName(Bstr(pszName).raw(), hif.asOutParam())" at line {line} of file VBoxManageHostonly.cpp'
    raise com('NS_ERROR_INVALID_ARG', message, 'HostWrap', 'IHost', context)


def dhcpserver(home, words):
    """There is none; Vagrant asks for the removal of one before it removes an adapter, and bears the refusal."""
    if not words:
        raise syntax('No subcommand specified', 'DHCP server management', status=1)
    verb, *rest = words
    if verb == 'add':
        raise not_modelled('DHCP servers')
    if verb != 'remove':
        raise syntax(f"Invalid parameter '{verb}'", 'DHCP server management')
    names = {'--ifname': True, '--netname': True, '--interface': True, '--network': True}
    given, _ = read_flags(rest, names, 'DHCP server management')
    if '--ifname' in given or '--interface' in given:
        name = given.get('--ifname') or given.get('--interface')
        find(home.read(FILE, []), name, 187)
        raise Refusal(f"Failed to find DHCP server for network 'HostInterfaceNetworking-{name}'")
    raise Refusal(f"Failed to find DHCP server for network '{given.get('--netname') or given.get('--network')}'")

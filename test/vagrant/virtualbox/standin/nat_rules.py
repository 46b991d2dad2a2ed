"""Port forwards of VirtualBox's NAT: `NAME,tcp|udp,HOST ADDRESS,HOST PORT,GUEST ADDRESS,GUEST PORT`."""

from .refusal import Refusal, bare, com, syntax

USAGE = 'Change settings for a virtual machine that is stopped:\n\n  VBoxManage modifyvm <uuid | vmname> [option...]'


def add_rule(rules, nic, text):
    """Adds a rule, sorted by name as VirtualBox keeps them. A rule with no name gets one of its protocol and ports."""
    parts = text.split(',')
    if len(parts) < 6 or not parts[3] or not parts[5]:
        raise syntax("Missing or invalid argument to '--natpf'", USAGE)
    name, protocol, host_ip, host_port, guest_ip, guest_port = parts[:6]
    if protocol not in ('tcp', 'udp'):
        raise Refusal(f"Invalid proto '{text}' specfied for NIC {nic}")
    host_port, guest_port = (str(int(port) & 0xFFFF) if port.isdigit() else '0' for port in (host_port, guest_port))
    name = name or f'{protocol}_{host_port}_{guest_port}'
    if any(rule[0] == name for rule in rules):
        message = 'A NAT rule of this name already exists'
        raise com('NS_ERROR_INVALID_ARG', message, 'NATEngineWrap', 'INATEngine')
    rules.append([name, protocol, host_ip, host_port, guest_ip, guest_port])
    rules.sort()


def delete_rule(rules, name):
    """Takes the rule of this name away."""
    kept = [rule for rule in rules if rule[0] != name]
    if len(kept) == len(rules):
        context = '"RemoveRedirect(Bstr(ValueUnion.psz).raw())" at line 2264 of file VBoxManageModifyVM.cpp'
        raise bare('NS_ERROR_INVALID_ARG', 'Invalid argument value', context)
    rules[:] = kept

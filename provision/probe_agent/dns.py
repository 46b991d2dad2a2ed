"""DNS messages (RFC 1035): questions for A records, and their answers."""
import functools
import socket
import struct

HEADER = 12
RECURSION_DESIRED, RESPONSE, TRUNCATED = 0x0100, 0x8000, 0x0200
A_IN = b'\0\1\0\1'
NOERROR, NXDOMAIN = 0, 3
RCODES = {1: 'FORMERR', 2: 'SERVFAIL', 4: 'NOTIMP', 5: 'REFUSED'}


@functools.lru_cache(4096)
def encode_name(name):
    """The name on the wire, or None where none can be made of it: labels of 1 to 63 bytes, 255 in all."""
    out = b''
    for label in name.split('.'):
        raw = label.encode('utf-8', 'replace')
        if not 0 < len(raw) < 64:
            return None
        out += bytes([len(raw)]) + raw
    return out + b'\0' if len(out) < 255 else None


def query(ident, wire):
    return struct.pack('>HHHHHH', ident, RECURSION_DESIRED, 1, 0, 0, 0) + wire + A_IN


def ident_of(data, shortest=HEADER):
    """-1 for what is no DNS message."""
    return struct.unpack('>H', data[:2])[0] if len(data) >= shortest else -1


def skip_name(data, at):
    while True:
        length = data[at]
        if length & 0xc0 == 0xc0:
            return at + 2
        at += 1 + length
        if length == 0:
            return at


def parse_answer(data, wire):
    """(rcode, addresses, truncated), or None for what is no answer to this question."""
    try:
        _, flags, questions, answers = struct.unpack('>HHHH', data[:8])
        if not flags & RESPONSE or questions != 1:
            return None
        end = HEADER + len(wire)
        if data[HEADER:end].lower() != wire.lower() or data[end:end + 4] != A_IN:
            return None
        at, found = end + 4, []
        for _ in range(answers):
            at = skip_name(data, at)
            kind, group, _, size = struct.unpack('>HHIH', data[at:at + 10])
            at += 10
            if kind == 1 and group == 1 and size == 4:
                found.append(socket.inet_ntoa(data[at:at + 4]))
            at += size
        return flags & 15, found, bool(flags & TRUNCATED)
    except (struct.error, IndexError, OSError):
        return None

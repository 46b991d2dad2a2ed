"""Classic BPF for raw IPv4 sockets, which get a packet from its IP header on.

Each line: opcode, jump if true, jump if false, operand (linux/filter.h). LDX_MSH takes the IP header's length.
"""
import struct

from .message import MAGIC

MAGIC_WORD = struct.unpack('>I', MAGIC)[0]
LDX_MSH, LD_B_IND, LD_H_IND, LD_W_IND = 0xb1, 0x50, 0x48, 0x40
AND, RSH, ADD_X, TAX, JEQ, RET = 0x54, 0x74, 0x0c, 0x07, 0x15, 0x06


def magic_at(offset):
    """Packets with the magic so far behind the IP header."""
    return [(LDX_MSH, 0, 0, 0), (LD_W_IND, 0, 0, offset), (JEQ, 0, 1, MAGIC_WORD), (RET, 0, 0, 0xffff), (RET, 0, 0, 0)]


# ICMP errors (types 3, 11, 12); echo requests and replies with the magic.
ICMP_FILTER = [
    (LDX_MSH, 0, 0, 0), (LD_B_IND, 0, 0, 0),
    (JEQ, 7, 0, 3), (JEQ, 6, 0, 11), (JEQ, 5, 0, 12),
    (JEQ, 1, 0, 0), (JEQ, 0, 2, 8),
    (LD_W_IND, 0, 0, 8), (JEQ, 1, 0, MAGIC_WORD), (RET, 0, 0, 0), (RET, 0, 0, 0xffff),
]


def echo_answers(identifier):
    """Echo replies with that identifier, and what is unreachable (types 0 and 3, RFC 792)."""
    return [(LDX_MSH, 0, 0, 0), (LD_B_IND, 0, 0, 0), (JEQ, 3, 0, 3), (JEQ, 0, 3, 0),
            (LD_H_IND, 0, 0, 4), (JEQ, 0, 1, identifier), (RET, 0, 0, 0xffff), (RET, 0, 0, 0)]


# TCP connection requests: SYN without ACK.
SYN_FILTER = [
    (LDX_MSH, 0, 0, 0), (LD_B_IND, 0, 0, 13), (AND, 0, 0, 0x12), (JEQ, 0, 1, 0x02), (RET, 0, 0, 0xffff), (RET, 0, 0, 0),
]
# Those, and TCP segments whose data begins with the magic.
SYN_OR_MAGIC_FILTER = [
    (LDX_MSH, 0, 0, 0), (LD_B_IND, 0, 0, 13), (AND, 0, 0, 0x12), (JEQ, 7, 0, 0x02),
    (LD_B_IND, 0, 0, 12), (RSH, 0, 0, 2), (AND, 0, 0, 0x3c), (ADD_X, 0, 0, 0), (TAX, 0, 0, 0),
    (LD_W_IND, 0, 0, 0), (JEQ, 0, 1, MAGIC_WORD), (RET, 0, 0, 0xffff), (RET, 0, 0, 0),
]

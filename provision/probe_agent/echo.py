"""How an ICMP echo with a nonce looks on the wire (RFC 792)."""
import struct

from .message import ASK, MAGIC, VERSION

REPLY, REQUEST = 0, 8

# ICMP echo and, behind it, the nonce of message.FORM. Its padding holds the probe's complement, so that the sum over
# both, and with it the checksum, is the same for every probe of one place.
ECHO = struct.Struct('>BBHHH4sBBHI8sQI')
VARYING, VARYING_AT = struct.Struct('>I8sQI'), 16  # from the probe's number on
SIZE = ECHO.size
# Enough for an error from a router that quotes a whole request, with IP options in both; every packet has so much room.
STRIDE = 192
PLAIN_IP = 0x45
# The same behind an IP header without options, of which the source counts.
ECHO_IN_IP_SIZE = 20 + SIZE
ECHO_IN_IP = struct.Struct('>B11xI4xBBHHH4sBBHI8sQ4x%dx' % (STRIDE - ECHO_IN_IP_SIZE))


def echo_request(ident, attempt, probe, session, tag):
    def packet(checksum):
        return ECHO.pack(REQUEST, 0, checksum, ident, attempt, MAGIC, VERSION, ASK, attempt, probe, session, tag,
                         probe ^ 0xffffffff)
    return packet(checksum_of(packet(0)))


def checksum_of(data):
    """RFC 1071."""
    total = sum(struct.unpack('>%dH' % (len(data) // 2), data))
    while total > 0xffff:
        total = (total >> 16) + (total & 0xffff)
    return ~total & 0xffff

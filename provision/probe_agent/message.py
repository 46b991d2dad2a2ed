"""The nonce: what every probe and every answer carries.

Magic, version, kind, attempt, probe, session, tag of who speaks; padded to 32 bytes. The magic's first byte lacks bit
0x08: the kernel's vxlan drops such a datagram (no VNI flag, RFC 7348).
"""
import struct

MAGIC = b'swrm'
FORM = struct.Struct('>4sBBHI8sQ4x')
SIZE = FORM.size
VERSION = 1
ASK, ANSWER = 1, 2


class Messages:
    """Writes and reads those of one session."""

    def __init__(self, counts):
        self.session = b''
        self.counts = counts

    def pack(self, kind, attempt, probe, tag):
        return FORM.pack(MAGIC, VERSION, kind, attempt, probe, self.session, tag)

    def read(self, data):
        """(kind, attempt, probe, tag) of a message of this session, else None, counted."""
        if len(data) < SIZE or data[:4] != MAGIC:
            self.counts['malformed'] += 1
            return None
        _, version, kind, attempt, probe, session, tag = FORM.unpack(data[:SIZE])
        if session != self.session:
            self.counts['otherSession'] += 1
            return None
        if version != VERSION or kind not in (ASK, ANSWER):
            self.counts['malformed'] += 1
            return None
        return kind, attempt, probe, tag

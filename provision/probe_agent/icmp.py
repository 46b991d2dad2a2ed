"""ICMP echo from and to the places: one raw socket per namespace sees requests, replies and errors (RFC 792).

The kernel hands raw sockets their copy before it answers a request itself (ip_protocol_deliver_rcu).
"""
import socket
import struct

from .errors import icmp_text
from .kernel import attach_filter, drops_of, grow
from .message import ASK, MAGIC, SIZE, VERSION
from .packet_filters import ICMP_FILTER

ECHO_REPLY, ECHO_REQUEST = 0, 8
ERRORS = (3, 11, 12)


# ICMP echo and, behind it, the nonce of message.FORM; and the same behind an IP header without options.
ECHO = struct.Struct('>BBHHH4sBBHI8sQ4x')
ECHO_IN_IP = struct.Struct('>B19xBBHHH4sBBHI8sQ4x')
PLAIN_IP = 0x45


def word_sum(data):
    """The sum that a checksum is made of (RFC 1071)."""
    return sum(struct.unpack('>%dH' % (len(data) // 2), data))


class Icmp:
    def __init__(self, loop, messages, arrivals, identifiers):
        self.loop = loop
        self.messages = messages
        self.arrivals = arrivals
        self.identifiers = identifiers
        self.waiting = {}  # by (probe, attempt)

    def open(self, ns):
        ns.icmp = ns.add(socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP), 'icmp')
        grow(ns.icmp)
        attach_filter(ns.icmp, ICMP_FILTER)
        self.loop.watch(ns.icmp, self.on_packet, ns)

    def send(self, attempt):
        job, ns = attempt.job, attempt.job.ns
        probe, n = job.id, attempt.n
        attempt.icmp_id = ident = self.identifiers.icmp_id(ns, job.address)
        if ns.drops_turn != self.loop.turns:
            ns.drops_turn, ns.drops = self.loop.turns, drops_of(ns.icmp)
        attempt.drops = ns.drops
        if ns.echo_sum is None:
            ns.echo_sum = word_sum(self.echo(ns, 0, 0, 0, 0))
        total = ns.echo_sum + ident + n + n + (probe >> 16) + (probe & 0xffff)
        total = (total >> 16) + (total & 0xffff)
        total = ~(total + (total >> 16)) & 0xffff
        self.waiting[(probe, n)] = attempt
        ns.echoes[(job.address, ident, n)] = attempt
        ns.icmp.sendto(self.echo(ns, total, ident, n, probe), (job.address, 0))

    def echo(self, ns, checksum, ident, n, probe):
        return ECHO.pack(ECHO_REQUEST, 0, checksum, ident, n, MAGIC, VERSION, ASK, n, probe, self.messages.session, ns.tag)

    def release(self, attempt):
        job = attempt.job
        self.waiting.pop((job.id, attempt.n), None)
        job.ns.echoes.pop((job.address, attempt.icmp_id, attempt.n), None)

    def on_packet(self, sock, _events, ns):
        session, record = self.messages.session, self.arrivals.record_echo
        # The kernel answers requests, so how late the agent sees them spoils nothing.
        late = round(self.loop.lateness() * 1000)
        for packet, source in self.loop.drain(sock):
            if len(packet) >= ECHO_IN_IP.size and packet[0] == PLAIN_IP:
                (_, kind, _, _, ident, sequence, magic, version, what, attempt, probe, of,
                 _) = ECHO_IN_IP.unpack_from(packet)
                if magic == MAGIC and of == session and version == VERSION and what == ASK:
                    if kind == ECHO_REQUEST:
                        record(ns, probe, attempt, source[0], late)
                        continue
                    if kind == ECHO_REPLY:
                        self.on_reply(ns, probe, attempt, ident, sequence, source[0])
                        continue
            self.on_other(ns, packet, source, late)

    def on_other(self, ns, packet, source, late):
        """Errors, packets with IP options, and what is none of ours."""
        head = (packet[0] & 15) * 4
        if len(packet) < head + 8:
            self.arrivals.counts['malformed'] += 1
            return
        kind, code, _, ident, sequence = struct.unpack('>BBHHH', packet[head:head + 8])
        if kind in ERRORS:
            self.on_error(ns, packet[head + 8:], icmp_text(kind, code, source[0]))
            return
        message = self.messages.read(packet[head + 8:])
        if message is None:
            return
        what, attempt, probe, _ = message
        if kind == ECHO_REQUEST and what == ASK:
            self.arrivals.record_echo(ns, probe, attempt, source[0], late)
        elif kind == ECHO_REPLY and what == ASK:
            self.on_reply(ns, probe, attempt, ident, sequence, source[0])

    def on_reply(self, ns, probe, attempt, ident, sequence, source):
        ping = self.waiting.get((probe, attempt))
        if ping is None or ping.job.ns is not ns:
            self.arrivals.counts['lateOrForeignReply'] += 1
        elif ping.icmp_id != ident or sequence != attempt or source != ping.job.address:
            self.arrivals.counts['mismatchedReply'] += 1
        else:
            ping.finish('answered', 'echo reply')

    def on_error(self, ns, inner, text):
        """An error quotes the packet that it is about, at least 8 bytes behind its IP header."""
        if len(inner) < 20 or inner[9] != socket.IPPROTO_ICMP:
            return
        head = (inner[0] & 15) * 4
        if len(inner) < head + 8 or inner[head] != ECHO_REQUEST:
            return
        ident, sequence = struct.unpack('>HH', inner[head + 4:head + 8])
        ping = ns.echoes.get((socket.inet_ntoa(inner[16:20]), ident, sequence))
        if ping is not None and self.may_quote(inner[head + 8:], ping):
            ping.finish('unreachable', text)

    def may_quote(self, data, ping):
        """Routers may quote no more than the header; what they quote must be this try's."""
        if len(data) < SIZE:
            return True
        message = self.messages.read(data)
        return message is not None and message[:3] == (ASK, ping.n, ping.job.id)

"""ICMP echo from and to the places: one raw socket per namespace sees requests, replies and errors (RFC 792).

The kernel hands raw sockets their copy before it answers a request itself (ip_protocol_deliver_rcu).
"""
import socket
import struct

from .errors import icmp_text
from .kernel import attach_filter, drops_of, grow
from .message import ASK, SIZE
from .packet_filters import ICMP_FILTER

ECHO_REPLY, ECHO_REQUEST = 0, 8
ERRORS = (3, 11, 12)


def checksum(data):
    """RFC 1071."""
    total = sum(struct.unpack('>%dH' % (len(data) // 2), data))
    total = (total >> 16) + (total & 0xffff)
    return ~(total + (total >> 16)) & 0xffff


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
        attempt.icmp_id = self.identifiers.icmp_id(ns, job.address)
        attempt.drops = drops_of(ns.icmp)
        body = self.messages.pack(ASK, attempt.n, job.id, ns.tag)
        plain = struct.pack('>BBHHH', ECHO_REQUEST, 0, 0, attempt.icmp_id, attempt.n)
        head = struct.pack('>BBHHH', ECHO_REQUEST, 0, checksum(plain + body), attempt.icmp_id, attempt.n)
        self.waiting[(job.id, attempt.n)] = attempt
        ns.echoes[(job.address, attempt.icmp_id, attempt.n)] = attempt
        ns.icmp.sendto(head + body, (job.address, 0))

    def release(self, attempt):
        job = attempt.job
        self.waiting.pop((job.id, attempt.n), None)
        job.ns.echoes.pop((job.address, attempt.icmp_id, attempt.n), None)

    def on_packet(self, sock, _events, ns):
        for packet, source in self.loop.drain(sock):
            head = (packet[0] & 15) * 4
            if len(packet) < head + 8:
                self.arrivals.counts['malformed'] += 1
                continue
            kind, code, _, ident, sequence = struct.unpack('>BBHHH', packet[head:head + 8])
            if kind in ERRORS:
                self.on_error(ns, packet[head + 8:], icmp_text(kind, code, source[0]))
                continue
            message = self.messages.read(packet[head + 8:])
            if message is None:
                continue
            what, attempt, probe, _ = message
            if kind == ECHO_REQUEST and what == ASK:
                self.arrivals.record(ns, 'icmp', probe, attempt, source[0])
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

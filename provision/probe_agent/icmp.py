"""ICMP echo from and to the places: one raw socket per namespace sees requests, replies and errors (RFC 792).

The kernel hands raw sockets their copy before it answers a request itself (ip_protocol_deliver_rcu).
"""
import socket
import struct

from .echo import ECHO_IN_IP, ECHO_IN_IP_SIZE, PLAIN_IP, REPLY, REQUEST, STRIDE, echo_request
from .errors import icmp_text
from .kernel import attach_filter, drops_of, grow
from .message import ASK, MAGIC, SIZE, VERSION
from .loop import now
from .packet_filters import ICMP_FILTER
from .packets import ADDRESS, AT_ONCE, Incoming
from .probes import CONTROL_ID

ERRORS = (3, 11, 12)
READS = 4
# Of one namespace: a network that multiplies packets must not fill the memory.
FIRST_TRIES_KEPT = 1 << 21


class Icmp:
    def __init__(self, loop, messages, arrivals, identifiers):
        self.loop = loop
        self.messages = messages
        self.arrivals = arrivals
        self.identifiers = identifiers
        self.sweep = None
        self.waiting = {}  # by (probe, attempt)
        self.incoming = Incoming(STRIDE)
        self.room = memoryview(self.incoming.data)

    def open(self, ns):
        ns.icmp = ns.add(socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP), 'icmp')
        grow(ns.icmp)
        attach_filter(ns.icmp, ICMP_FILTER)
        self.loop.watch(ns.icmp, self.on_packets, ns)

    def send(self, attempt):
        job, ns = attempt.job, attempt.job.ns
        attempt.icmp_id = ident = self.identifiers.icmp_id(ns, job.address)
        attempt.drops = drops_of(ns.icmp)
        self.waiting[(job.id, attempt.n)] = attempt
        ns.echoes[(job.address, ident, attempt.n)] = attempt
        ns.icmp.sendto(echo_request(ident, attempt.n, job.id, self.messages.session, ns.tag), (job.address, 0))

    def release(self, attempt):
        job = attempt.job
        self.waiting.pop((job.id, attempt.n), None)
        job.ns.echoes.pop((job.address, attempt.icmp_id, attempt.n), None)

    def on_packets(self, sock, _events, ns):
        for _ in range(READS):
            count = self.incoming.read(sock)
            if count:
                self.take(ns, count)
            if count < AT_ONCE:
                return
        self.loop.backlog = True

    def take(self, ns, count):
        session, lengths, rows, at_time = self.messages.session, self.incoming.lengths, ns.rows, now()
        probes, sources = ns.asked_by
        at = -1
        for (head, source, kind, _, _, ident, sequence, magic, version, what, attempt, probe, of,
             tag) in ECHO_IN_IP.iter_unpack(self.room[:count * STRIDE]):
            at += 1
            if (magic != MAGIC or of != session or head != PLAIN_IP or lengths[at] < ECHO_IN_IP_SIZE
                    or version != VERSION or what != ASK):
                self.on_other(ns, self.incoming.packet(at))
            elif kind == REQUEST:
                if attempt == 1 and probe < CONTROL_ID and len(probes) < FIRST_TRIES_KEPT:
                    probes.append(probe)
                    sources.append(source)
                else:
                    self.on_request(ns, probe, attempt, source)
            elif kind == REPLY:
                row = rows.get(ident)
                if (row is None or attempt != 1 or sequence != 1 or tag != ns.tag
                        or not row.first <= probe < row.end or not self.sweep.answer(row, probe, source, at_time)):
                    self.on_reply(ns, probe, attempt, ident, sequence, text_of(source))

    def on_other(self, ns, packet):
        """Errors, packets with IP options, and what is none of ours."""
        head = (packet[0] & 15) * 4 if packet else 0
        if len(packet) < head + 8 or head < 20:
            self.arrivals.counts['malformed'] += 1
            return
        kind, code, _, ident, sequence = struct.unpack('>BBHHH', packet[head:head + 8])
        source, = ADDRESS.unpack(packet[12:16])
        if kind in ERRORS:
            self.on_error(ns, packet[head + 8:], icmp_text(kind, code, text_of(source)))
            return
        message = self.messages.read(packet[head + 8:])
        if message is None:
            return
        what, attempt, probe, _ = message
        if kind == REQUEST and what == ASK:
            self.on_request(ns, probe, attempt, source)
        elif kind == REPLY and what == ASK:
            self.on_reply(ns, probe, attempt, ident, sequence, text_of(source))

    def on_request(self, ns, probe, attempt, source):
        self.arrivals.record(ns, 'icmp', probe, attempt, text_of(source))

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
        if len(inner) < head + 8 or inner[head] != REQUEST:
            return
        ident, sequence = struct.unpack('>HH', inner[head + 4:head + 8])
        target = socket.inet_ntoa(inner[16:20])
        ping = ns.echoes.get((target, ident, sequence))
        if ping is not None:
            if self.may_quote(inner[head + 8:], ping.job.id, ping.n):
                ping.finish('unreachable', text)
            return
        row = ns.rows.get(ident)
        at = row.sent_to(*ADDRESS.unpack(inner[16:20])) if row is not None and sequence == 1 else None
        if at is not None and self.may_quote(inner[head + 8:], row.first + at, 1):
            self.sweep.fail(row, at, text)

    def may_quote(self, data, probe, attempt):
        """Routers may quote no more than the header; what they quote must be this try's."""
        if len(data) < SIZE:
            return True
        message = self.messages.read(data)
        return message is not None and message[:3] == (ASK, attempt, probe)


def text_of(number):
    return socket.inet_ntoa(ADDRESS.pack(number))

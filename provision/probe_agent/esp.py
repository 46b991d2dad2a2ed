"""ESP (IP protocol 50, RFC 4303), which encrypted overlays need: asked and answered between raw sockets."""
import errno
import random
import socket
import struct

from .kernel import ESP, attach_filter, grow
from .message import ANSWER, ASK
from .packet_filters import magic_at

HEAD = 8  # SPI and sequence number


class Esp:
    def __init__(self, loop, messages, arrivals):
        self.loop = loop
        self.messages = messages
        self.arrivals = arrivals
        self.waiting = {}  # by (probe, attempt)

    def open(self, ns):
        if ns.esp is not None:
            return
        ns.esp = ns.add(socket.socket(socket.AF_INET, socket.SOCK_RAW, ESP), 'esp')
        grow(ns.esp)
        attach_filter(ns.esp, magic_at(HEAD))
        self.loop.watch(ns.esp, self.on_packet, ns)

    def send(self, attempt):
        job = attempt.job
        if job.ns.esp is None:
            raise OSError(errno.EPROTONOSUPPORT, 'no raw socket')
        self.waiting[(job.id, attempt.n)] = attempt
        # SPIs up to 255 are reserved (RFC 4303, 2.1); an unknown one is dropped by whoever else listens.
        head = struct.pack('>II', random.randrange(0x10000, 0xffffffff), attempt.n)
        job.ns.esp.sendto(head + self.messages.pack(ASK, attempt.n, job.id, job.ns.tag), (job.address, 0))

    def release(self, attempt):
        self.waiting.pop((attempt.job.id, attempt.n), None)

    def on_packet(self, sock, _events, ns):
        for packet, source in self.loop.drain(sock):
            head = (packet[0] & 15) * 4
            message = self.messages.read(packet[head + HEAD:])
            if message is None:
                continue
            kind, attempt, probe, tag = message
            if kind == ASK:
                self.arrivals.record(ns, 'esp', probe, attempt, source[0])
                answer = packet[head:head + HEAD] + self.messages.pack(ANSWER, attempt, probe, ns.tag)
                try:
                    sock.sendto(answer, source)
                except OSError as failure:
                    self.arrivals.answer_not_sent(ns, 'esp', failure.errno)
                continue
            waiting = self.waiting.get((probe, attempt))
            if waiting is None or waiting.job.ns is not ns or source[0] != waiting.job.address:
                self.arrivals.counts['lateOrForeignReply'] += 1
            else:
                waiting.finish('answered', 'ESP answered', tag)

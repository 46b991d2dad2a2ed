"""UDP from and to the places."""
import socket
import struct

from .answers import judge_answer
from .errors import IP_RECVERR, read_error
from .kernel import IP_PKTINFO, grow
from .loop import ERROR, READS_PER_EVENT
from .message import ANSWER, ASK
from .namespaces import bind_preferred


class UdpListener:
    """At the target: answers each nonce with who it is."""

    def __init__(self, loop, messages, arrivals):
        self.loop = loop
        self.messages = messages
        self.arrivals = arrivals

    def open(self, ns, preferred_port):
        sock = ns.add(socket.socket(socket.AF_INET, socket.SOCK_DGRAM), 'udp')
        ns.udp_port = bind_preferred(sock, preferred_port)
        self.start(ns, sock)

    def open_port(self, ns, port):
        """Raises EADDRINUSE where another program has the port."""
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            sock.bind(('', port))
        except OSError:
            sock.close()
            raise
        self.start(ns, ns.add(sock, 'udp'))

    def start(self, ns, sock):
        grow(sock)
        sock.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
        self.loop.watch(sock, self.on_datagram, ns)

    def on_datagram(self, sock, _events, ns):
        for _ in range(READS_PER_EVENT):
            try:
                data, ancillary, _, source = sock.recvmsg(2048, 64)
            except BlockingIOError:
                return
            except OSError:
                continue
            message = self.messages.read(data)
            if message is None or message[0] != ASK:
                continue
            _, attempt, probe, _ = message
            self.arrivals.record(ns, 'udp', probe, attempt, source[0])
            reply = [self.messages.pack(ANSWER, attempt, probe, ns.tag)]
            # From the address that was asked (ip(7), ipi_spec_dst): a node has several.
            extra = [(level, kind, struct.pack('=I4s4s', 0, info[4:8], b'\0' * 4))
                     for level, kind, info in ancillary if (level, kind) == (socket.IPPROTO_IP, IP_PKTINFO)]
            try:
                sock.sendmsg(reply, extra, 0, source)
            except OSError as failure:
                self.arrivals.answer_not_sent(ns, 'udp', failure.errno)
        self.loop.backlog = True


class UdpSender:
    def __init__(self, loop, messages, identifiers):
        self.loop = loop
        self.messages = messages
        self.identifiers = identifiers

    def send(self, attempt):
        job = attempt.job
        sock = self.identifiers.open_socket(attempt, socket.SOCK_DGRAM)
        sock.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)
        sock.connect((job.address, job.port))
        attempt.local = list(sock.getsockname())
        self.loop.watch(sock, self.on_answer, attempt)
        sock.send(self.messages.pack(ASK, attempt.n, job.id, job.ns.tag))

    def release(self, attempt):
        pass

    def on_answer(self, sock, events, attempt):
        if events & ERROR:
            found = read_error(sock)
            if found is None:
                failed = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                if failed:
                    attempt.fail(failed)
            else:
                attempt.fail(found[0], found[1])
            return
        try:
            data = sock.recv(2048)
        except BlockingIOError:
            return
        except OSError as failure:
            attempt.fail(failure.errno)
            return
        judge_answer(attempt, data, self.messages.session)

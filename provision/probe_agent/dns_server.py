"""One resolver as one namespace sees it, with a small window: resolvers lose what comes in a flood."""
import collections
import random
import socket

from .dns import ident_of, parse_answer, query
from .errors import IP_RECVERR, IPV6_RECVERR, name_of, read_error
from .loop import ERROR

# Questions younger than this, at one resolver from one namespace, are at most so many. Older ones are likely to stay
# unanswered (an engine whose upstream is dead says nothing), and must not hold up the others.
WINDOW, YOUNG_S = 32, 0.1
READS = 64


class DnsServer:
    def __init__(self, loop, counts, address):
        self.loop = loop
        self.counts = counts
        self.address = address
        self.sock = None
        self.error = None
        self.flying = {}  # by id: the question
        self.young = set()
        self.waiting = collections.deque()

    def open(self):
        """Where the agent just is; a failure is kept for those who ask."""
        sock = None
        try:
            family = socket.AF_INET6 if ':' in self.address else socket.AF_INET
            sock = socket.socket(family, socket.SOCK_DGRAM)
            sock.setblocking(False)
            if family == socket.AF_INET:
                sock.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)
            else:
                sock.setsockopt(socket.IPPROTO_IPV6, IPV6_RECVERR, 1)
            sock.connect((self.address, 53))
            self.loop.watch(sock, self.on_ready)
            self.sock = sock
        except OSError as failure:
            known = isinstance(failure.errno, int) and failure.errno > 0
            self.error = name_of(failure.errno) if known else 'no address'
            if sock is not None:
                sock.close()

    def ask(self, question):
        """Sends it, now or when there is room. It is told: sent(server), answered(...), failed(...)."""
        if len(self.young) >= WINDOW:
            self.waiting.append(question)
        else:
            self.send(question)

    def send(self, question):
        ident = random.getrandbits(16)
        while ident in self.flying:
            ident = random.getrandbits(16)
        for again in (True, False):
            try:
                self.sock.send(query(ident, question.wire))
                break
            except OSError as failure:
                # The first may be an older query's error, waiting in the socket.
                if not again:
                    question.failed('error', name_of(failure.errno))
                    return
        self.flying[ident] = question
        self.young.add(ident)
        question.sent(ident)
        self.loop.after(YOUNG_S, self.no_longer_young, ident)

    def no_longer_young(self, ident):
        self.young.discard(ident)
        while self.waiting and len(self.young) < WINDOW:
            question = self.waiting.popleft()
            if question.wanted():
                self.send(question)

    def forget(self, ident):
        self.flying.pop(ident, None)
        self.no_longer_young(ident)

    def on_ready(self, sock, events):
        if events & ERROR:
            self.read_errors(sock)
        for _ in range(READS):
            try:
                data = sock.recv(4096)
            except BlockingIOError:
                return
            except OSError:
                continue
            question = self.flying.get(ident_of(data))
            answer = parse_answer(data, question.wire) if question is not None else None
            if answer is None:
                self.counts['strangeDns'] += 1
            else:
                question.answered(*answer)
        self.loop.backlog = True

    def read_errors(self, sock):
        for _ in range(READS):
            found = read_error(sock)
            if found is None:
                return
            number, _, payload = found
            question = self.flying.get(ident_of(payload, 2))
            if question is not None:
                question.refused(name_of(number))

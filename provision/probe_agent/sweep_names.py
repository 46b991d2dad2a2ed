"""Asks for a row's names, each by the place's own resolver: the first question for each, several to a system call.

A plain answer gives the address. What is anything else (a silence, an error, several addresses) is the prober's, and
goes the whole way of glibc (lookup.py), except where the answer is the last word.
"""
import socket

from .dns import NOERROR, NXDOMAIN, parse_answer
from .dns_server import WINDOW, YOUNG_S
from .loop import ERROR
from .packets import AT_ONCE, Incoming
from .sweep import NO_ROOM, NO_ROOM_PAUSE_S
from .targets import number_of

READS = 4
STRIDE = 512  # of UDP without EDNS (RFC 1035, 2.3.4)
NOT_ASKED, YOUNG, OLD, DONE = range(4)


class Asking:
    """A row whose names are asked for."""

    def __init__(self, row, files, questions):
        self.row = row
        self.files = files
        self.questions = questions
        self.state = bytearray(len(questions.wires))
        self.left = len(questions.wires)
        self.next = 0
        self.young = 0
        self.sock = None


class SweepNames:
    def __init__(self, loop, namespaces, resolver, sweep):
        self.loop = loop
        self.namespaces = namespaces
        self.resolver = resolver
        self.sweep = sweep
        self.incoming = Incoming(STRIDE)

    def begin(self, row):
        row.asking = True
        files = self.resolver.files_of(row.ns, row.place)
        asking = Asking(row, files, row.targets.questions_for(files))
        for at, wire in enumerate(asking.questions.wires):
            if wire is None or files.error is not None:
                self.leave(asking, at)
        for name, addresses in files.hosts.items():
            for at in row.targets.places.get(name, ()):
                if asking.state[at] != DONE:
                    self.settle(asking, at, addresses)
        if asking.left:
            self.open(asking)
        self.go_on(asking)

    def open(self, asking):
        self.namespaces.enter(asking.row.ns.fd)
        address = asking.files.servers[0]
        try:
            family = socket.AF_INET6 if ':' in address else socket.AF_INET
            asking.sock = sock = socket.socket(family, socket.SOCK_DGRAM)
            sock.setblocking(False)
            sock.connect((address, 53))
            self.loop.watch(sock, self.on_ready, asking)
        except OSError:
            self.give_up(asking)

    def go_on(self, asking):
        if not asking.left:
            self.close(asking)
        elif asking.young <= WINDOW // 2:
            self.ask(asking)
        self.sweep.go_on(asking.row)

    def ask(self, asking):
        state, end = asking.state, len(asking.state)
        while asking.next < end and asking.young < WINDOW:
            first = asking.next
            if state[first] == DONE:  # known from the hosts file
                asking.next += 1
                continue
            last = first
            while last < end and last - first < WINDOW - asking.young and state[last] != DONE:
                last += 1
            sent, number = asking.questions.packets.send(asking.sock, first, last - first)
            state[first:first + sent] = bytes([YOUNG]) * sent
            asking.young += sent
            asking.next += sent
            if sent:
                self.loop.after(YOUNG_S, self.grow_old, asking, first, first + sent)
                self.loop.after(self.patience(asking), self.expire, asking, first, first + sent)
            if number in NO_ROOM:
                self.loop.after(NO_ROOM_PAUSE_S, self.go_on, asking)
                return
            if number:
                self.give_up(asking)
                return

    def patience(self, asking):
        files = asking.files
        return min(files.timeout_s, self.resolver.timeout_s / files.steps())

    def on_ready(self, sock, events, asking):
        for _ in range(READS):
            count = self.incoming.read(sock)
            for slot in range(count):
                self.take(asking, self.incoming.packet(slot))
            if count < AT_ONCE:
                break
        else:
            self.loop.backlog = True
        if events & ERROR:  # port unreachable, say: nobody is there
            self.give_up(asking)
        self.go_on(asking)

    def take(self, asking, data):
        questions = asking.questions
        at = data[0] << 8 | data[1] if len(data) > 12 else len(asking.state)
        if at >= len(asking.state) or asking.state[at] not in (YOUNG, OLD):
            self.resolver.counts['strangeDns'] += 1
            return
        number = questions.plain_address(at, data)
        if number is not None:
            self.done(asking, at)
            if not asking.row.aim(at, number):
                self.sweep.leave(asking.row, at)
            return
        answer = parse_answer(data, questions.wires[at])
        if answer is None:
            self.resolver.counts['strangeDns'] += 1
            return
        rcode, addresses, truncated = answer
        if rcode == NOERROR and len(set(addresses)) == 1 and not truncated:
            self.settle(asking, at, addresses[:1])
        elif questions.final[at] and not addresses and not truncated and rcode in (NOERROR, NXDOMAIN):
            said = 'NXDOMAIN' if rcode == NXDOMAIN else 'no error and no IPv4 address'
            self.no_name(asking, at, '%s: %s at %s' % (said, questions.asked[at], asking.files.servers[0]))
        else:
            self.leave(asking, at)

    def settle(self, asking, at, addresses):
        if len(addresses) == 1 and asking.row.aim(at, number_of(addresses[0])):
            self.done(asking, at)
        else:
            self.leave(asking, at)

    def no_name(self, asking, at, detail):
        self.done(asking, at)
        row = asking.row
        row.open -= 1
        self.sweep.prober.end_without_try(row.job(at), 'no-name', detail)

    def leave(self, asking, at):
        self.done(asking, at)
        self.sweep.leave(asking.row, at)

    def done(self, asking, at):
        if asking.state[at] == YOUNG:
            asking.young -= 1
        asking.state[at] = DONE
        asking.left -= 1

    def grow_old(self, asking, first, last):
        for at in range(first, last):
            if asking.state[at] == YOUNG:
                asking.state[at] = OLD
                asking.young -= 1
        if asking.sock is not None:
            self.go_on(asking)

    def expire(self, asking, first, last):
        for at in range(first, last):
            if asking.state[at] in (YOUNG, OLD):
                self.leave(asking, at)
        if asking.sock is not None:
            self.go_on(asking)

    def give_up(self, asking):
        for at, state in enumerate(asking.state):
            if state != DONE:
                self.leave(asking, at)

    def close(self, asking):
        asking.row.asking = False
        if asking.sock is not None:
            self.loop.forget(asking.sock)
            asking.sock = None

#!/usr/bin/env python3
"""swarmlab's probe agent: one process probes from, and watches, every network namespace of one machine.

Run as root: python3 PATH. It talks JSON lines on stdin and stdout (see docs/probing.md), ends when stdin ends, and
is ended by SIGALRM at a hard deadline. Python 3.7 or newer, standard library only.

A socket stays in the network namespace where it was opened. The agent enters a namespace just to open sockets
there; one epoll loop then serves all of them.
"""
import bisect
import collections
import ctypes
import errno
import fcntl
import heapq
import json
import os
import random
import resource
import signal
import socket
import struct
import sys
import time

CLONE_NEWNET = 0x40000000
# linux/in.h, asm-generic/socket.h; not all of them are in Python 3.7's socket module.
IP_PKTINFO = 8
IP_RECVERR = 11
SO_ATTACH_FILTER = 26
SO_SNDBUFFORCE = 32
SO_RCVBUFFORCE = 33
IPV6_RECVERR = 25
SO_MEMINFO = 55
MSG_ERRQUEUE = 0x2000
SIOCGIFFLAGS = 0x8913
IFF_UP = 1
ESP = 50

# magic, version, kind, attempt, probe, session, tag of who speaks; padded to 32 bytes.
# The first byte of the magic lacks bit 0x08: the kernel's vxlan drops such a datagram (no VNI flag, RFC 7348).
MAGIC = b'swrm'
MAGIC_WORD = struct.unpack('>I', MAGIC)[0]
MESSAGE = struct.Struct('>4sBBHI8sQ4x')
ASK, ANSWER = 1, 2
CONTROL_ID = 0xF0000000

STARTS_PER_TURN = 64
# Answers that take this long come from queues of our own making: fewer new probes until they are drained.
CROWDED_S = 0.15
READS_PER_EVENT = 256
EVENTS_PER_TURN = 1024
LAG_WORTH_KEEPING_S = 0.1
REDO_LIMIT = 2
# Questions younger than this, at one resolver from one namespace, are at most so many. Older ones are likely to stay
# unanswered (an engine whose upstream is dead says nothing), and must not hold up the others.
DNS_WINDOW, DNS_YOUNG_S = 32, 0.1
PORT_FIRST, PORT_COUNT = 20000, 40000
STATE_FILE = '/run/swarmlab/probe-agent.counters'

libc = ctypes.CDLL(None, use_errno=True)
now = time.monotonic


NO_WAY = frozenset((
    errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN, errno.EPERM, errno.EACCES, errno.EINVAL,
    errno.ENOPROTOOPT, errno.EPROTO, errno.EMSGSIZE, errno.ENONET, errno.EOPNOTSUPP,
))


def name_of(number):
    return errno.errorcode.get(number, 'errno %d' % number)


# Classic BPF on what a raw IPv4 socket gets (the packet from its IP header on).
LDX_MSH, LD_B_IND, LD_W_IND = 0xb1, 0x50, 0x40
AND, RSH, ADD_X, TAX, JEQ, RET = 0x54, 0x74, 0x0c, 0x07, 0x15, 0x06


def attach_filter(sock, program):
    code = b''.join(struct.pack('=HBBI', *line) for line in program)
    buffer = ctypes.create_string_buffer(code)
    head = struct.pack('HL' if struct.calcsize('P') == 4 else 'HxxxxxxQ', len(program), ctypes.addressof(buffer))
    sock.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, head)


def magic_at(offset):
    return [(LDX_MSH, 0, 0, 0), (LD_W_IND, 0, 0, offset), (JEQ, 0, 1, MAGIC_WORD), (RET, 0, 0, 0xffff), (RET, 0, 0, 0)]


ICMP_FILTER = [
    (LDX_MSH, 0, 0, 0), (LD_B_IND, 0, 0, 0),
    (JEQ, 7, 0, 3), (JEQ, 6, 0, 11), (JEQ, 5, 0, 12),  # errors
    (JEQ, 1, 0, 0), (JEQ, 0, 2, 8),  # echo reply, echo request
    (LD_W_IND, 0, 0, 8), (JEQ, 1, 0, MAGIC_WORD), (RET, 0, 0, 0), (RET, 0, 0, 0xffff),
]
SYN_FILTER = [
    (LDX_MSH, 0, 0, 0), (LD_B_IND, 0, 0, 13), (AND, 0, 0, 0x12), (JEQ, 0, 1, 0x02), (RET, 0, 0, 0xffff), (RET, 0, 0, 0),
]
SYN_OR_MAGIC_FILTER = [
    (LDX_MSH, 0, 0, 0), (LD_B_IND, 0, 0, 13), (AND, 0, 0, 0x12), (JEQ, 7, 0, 0x02),
    (LD_B_IND, 0, 0, 12), (RSH, 0, 0, 2), (AND, 0, 0, 0x3c), (ADD_X, 0, 0, 0), (TAX, 0, 0, 0),
    (LD_W_IND, 0, 0, 0), (JEQ, 0, 1, MAGIC_WORD), (RET, 0, 0, 0xffff), (RET, 0, 0, 0),
]


def checksum(data):
    total = sum(struct.unpack('>%dH' % (len(data) // 2), data))
    total = (total >> 16) + (total & 0xffff)
    return ~(total + (total >> 16)) & 0xffff


ICMP_CODES = {
    0: 'network unreachable', 1: 'host unreachable', 2: 'protocol unreachable', 3: 'port unreachable',
    4: 'fragmentation needed', 5: 'source route failed', 6: 'network unknown', 7: 'host unknown',
    9: 'network prohibited', 10: 'host prohibited', 11: 'network unreachable for TOS',
    12: 'host unreachable for TOS', 13: 'administratively prohibited',
}


def icmp_text(kind, code, source):
    if kind == 3:
        what = ICMP_CODES.get(code, 'unreachable, code %d' % code)
    elif kind == 11:
        what = 'time exceeded'
    else:
        what = 'type %d code %d' % (kind, code)
    return 'ICMP %s from %s' % (what, source)


class Namespace:
    """Sockets of one network namespace; all places in it share them."""

    def __init__(self, fd, tag):
        self.fd = fd
        self.tag = tag
        self.places = []
        self.icmp = None
        self.esp = None
        self.syn = None
        self.tcp_port = None
        self.udp_port = None
        self.lo_up = False
        self.watched = {}  # 'icmp', 'udp', ...: sockets whose overflow matters
        self.ports = []
        self.raw = set()
        self.echo_counts = {}  # by address: ICMP ids used
        self.echoes = {}  # by (address, id, sequence): the try
        self.next_port = 0
        self.servers = {}
        self.control = {}


class Job:
    __slots__ = ('id', 'place', 'ns', 'name', 'address', 'addresses', 'protocol', 'port', 'mode', 'n', 'tries',
                 'redone', 'silences', 'attempts')

    def __init__(self, id, place, ns, aim_by, aim, protocol, port, mode):
        self.id = id
        self.place = place
        self.ns = ns
        self.name = aim if aim_by == 'name' else None
        self.address = aim if aim_by == 'ip' else None
        self.addresses = []
        self.protocol = protocol
        self.port = port
        self.mode = mode
        self.n = 0
        self.tries = 0
        self.redone = 0
        self.silences = 0
        self.attempts = []


class Try:
    __slots__ = ('job', 'n', 'started', 'timeout', 'sock', 'done', 'local', 'connected', 'buffer', 'icmp_id', 'drops')

    def __init__(self, job, timeout):
        self.job = job
        self.n = job.n
        self.started = now()
        self.timeout = timeout
        self.sock = None
        self.done = False
        self.local = None
        self.connected = False
        self.buffer = b''
        self.icmp_id = 0
        self.drops = 0


# --- names -----------------------------------------------------------------------------------------------------------

class Settings:
    """What a place resolves by: hosts(5) and resolv.conf(5), read once per batch."""

    def __init__(self, ns, hosts_path, resolv_path):
        self.ns = ns
        self.error = None
        self.hosts = {}
        self.servers = []
        self.search = []
        self.ndots, self.timeout_s, self.attempts = 1, 5, 2
        try:
            with open(hosts_path, encoding='utf-8', errors='replace') as file:
                self.read_hosts(file)
            with open(resolv_path, encoding='utf-8', errors='replace') as file:
                self.read_resolv(file)
        except OSError as failure:
            self.error = 'cannot read %s: %s' % (failure.filename, name_of(failure.errno))
        if not self.servers:
            self.servers = ['127.0.0.1']  # resolv.conf(5): the default is the local machine

    def read_hosts(self, lines):
        for line in lines:
            words = line.split('#', 1)[0].split()
            if len(words) < 2:
                continue
            try:
                socket.inet_pton(socket.AF_INET, words[0])
            except OSError:
                continue
            for word in words[1:]:
                found = self.hosts.setdefault(word.lower(), [])
                if words[0] not in found:
                    found.append(words[0])

    def read_resolv(self, lines):
        for line in lines:
            if line[:1] in '#;':
                continue
            words = line.split()
            if not words:
                continue
            if words[0] == 'nameserver' and len(words) > 1 and len(self.servers) < 3:
                self.servers.append(words[1])
            elif words[0] in ('search', 'domain'):
                self.search = words[1:] if words[0] == 'search' else words[1:2]
            elif words[0] == 'options':
                for option in words[1:]:
                    key, _, value = option.partition(':')
                    if not value.isdigit():
                        continue
                    if key == 'ndots':
                        self.ndots = min(int(value), 15)
                    elif key == 'timeout':
                        self.timeout_s = min(max(int(value), 1), 30)
                    elif key == 'attempts':
                        self.attempts = min(max(int(value), 1), 5)

    def candidates(self, name):
        """glibc's res_search: names with enough dots as they are first, else last; a final dot means no search."""
        if name.endswith('.'):
            return [name[:-1]]
        searched = [name + '.' + domain.strip('.') if domain.strip('.') else name for domain in self.search]
        order = [name] + searched if name.count('.') >= self.ndots else searched + [name]
        return list(dict.fromkeys(order))


def encode_name(name):
    out = b''
    for label in name.split('.'):
        raw = label.encode('utf-8')
        if not 0 < len(raw) < 64:
            return None
        out += bytes([len(raw)]) + raw
    return out + b'\0' if len(out) < 255 else None


def skip_name(data, at):
    while True:
        length = data[at]
        if length & 0xc0 == 0xc0:
            return at + 2
        at += 1 + length
        if length == 0:
            return at


def parse_dns(data, wire):
    """(rcode, addresses, truncated), or None for what is no answer to this question."""
    try:
        _, flags, questions, answers = struct.unpack('>HHHH', data[:8])
        if not flags & 0x8000 or questions != 1:
            return None
        end = 12 + len(wire)
        if data[12:end].lower() != wire.lower() or data[end:end + 4] != b'\0\1\0\1':
            return None
        at, found = end + 4, []
        for _ in range(answers):
            at = skip_name(data, at)
            kind, group, _, size = struct.unpack('>HHIH', data[at:at + 10])
            at += 10
            if kind == 1 and group == 1 and size == 4:
                found.append(socket.inet_ntoa(data[at:at + 4]))
            at += size
        return flags & 15, found, bool(flags & 0x200)
    except (struct.error, IndexError, OSError):
        return None


class Server:
    """One resolver as one namespace sees it, with a small window: resolvers lose what comes in a flood."""

    def __init__(self, address):
        self.address = address
        self.sock = None
        self.error = None
        self.flying = {}
        self.young = set()
        self.waiting = collections.deque()


class Lookup:
    def __init__(self, settings, name):
        self.settings = settings
        self.name = name
        self.waiters = []
        self.outcome = None
        self.detail = ''
        self.addresses = []
        self.started = None
        self.candidates = settings.candidates(name)
        self.index = 0
        self.step = 0
        self.failures = []
        self.got = {}
        self.wire = None
        self.server = None
        self.asked = []  # (server, id): any of them may still answer


# --- the agent -------------------------------------------------------------------------------------------------------

class Agent:
    def __init__(self):
        self.epoll = select_epoll()
        self.handlers = {}
        self.own = os.open('/proc/self/ns/net', os.O_RDONLY | os.O_CLOEXEC)
        self.current = self.own
        self.namespaces = {}
        self.places = {}
        self.timers = []
        self.serial = 0
        self.lags = []
        self.lag_now = 0.0
        self.input_parts = []
        self.output = collections.deque()
        self.output_events = 0
        self.session = b''
        self.queue = collections.deque()
        self.flying = 0
        self.recent_s = 0.0
        self.no_room_at = 0.0
        self.window = 1000
        self.unfinished = 0
        self.running = False
        self.leaving = False
        self.results = []
        self.pings = {}
        self.esps = {}
        self.seen = {}
        self.syns = {}
        self.lookups = {}
        self.settings = {}
        self.counts = collections.Counter()
        self.backlog = False
        self.backlog_since = None
        self.agent_index = 0
        self.first_id, self.first_port = 0, 0
        self.timeouts = [1.0]
        self.name_timeout = 2.0

    # namespaces

    def enter(self, fd):
        if fd == self.current:
            return
        if libc.setns(fd, CLONE_NEWNET):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        self.current = fd

    def add_place(self, place, preferred):
        report = {'id': place['id'], 'error': None}
        try:
            path = place['namespacePath']
            fd = self.own if path is None else os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError as failure:
            report['error'] = 'cannot open the namespace %s: %s' % (place['namespacePath'], name_of(failure.errno))
            return report
        try:
            stat = os.fstat(fd)
            key = (stat.st_dev, stat.st_ino)
            ns = self.namespaces.get(key)
            if ns is None:
                tag = (self.agent_index << 48) | (stat.st_ino & 0xffffffffffff)
                ns = Namespace(fd, tag)
                self.enter(fd)
                self.open_sockets(ns, preferred)
                self.namespaces[key] = ns
            elif fd not in (self.own, ns.fd):
                os.close(fd)
            self.enter(ns.fd)
            if place.get('rawTcp'):
                self.open_raw(ns, 'tcp')
            if place.get('rawUdp'):
                self.open_raw(ns, 'udp')
            for port in place.get('ports', ()):
                ns.ports.append(self.open_port(ns, port['protocol'], port['port']))
        except OSError as failure:
            report['error'] = 'cannot work in the namespace %s: %s' % (
                place['namespacePath'] or 'of the machine', name_of(failure.errno))
            return report
        finally:
            self.enter(self.own)
        ns.places.append(place['id'])
        self.places[place['id']] = (ns, place)
        report.update(tag=str(ns.tag), tcpPort=ns.tcp_port, udpPort=ns.udp_port, loUp=ns.lo_up, ports=ns.ports)
        return report

    def open_sockets(self, ns, preferred):
        opened = []

        def make(*kind):
            sock = socket.socket(socket.AF_INET, *kind)
            sock.setblocking(False)
            opened.append(sock)
            return sock

        try:
            icmp = make(socket.SOCK_RAW, socket.IPPROTO_ICMP)
            grow(icmp)
            attach_filter(icmp, ICMP_FILTER)
            flags = fcntl.ioctl(icmp.fileno(), SIOCGIFFLAGS, struct.pack('16sH14x', b'lo', 0))
            ns.lo_up = bool(struct.unpack('16sH14x', flags)[1] & IFF_UP)
            tcp = make(socket.SOCK_STREAM)
            tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            ns.tcp_port = bind_preferred(tcp, preferred)
            tcp.listen(4096)
            udp = make(socket.SOCK_DGRAM)
            ns.udp_port = bind_preferred(udp, preferred)
            ready_udp_listener(udp)
            syn = make(socket.SOCK_RAW, socket.IPPROTO_TCP)
            grow(syn)
            attach_filter(syn, SYN_FILTER)
        except OSError:
            for sock in opened:
                sock.close()
            raise
        ns.icmp = icmp
        ns.syn = syn
        ns.watched = {'icmp': [icmp], 'udp': [udp], 'tcp': [syn]}
        ns.next_port = self.first_port
        self.watch(icmp, self.on_icmp, ns)
        self.watch(tcp, self.on_accept, ns)
        self.watch(udp, self.on_udp_listener, ns)
        self.watch(syn, self.on_raw_tcp, ns)

    def open_raw(self, ns, protocol):
        if protocol in ns.raw:
            return
        if protocol == 'tcp':
            attach_filter(ns.syn, SYN_OR_MAGIC_FILTER)
        else:
            sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_UDP)
            sock.setblocking(False)
            grow(sock)
            attach_filter(sock, magic_at(8))
            ns.watched['udp'].append(sock)
            self.watch(sock, self.on_raw_udp, ns)
        ns.raw.add(protocol)

    def open_port(self, ns, protocol, port):
        """Listens on a port, or, where it is held, watches what arrives for it behind the INPUT filter."""
        report = {'protocol': protocol, 'port': port, 'mode': 'echo', 'error': None}
        try:
            if protocol == 'esp':
                if ns.esp is None:
                    ns.esp = socket.socket(socket.AF_INET, socket.SOCK_RAW, ESP)
                    ns.esp.setblocking(False)
                    grow(ns.esp)
                    attach_filter(ns.esp, magic_at(8))
                    ns.watched['esp'] = [ns.esp]
                    self.watch(ns.esp, self.on_esp, ns)
                return report
            sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM if protocol == 'tcp' else socket.SOCK_DGRAM)
            sock.setblocking(False)
            try:
                if protocol == 'tcp':
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                sock.bind(('', port))
                if protocol == 'tcp':
                    sock.listen(1024)
            except OSError as failure:
                sock.close()
                if failure.errno != errno.EADDRINUSE:
                    raise
                report['mode'] = 'held'
                if protocol == 'udp':
                    self.open_raw(ns, 'udp')
                return report
            if protocol == 'tcp':
                self.watch(sock, self.on_accept, ns)
            else:
                ready_udp_listener(sock)
                ns.watched['udp'].append(sock)
                self.watch(sock, self.on_udp_listener, ns)
        except OSError as failure:
            report['error'] = 'cannot open %s: %s' % (protocol, name_of(failure.errno))
        return report

    # what arrives at the places as targets

    def message(self, data):
        """(kind, attempt, probe, tag) of a message of this session, else None, counted."""
        if len(data) < MESSAGE.size or data[:4] != MAGIC:
            self.counts['malformed'] += 1
            return None
        _, version, kind, attempt, probe, session, tag = MESSAGE.unpack(data[:MESSAGE.size])
        if session != self.session:
            self.counts['otherSession'] += 1
            return None
        if version != 1 or kind not in (ASK, ANSWER):
            self.counts['malformed'] += 1
            return None
        return kind, attempt, probe, tag

    def pack(self, kind, attempt, probe, tag):
        return MESSAGE.pack(MAGIC, 1, kind, attempt, probe, self.session, tag)

    def record(self, ns, via, probe, attempt, source):
        self.seen.setdefault((probe, attempt, via, ns.tag), (source, round(self.lag_now * 1000)))

    def on_icmp(self, ns, sock, _events):
        for packet, source in self.drain(sock):
            head = (packet[0] & 15) * 4
            if len(packet) < head + 8:
                self.counts['malformed'] += 1
                continue
            kind, code, _, ident, sequence = struct.unpack('>BBHHH', packet[head:head + 8])
            if kind in (3, 11, 12):
                self.on_icmp_error(ns, packet[head + 8:], kind, code, source[0])
                continue
            message = self.message(packet[head + 8:])
            if message is None:
                continue
            what, attempt, probe, _ = message
            if kind == 8 and what == ASK:
                self.record(ns, 'icmp', probe, attempt, source[0])
            elif kind == 0 and what == ASK:
                self.on_echo_reply(ns, probe, attempt, ident, sequence, source[0])

    def on_echo_reply(self, ns, probe, attempt, ident, sequence, source):
        ping = self.pings.get((probe, attempt))
        if ping is None or ping.job.ns is not ns:
            self.counts['lateOrForeignReply'] += 1
        elif ping.icmp_id != ident or sequence != attempt or source != ping.job.address:
            self.counts['mismatchedReply'] += 1
        else:
            self.finish(ping, 'answered', 'echo reply')

    def on_icmp_error(self, ns, inner, kind, code, source):
        if len(inner) < 20 or inner[9] != socket.IPPROTO_ICMP:
            return
        head = (inner[0] & 15) * 4
        if len(inner) < head + 8 or inner[head] != 8:
            return
        ident, sequence = struct.unpack('>HH', inner[head + 4:head + 8])
        ping = ns.echoes.get((socket.inet_ntoa(inner[16:20]), ident, sequence))
        if ping is not None:
            self.finish(ping, 'unreachable', icmp_text(kind, code, source))

    def on_udp_listener(self, ns, sock, _events):
        for _ in range(READS_PER_EVENT):
            try:
                data, ancillary, _, source = sock.recvmsg(2048, 64)
            except BlockingIOError:
                return
            except OSError:
                continue
            message = self.message(data)
            if message is None or message[0] != ASK:
                continue
            _, attempt, probe, _ = message
            self.record(ns, 'udp', probe, attempt, source[0])
            reply = [self.pack(ANSWER, attempt, probe, ns.tag)]
            # From the address that was asked: a node has several.
            extra = [(level, kind, struct.pack('=I4s4s', 0, info[4:8], b'\0' * 4))
                     for level, kind, info in ancillary if (level, kind) == (socket.IPPROTO_IP, IP_PKTINFO)]
            try:
                sock.sendmsg(reply, extra, 0, source)
            except OSError as failure:
                self.counts['answerNotSent:' + name_of(failure.errno)] += 1
        self.backlog = True

    def on_raw_udp(self, ns, sock, _events):
        for packet, source in self.drain(sock):
            head = (packet[0] & 15) * 4
            message = self.message(packet[head + 8:])
            if message is not None and message[0] == ASK:
                self.record(ns, 'raw-udp', message[2], message[1], source[0])

    def on_raw_tcp(self, ns, sock, _events):
        for packet, source in self.drain(sock):
            head = (packet[0] & 15) * 4
            if len(packet) < head + 20:
                self.counts['malformed'] += 1
                continue
            port, target = struct.unpack('>HH', packet[head:head + 4])
            if packet[head + 13] & 0x12 == 0x02:
                if len(self.syns) < 300000:
                    self.syns[(ns.tag, source[0], port, target)] = True
                else:
                    self.counts['synNotKept'] += 1
                continue
            message = self.message(packet[head + (packet[head + 12] >> 4) * 4:])
            if message is not None and message[0] == ASK:
                self.record(ns, 'raw-tcp', message[2], message[1], source[0])

    def on_esp(self, ns, sock, _events):
        for packet, source in self.drain(sock):
            head = (packet[0] & 15) * 4
            message = self.message(packet[head + 8:])
            if message is None:
                continue
            kind, attempt, probe, tag = message
            if kind == ASK:
                self.record(ns, 'esp', probe, attempt, source[0])
                try:
                    sock.sendto(packet[head:head + 8] + self.pack(ANSWER, attempt, probe, ns.tag), source)
                except OSError as failure:
                    self.counts['answerNotSent:' + name_of(failure.errno)] += 1
                continue
            waiting = self.esps.get((probe, attempt))
            if waiting is None or waiting.job.ns is not ns or source[0] != waiting.job.address:
                self.counts['lateOrForeignReply'] += 1
            else:
                self.finish(waiting, 'answered', 'ESP answered', tag)

    def drain(self, sock):
        for _ in range(READS_PER_EVENT):
            try:
                yield sock.recvfrom(2048)
            except BlockingIOError:
                return
            except OSError:
                continue
        self.backlog = True

    def on_accept(self, ns, sock, _events):
        for _ in range(READS_PER_EVENT):
            try:
                peer, source = sock.accept()
            except BlockingIOError:
                return
            except OSError as failure:
                self.counts['acceptFailed:' + name_of(failure.errno)] += 1
                return
            peer.setblocking(False)
            state = {'ns': ns, 'source': source[0], 'data': b''}
            self.watch(peer, self.on_peer, state)
            self.after(30, self.drop_peer, peer)
        self.backlog = True

    def on_peer(self, state, sock, _events):
        try:
            data = sock.recv(2048)
        except BlockingIOError:
            return
        except OSError:
            data = b''
        if not data:
            self.forget(sock)
            return
        state['data'] += data
        if len(state['data']) < MESSAGE.size:
            return
        message = self.message(state['data'])
        state['data'] = b''
        if message is None or message[0] != ASK:
            self.forget(sock)
            return
        ns = state['ns']
        self.record(ns, 'tcp', message[2], message[1], state['source'])
        try:
            sock.send(self.pack(ANSWER, message[1], message[2], ns.tag))
        except OSError as failure:
            self.counts['answerNotSent:' + name_of(failure.errno)] += 1
            self.forget(sock)

    def drop_peer(self, sock):
        if sock.fileno() >= 0:
            self.forget(sock)

    # the loop

    def watch(self, sock, handler, state, events=1):
        self.handlers[sock.fileno()] = (handler, state, sock)
        self.epoll.register(sock.fileno(), events)

    def forget(self, sock):
        if sock.fileno() in self.handlers:
            del self.handlers[sock.fileno()]
            self.epoll.unregister(sock.fileno())
        sock.close()

    def after(self, seconds, action, *arguments):
        self.serial += 1
        heapq.heappush(self.timers, (now() + seconds, self.serial, action, arguments))

    def loop(self):
        woke = now()
        while not (self.leaving and not self.output):
            wait = 0.025 if self.session else 1.0
            if self.timers:
                wait = min(wait, max(0.0, self.timers[0][0] - now()))
            if self.backlog or (self.queue and self.flying < self.window):
                wait = 0.0
            events = self.epoll.poll(wait, EVENTS_PER_TURN)
            last, woke = woke, now()
            self.lag_now = max(0.0, woke - last - wait)
            if self.lag_now > LAG_WORTH_KEEPING_S:
                self.lags.append((woke, self.lag_now))
            self.backlog = len(events) == EVENTS_PER_TURN
            for fd, event in events:
                entry = self.handlers.get(fd)
                if entry is not None:
                    entry[0](entry[1], entry[2], event)
            self.run_timers()
            if self.queue:
                self.start_some()
            if self.running and self.unfinished == 0:
                self.report_done()

    def run_timers(self):
        """Nothing times out while its answer may still lie unread in a socket."""
        if not self.backlog:
            self.backlog_since = None
        elif self.backlog_since is None:
            self.backlog_since = now()
        if self.backlog:
            if now() - self.backlog_since < 1.0:
                return
            self.lags.append((now(), now() - self.backlog_since))
            self.backlog_since = None
        at = now()
        while self.timers and self.timers[0][0] <= at:
            _, _, action, arguments = heapq.heappop(self.timers)
            action(*arguments)

    def lag_during(self, started):
        at = bisect.bisect_left(self.lags, (started, 0.0))
        return max((lag for _, lag in self.lags[at:]), default=0.0)

    # probing

    def start_some(self):
        pace = 4 if self.recent_s > CROWDED_S else STARTS_PER_TURN
        room = min(pace, self.window - self.flying, len(self.queue))
        turn = [self.queue.popleft() for _ in range(max(0, room))]
        turn.sort(key=lambda job: job.ns.fd)
        for job in turn:
            if job.address is None:
                self.resolve(job)
            else:
                self.start(job)

    def start(self, job):
        job.n += 1
        job.tries += 1
        timeout = self.timeouts[min(job.tries, len(self.timeouts)) - 1]
        if job.mode == 'held' and job.protocol == 'udp':
            timeout = min(timeout, 0.4)  # no answer will come; this is for an ICMP error to come
        attempt = Try(job, timeout)
        self.flying += 1
        try:
            if job.protocol == 'icmp':
                self.start_icmp(attempt)
            elif job.protocol == 'esp':
                self.start_esp(attempt)
            elif job.protocol == 'tcp':
                self.start_tcp(attempt)
            else:
                self.start_udp(attempt)
        except OSError as failure:
            self.fail(attempt, failure.errno)
        if not attempt.done:
            self.after(timeout, self.expire, attempt)

    def start_icmp(self, attempt):
        job, ns = attempt.job, attempt.job.ns
        # Fresh per attempt and, by the counter that outlives the process, per batch: conntrack knows ids for 30 s.
        count = ns.echo_counts.get(job.address, 0)
        ns.echo_counts[job.address] = count + 1
        attempt.icmp_id = (self.first_id + count) & 0xffff
        attempt.drops = drops_of(ns.icmp)
        body = self.pack(ASK, attempt.n, job.id, ns.tag)
        plain = struct.pack('>BBHHH', 8, 0, 0, attempt.icmp_id, attempt.n)
        head = struct.pack('>BBHHH', 8, 0, checksum(plain + body), attempt.icmp_id, attempt.n)
        self.pings[(job.id, attempt.n)] = attempt
        ns.echoes[(job.address, attempt.icmp_id, attempt.n)] = attempt
        ns.icmp.sendto(head + body, (job.address, 0))

    def start_esp(self, attempt):
        job = attempt.job
        if job.ns.esp is None:
            raise OSError(errno.EPROTONOSUPPORT, 'no raw socket')
        self.esps[(job.id, attempt.n)] = attempt
        # SPIs up to 255 are reserved (RFC 4303, 2.1); an unknown one is dropped by whoever else listens.
        head = struct.pack('>II', random.randrange(0x10000, 0xffffffff), attempt.n)
        job.ns.esp.sendto(head + self.pack(ASK, attempt.n, job.id, job.ns.tag), (job.address, 0))

    def open_fresh(self, attempt, kind):
        """A socket in the sender's namespace on a source port that it did not use lately."""
        ns = attempt.job.ns
        self.enter(ns.fd)
        sock = socket.socket(socket.AF_INET, kind)
        attempt.sock = sock
        sock.setblocking(False)
        for _ in range(64):
            port = PORT_FIRST + ns.next_port % PORT_COUNT
            ns.next_port += 1
            try:
                sock.bind(('', port))
                return sock
            except OSError as failure:
                if failure.errno != errno.EADDRINUSE:
                    raise
        raise OSError(errno.EADDRINUSE, 'no free port')

    def start_tcp(self, attempt):
        job = attempt.job
        sock = self.open_fresh(attempt, socket.SOCK_STREAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        result = sock.connect_ex((job.address, job.port))
        if result not in (0, errno.EINPROGRESS):
            raise OSError(result, os.strerror(result))
        attempt.local = list(sock.getsockname())
        self.watch(sock, self.on_tcp, attempt, 4)

    def on_tcp(self, attempt, sock, _events):
        if not attempt.connected:
            failed = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if failed:
                self.fail(attempt, failed)
                return
            attempt.connected = True
            if attempt.job.mode == 'held':
                self.finish(attempt, 'accepted', 'connected')
                return
            self.epoll.modify(sock.fileno(), 1)
            try:
                sock.send(self.pack(ASK, attempt.n, attempt.job.id, attempt.job.ns.tag))
            except OSError as failure:
                self.finish(attempt, 'accepted', 'connected, then ' + name_of(failure.errno))
            return
        try:
            data = sock.recv(2048)
        except BlockingIOError:
            return
        except OSError as failure:
            self.finish(attempt, 'accepted', 'connected, then ' + name_of(failure.errno))
            return
        if not data:
            self.finish(attempt, 'accepted', 'connected, then closed without an answer')
            return
        attempt.buffer += data
        if len(attempt.buffer) >= MESSAGE.size or not MAGIC.startswith(attempt.buffer[:4]):
            self.judge_answer(attempt, attempt.buffer)

    def start_udp(self, attempt):
        job = attempt.job
        sock = self.open_fresh(attempt, socket.SOCK_DGRAM)
        sock.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)
        sock.connect((job.address, job.port))
        attempt.local = list(sock.getsockname())
        self.watch(sock, self.on_udp, attempt)
        sock.send(self.pack(ASK, attempt.n, job.id, job.ns.tag))

    def on_udp(self, attempt, sock, events):
        if events & 8:
            found = read_error(sock)
            if found is None:
                failed = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                if failed:
                    self.fail(attempt, failed)
            else:
                self.fail(attempt, found[0], found[1])
            return
        try:
            data = sock.recv(2048)
        except BlockingIOError:
            return
        except OSError as failure:
            self.fail(attempt, failure.errno)
            return
        self.judge_answer(attempt, data)

    def judge_answer(self, attempt, data):
        if len(data) >= MESSAGE.size and data[:4] == MAGIC:
            _, _, kind, number, probe, session, tag = MESSAGE.unpack(data[:MESSAGE.size])
            if (kind, number, probe, session) == (ANSWER, attempt.n, attempt.job.id, self.session):
                self.finish(attempt, 'answered', attempt.job.protocol.upper() + ' answered', tag)
                return
        self.finish(attempt, 'foreign', 'an answer without the nonce: %s' % data[:16].hex())

    def fail(self, attempt, number, detail=None):
        text = detail or name_of(number)
        if number == errno.ECONNREFUSED:
            self.finish(attempt, 'refused', text)
        elif number == errno.ETIMEDOUT:
            self.finish(attempt, 'timeout', text)
        elif number in NO_WAY:
            # EPERM: a filter on the way out. EACCES, EINVAL: prohibit and blackhole routes (ip-route(8)).
            self.finish(attempt, 'unreachable', text)
        elif number == errno.ECONNRESET:
            self.finish(attempt, 'refused', text)
        else:
            if number == errno.ENOBUFS:
                self.no_room_at = now()
                text += ' (a full neighbour table? see net.ipv4.neigh.default.gc_thresh3)'
            self.finish(attempt, 'busy', 'the agent could not send: ' + text)

    def expire(self, attempt):
        if attempt.done:
            return
        job = attempt.job
        if job.mode == 'held' and job.protocol == 'udp':
            self.finish(attempt, 'sent', 'sent; no answer is asked of this port')
        elif attempt.connected:
            self.finish(attempt, 'silent', 'connected, then no answer within %d ms' % round(attempt.timeout * 1000))
        else:
            self.finish(attempt, 'timeout', 'no answer within %d ms' % round(attempt.timeout * 1000))

    def finish(self, attempt, outcome, detail, tag=None):
        if attempt.done:
            return
        attempt.done = True
        self.flying -= 1
        job = attempt.job
        took = now() - attempt.started
        if outcome == 'answered':
            self.recent_s += (took - self.recent_s) / 16
        if job.protocol == 'icmp':
            self.pings.pop((job.id, attempt.n), None)
            job.ns.echoes.pop((job.address, attempt.icmp_id, attempt.n), None)
        elif job.protocol == 'esp':
            self.esps.pop((job.id, attempt.n), None)
        if attempt.sock is not None:
            self.forget(attempt.sock)
        inconclusive = outcome in ('timeout', 'silent', 'sent')
        spoilt = outcome == 'busy'
        if inconclusive:
            lag = self.lag_during(attempt.started)
            if lag > attempt.timeout / 2:
                spoilt, detail = True, 'the agent was starved for %d ms' % round(lag * 1000)
            elif job.protocol == 'icmp' and drops_of(job.ns.icmp) != attempt.drops:
                spoilt, detail = True, "the agent's socket overflowed"
            elif job.protocol == 'tcp' and self.no_room_at >= attempt.started:
                # connect(2) keeps to itself what the other protocols' sockets were told meanwhile.
                spoilt, detail = True, 'the kernel had no room for packets (ENOBUFS) meanwhile'
        job.attempts.append([job.n, 'not-measured' if spoilt else outcome, detail,
                             round(took * 1000, 3) if outcome == 'answered' else None,
                             attempt.local, None if tag is None else str(tag), job.address])
        self.next_or_end(job, inconclusive and not spoilt, spoilt)

    def next_or_end(self, job, inconclusive, spoilt):
        if spoilt and job.redone < REDO_LIMIT:
            job.redone += 1
            job.tries -= 1
            self.after(0.2, self.queue.append, job)
        elif inconclusive and job.tries < len(self.timeouts):
            self.queue.append(job)
        else:
            self.end(job)

    def end(self, job):
        self.unfinished -= 1
        if job.id >= CONTROL_ID:
            self.judge_control(job)
            return
        self.results.append([job.id, job.addresses, job.attempts])
        if len(self.results) >= 500:
            self.flush_results()

    def flush_results(self):
        if self.results:
            self.send({'op': 'results', 'results': self.results})
            self.results = []

    def judge_control(self, job):
        last = job.attempts[-1]
        error = None
        if last[1] != 'answered':
            error = '%s to itself over loopback: %s (%s)' % (job.protocol.upper(), last[1], last[2])
        elif (job.id, last[0], job.protocol, job.ns.tag) not in self.seen:
            error = '%s to itself over loopback was answered, but not seen by the agent' % job.protocol.upper()
        elif last[5] is not None and last[5] != str(job.ns.tag):
            error = '%s to itself over loopback was answered by something else' % job.protocol.upper()
        job.ns.control[job.protocol] = error

    # resolving

    def resolve(self, job):
        ns, place = job.ns, job.place
        key = (ns.tag, place['hostsPath'], place['resolvConfPath'])
        settings = self.settings.get(key)
        if settings is None:
            settings = self.settings[key] = Settings(ns, place['hostsPath'], place['resolvConfPath'])
        if settings.error is not None:
            self.end_unresolved(job, 'not-measured', settings.error)
            return
        lookup = self.lookups.get((key, job.name, job.silences))
        if lookup is None:
            lookup = self.lookups[(key, job.name, job.silences)] = Lookup(settings, job.name)
            lookup.waiters.append(job)
            self.begin_lookup(lookup)
        elif lookup.outcome is None:
            lookup.waiters.append(job)
        else:
            self.resolved(lookup, job)

    def begin_lookup(self, lookup):
        try:
            socket.inet_pton(socket.AF_INET, lookup.name)
            self.end_lookup(lookup, 'found', '', [lookup.name])
            return
        except (OSError, ValueError):
            pass
        listed = lookup.settings.hosts.get(lookup.name.rstrip('.').lower())
        if listed:
            self.end_lookup(lookup, 'found', 'hosts file', listed)
        else:
            self.ask_candidate(lookup)

    def ask_candidate(self, lookup):
        if lookup.index >= len(lookup.candidates):
            if 'nodata' in lookup.got:
                self.end_lookup(lookup, 'no-name', lookup.got['nodata'])
            elif 'servfail' in lookup.got:
                self.end_lookup(lookup, 'servfail', lookup.got['servfail'])
            else:
                self.end_lookup(lookup, 'no-name', lookup.got.get('nxdomain', 'NXDOMAIN'))
            return
        lookup.wire = encode_name(lookup.candidates[lookup.index])
        if lookup.wire is None:
            lookup.got['nxdomain'] = 'no DNS name can be made of it'
            self.next_candidate(lookup)
            return
        lookup.step = 0
        lookup.failures = []
        self.ask(lookup)

    def ask(self, lookup):
        settings = lookup.settings
        rounds = max(settings.attempts, 3)
        if lookup.step >= rounds * len(settings.servers):
            self.give_up(lookup)
            return
        address = settings.servers[lookup.step % len(settings.servers)]
        server = settings.ns.servers.get(address)
        if server is None:
            server = settings.ns.servers[address] = self.open_server(settings.ns, address)
        lookup.server = server
        if server.error is not None:
            self.step_failed(lookup, server, 'error', server.error)
        elif len(server.young) >= DNS_WINDOW:
            server.waiting.append((lookup, lookup.step, lookup.index))
        else:
            self.send_query(lookup)

    def open_server(self, ns, address):
        server = Server(address)
        self.enter(ns.fd)
        sock = None
        try:
            family = socket.AF_INET6 if ':' in address else socket.AF_INET
            sock = socket.socket(family, socket.SOCK_DGRAM)
            sock.setblocking(False)
            if family == socket.AF_INET:
                sock.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)
            else:
                sock.setsockopt(socket.IPPROTO_IPV6, IPV6_RECVERR, 1)
            sock.connect((address, 53))
            self.watch(sock, self.on_dns, server)
            server.sock = sock
        except OSError as failure:
            known = isinstance(failure.errno, int) and failure.errno > 0
            server.error = name_of(failure.errno) if known else 'no address'
            if sock is not None:
                sock.close()
        return server

    def send_query(self, lookup):
        server, settings = lookup.server, lookup.settings
        ident = random.randrange(65536)
        while ident in server.flying:
            ident = random.randrange(65536)
        if lookup.started is None:
            lookup.started = now()
        query = struct.pack('>HHHHHH', ident, 0x0100, 1, 0, 0, 0) + lookup.wire + b'\0\1\0\1'
        for again in (True, False):
            try:
                server.sock.send(query)
                break
            except OSError as failure:
                # The first may be an older query's error, waiting in the socket.
                if not again:
                    self.step_failed(lookup, server, 'error', name_of(failure.errno))
                    return
        server.flying[ident] = lookup
        server.young.add(ident)
        lookup.asked.append((server, ident))
        self.after(DNS_YOUNG_S, self.send_waiting, server, ident)
        rounds = max(settings.attempts, 3)
        budget = self.name_timeout / (rounds * len(settings.servers))
        self.after(min(settings.timeout_s, budget), self.query_expired, lookup, server, lookup.step, lookup.index)

    def send_waiting(self, server, ident):
        server.young.discard(ident)
        while server.waiting and len(server.young) < DNS_WINDOW:
            lookup, step, index = server.waiting.popleft()
            if lookup.outcome is None and (lookup.step, lookup.index) == (step, index):
                self.send_query(lookup)

    def forget_query(self, lookup, server, ident):
        lookup.asked.remove((server, ident))
        server.flying.pop(ident, None)
        self.send_waiting(server, ident)

    def query_expired(self, lookup, server, step, index):
        """Asks again; an answer to the first question still counts."""
        if lookup.outcome is None and (lookup.step, lookup.index) == (step, index):
            self.step_failed(lookup, server, 'silent', 'no answer')

    def step_failed(self, lookup, server, kind, text):
        lookup.failures.append((kind, 'resolver %s: %s' % (server.address, text)))
        lookup.step += 1
        # Not by a call from here: a long search list with a dead resolver would nest.
        self.after(0, self.ask_step, lookup, lookup.step, lookup.index)

    def ask_step(self, lookup, step, index):
        if lookup.outcome is None and (lookup.step, lookup.index) == (step, index):
            self.ask(lookup)

    def next_candidate(self, lookup):
        for server, ident in list(lookup.asked):
            self.forget_query(lookup, server, ident)
        lookup.index += 1
        self.ask_candidate(lookup)

    def give_up(self, lookup):
        """All servers were asked as often as may be. glibc goes on to the next domain only after SERVFAIL."""
        kinds = dict(reversed(lookup.failures))
        if 'servfail' in kinds:
            lookup.got.setdefault('servfail', kinds['servfail'])
            self.next_candidate(lookup)
        elif 'silent' in kinds:
            self.end_lookup(lookup, 'name-timeout', kinds['silent'])
        else:
            self.end_lookup(lookup, 'unreachable', kinds['error'])

    def on_dns(self, server, sock, events):
        if events & 8:
            for _ in range(64):
                found = read_error(sock)
                if found is None:
                    break
                number, _, payload = found
                ident = struct.unpack('>H', payload[:2])[0] if len(payload) >= 2 else -1
                lookup = server.flying.get(ident)
                if lookup is not None:
                    self.forget_query(lookup, server, ident)
                    self.step_failed(lookup, server, 'error', name_of(number))
        for _ in range(64):
            try:
                data = sock.recv(4096)
            except BlockingIOError:
                return
            except OSError:
                continue
            ident = struct.unpack('>H', data[:2])[0] if len(data) >= 12 else -1
            lookup = server.flying.get(ident)
            answer = parse_dns(data, lookup.wire) if lookup is not None else None
            if answer is None:
                self.counts['strangeDns'] += 1
                continue
            self.forget_query(lookup, server, ident)
            self.on_answer(lookup, server, *answer)
        self.backlog = True

    def on_answer(self, lookup, server, rcode, addresses, truncated):
        asked = '%s at %s' % (lookup.candidates[lookup.index], server.address)
        if rcode == 0 and addresses:
            self.end_lookup(lookup, 'found', 'truncated answer' if truncated else '', addresses)
        elif rcode == 0 and truncated:
            self.end_lookup(lookup, 'not-measured', 'truncated answer without an address: ' + asked)
        elif rcode in (0, 3):
            kind = 'nodata' if rcode == 0 else 'nxdomain'
            lookup.got.setdefault(kind, ('no error and no address: ' if rcode == 0 else 'NXDOMAIN: ') + asked)
            self.next_candidate(lookup)
        else:
            names = {1: 'FORMERR', 2: 'SERVFAIL', 4: 'NOTIMP', 5: 'REFUSED'}
            self.step_failed(lookup, server, 'servfail', names.get(rcode, 'rcode %d' % rcode))

    def end_lookup(self, lookup, outcome, detail, addresses=()):
        lookup.outcome = outcome
        lookup.detail = detail
        for server, ident in list(lookup.asked):
            self.forget_query(lookup, server, ident)
        lookup.addresses = list(addresses)
        if outcome == 'name-timeout':
            lag = self.lag_during(lookup.started)
            if lag > self.name_timeout / 2:
                lookup.outcome, lookup.detail = 'starved', 'the agent was starved for %d ms' % round(lag * 1000)
        for job in lookup.waiters:
            self.resolved(lookup, job)
        lookup.waiters = []

    def resolved(self, lookup, job):
        if lookup.outcome == 'found':
            job.address = lookup.addresses[0]
            job.addresses = lookup.addresses
            self.queue.append(job)
        elif lookup.outcome in ('name-timeout', 'starved'):
            job.n += 1
            job.silences += 1
            job.tries += 1
            starved = lookup.outcome == 'starved'
            outcome = 'not-measured' if starved else 'name-timeout'
            job.attempts.append([job.n, outcome, lookup.detail, None, None, None, None])
            self.next_or_end(job, not starved, starved)
        else:
            self.end_unresolved(job, lookup.outcome, lookup.detail)

    def end_unresolved(self, job, outcome, detail):
        job.n += 1
        job.attempts.append([job.n, outcome, detail, None, None, None, None])
        self.end(job)

    # talking to the controller

    def send(self, message):
        self.output.append(json.dumps(message, separators=(',', ':')).encode() + b'\n')
        self.write_some()

    def write_some(self, *_):
        while self.output:
            try:
                written = os.write(1, self.output[0][:65536])
            except BlockingIOError:
                self.set_output_events(4)
                return
            rest = self.output.popleft()[written:]
            if rest:
                self.output.appendleft(rest)
        self.set_output_events(0)

    def set_output_events(self, events):
        if events == self.output_events:
            return
        self.output_events = events
        self.epoll.modify(1, events)

    def on_stdin(self, *_):
        try:
            data = os.read(0, 1 << 20)
        except BlockingIOError:
            return
        if not data:
            os._exit(0)
        self.input_parts.append(data)
        if b'\n' not in data:
            return
        lines = b''.join(self.input_parts).split(b'\n')
        self.input_parts = [lines.pop()]
        for line in lines:
            if line.strip():
                self.on_command(json.loads(line.decode()))

    def on_command(self, command):
        op = command['op']
        if op == 'prepare':
            self.prepare(command)
        elif op == 'go':
            self.go(command)
        elif op == 'collect':
            self.collect()
        elif op == 'bye':
            self.send({'op': 'bye'})
            self.leaving = True
        else:
            raise ValueError('unknown op %r' % op)

    def prepare(self, command):
        signal.setitimer(signal.ITIMER_REAL, command['deadlineMs'] / 1000.0)
        self.session = bytes.fromhex(command['session'])
        self.agent_index = command['agentIndex']
        self.first_id, self.first_port = take_counters(command['expectedPerPair'], command['expectedPerPlace'])
        wanted = 4096 + command['expectedProbes'] * 2 + len(command['places']) * 12
        self.window = max(64, min(12000, raise_files(wanted) - 512 - len(command['places']) * 12) // 2)
        reports = [self.add_place(place, command['preferredPort']) for place in command['places']]
        self.send({'op': 'ready', 'places': reports})

    def go(self, command):
        self.timeouts = [ms / 1000.0 for ms in command['attemptTimeoutsMs']]
        self.name_timeout = command['nameTimeoutMs'] / 1000.0
        self.running = True
        controls = CONTROL_ID
        for ns in self.namespaces.values():
            for protocol, port in (('icmp', None), ('tcp', ns.tcp_port), ('udp', ns.udp_port)):
                if ns.lo_up:
                    self.queue.append(Job(controls, None, ns, 'ip', '127.0.0.1', protocol, port, 'echo'))
                    controls += 1
        for id, place, by, aim, protocol, port, mode in command['probes']:
            ns, settings = self.places[place]
            self.queue.append(Job(id, settings, ns, by, aim, protocol, port, mode))
        self.unfinished = len(self.queue)

    def report_done(self):
        self.running = False
        self.flush_results()
        self.send({'op': 'done', 'controls': [
            {'tag': str(ns.tag), 'loUp': ns.lo_up, 'failed': {key: value for key, value in ns.control.items() if value}}
            for ns in self.namespaces.values()
        ]})

    def collect(self):
        for fd in list(self.handlers):  # what still lies in the sockets belongs to the report
            entry = self.handlers.get(fd)
            if entry is not None and entry[0] in (self.on_icmp, self.on_udp_listener, self.on_raw_udp, self.on_raw_tcp,
                                                  self.on_esp):
                self.backlog = True
                while self.backlog:
                    self.backlog = False
                    entry[0](entry[1], entry[2], 1)
        rows = [[probe, attempt, via, str(tag), source, lag]
                for (probe, attempt, via, tag), (source, lag) in self.seen.items() if probe < CONTROL_ID]
        for at in range(0, len(rows), 2000):
            self.send({'op': 'seen', 'seen': rows[at:at + 2000]})
        syns = [[str(tag), source, port, target] for tag, source, port, target in self.syns]
        for at in range(0, len(syns), 2000):
            self.send({'op': 'syns', 'syns': syns[at:at + 2000]})
        drops = []
        for ns in self.namespaces.values():
            for protocol, sockets in ns.watched.items():
                lost = sum(drops_of(sock) for sock in sockets)
                if lost:
                    drops.append({'tag': str(ns.tag), 'protocol': protocol, 'lost': lost})
        worst = max((lag for _, lag in self.lags), default=0.0)
        self.send({'op': 'collected', 'drops': drops, 'counts': dict(self.counts), 'worstLagMs': round(worst * 1000)})

    def run(self):
        os.set_blocking(0, False)
        os.set_blocking(1, False)
        self.epoll.register(0, 1)
        self.handlers[0] = (self.on_stdin, None, None)
        self.epoll.register(1, 0)
        # Hang-up on stdout alone: the controller is gone.
        self.handlers[1] = (self.on_stdout, None, None)
        self.loop()

    def on_stdout(self, _state, _sock, events):
        if events & 0x18:
            os._exit(0)
        self.write_some()


def select_epoll():
    import select
    return select.epoll()


def grow(sock):
    """Room for a burst; on the way out too, as packets that wait for ARP count there and would block all others."""
    for forced, plain in ((SO_RCVBUFFORCE, socket.SO_RCVBUF), (SO_SNDBUFFORCE, socket.SO_SNDBUF)):
        try:
            sock.setsockopt(socket.SOL_SOCKET, forced, 16 << 20)
        except OSError:
            sock.setsockopt(socket.SOL_SOCKET, plain, 16 << 20)


def ready_udp_listener(sock):
    grow(sock)
    sock.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)


def bind_preferred(sock, port):
    try:
        sock.bind(('', port))
    except OSError as failure:
        if failure.errno != errno.EADDRINUSE:
            raise
        sock.bind(('', 0))
    return sock.getsockname()[1]


def drops_of(sock):
    try:
        return struct.unpack('=9I', sock.getsockopt(socket.SOL_SOCKET, SO_MEMINFO, 36))[8]
    except (OSError, struct.error):
        return 0  # before Linux 4.12


def read_error(sock):
    """(errno, text, the datagram it is about) from the socket's error queue (ip(7), IP_RECVERR), or None."""
    try:
        payload, ancillary, _, _ = sock.recvmsg(2048, 512, MSG_ERRQUEUE)
    except OSError:
        return None
    for level, kind, data in ancillary:
        if level == socket.IPPROTO_IP and kind == IP_RECVERR and len(data) >= 16:
            number, origin, icmp_type, code = struct.unpack('=IBBB', data[:7])
            if origin == 2 and len(data) >= 24:
                return number, icmp_text(icmp_type, code, socket.inet_ntoa(data[20:24])), payload
            return number, name_of(number), payload
        if level == socket.IPPROTO_IPV6 and kind == IPV6_RECVERR and len(data) >= 4:
            number = struct.unpack('=I', data[:4])[0]
            return number, name_of(number), payload
    return None


def raise_files(wanted):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for limit in (wanted, 65536, hard):
        if soft >= limit:
            return soft
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, max(limit, hard)))
            return limit
        except (ValueError, OSError):
            continue
    return soft


def take_counters(ids, ports):
    """Where this batch's ICMP ids and source ports start: after the last batch's, so that conntrack knows none."""
    first = [random.randrange(65536), random.randrange(PORT_COUNT)]
    try:
        os.makedirs(os.path.dirname(STATE_FILE), mode=0o700, exist_ok=True)
        fd = os.open(STATE_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            words = os.read(fd, 64).split()
            if len(words) == 2:
                first = [int(words[0]), int(words[1])]
            os.lseek(fd, 0, 0)
            os.ftruncate(fd, 0)
            os.write(fd, b'%d %d' % ((first[0] + ids) % 65536, (first[1] + ports) % PORT_COUNT))
        finally:
            os.close(fd)
    except (OSError, ValueError):
        pass
    return first


if __name__ == '__main__':
    signal.setitimer(signal.ITIMER_REAL, 3600)
    Agent().run()

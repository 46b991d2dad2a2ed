"""Questions of a witness's own: echo requests that must not be fragmented, and ARP requests of which every answer counts."""
import errno
import fcntl
import os
import socket
import struct
import time

from .kernel import attach_filter, grow
from .packet_filters import echo_answers

IP_MTU_DISCOVER = 10
IP_PMTUDISC_PROBE = 3  # linux/in.h: sets DF and goes by no path MTU that was learnt
ETH_P_ARP = 0x0806
# linux/sockios.h
SIOCGIFADDR = 0x8915
SIOCGIFHWADDR = 0x8927


def checksum(data):
    total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


class Ask:
    """Sends `count` times, `interval` apart, and takes answers until `waitMs` after the last."""

    def __init__(self, spec):
        self.spec = spec
        self.left = spec['count']
        self.interval = spec['intervalMs'] / 1000
        self.wait = spec['waitMs'] / 1000
        self.next = time.monotonic() + spec.get('delayMs', 0) / 1000
        self.sent = 0
        self.errors = {}
        self.ended = False

    def step(self, now):
        """Does what is due; gives when to come again."""
        while self.left > 0 and now >= self.next:
            self.left -= 1
            self.next += self.interval
            try:
                self.send(self.spec['count'] - self.left)
                self.sent += 1
            except OSError as failure:
                name = errno.errorcode.get(failure.errno, str(failure.errno))
                self.errors[name] = self.errors.get(name, 0) + 1
        if self.left == 0:
            if now >= self.next + self.wait:
                self.read()  # answers may have come while this process had no turn
                self.ended = True
            self.ended = self.ended or self.answered_all()
            return self.next + self.wait
        return self.next

    def answered_all(self):
        return False

    def read(self):
        pass


class PingAsk(Ask):
    """Echo requests of `size` bytes, IP header included (RFC 792)."""

    def __init__(self, spec):
        super().__init__(spec)
        self.id = struct.unpack('!H', os.urandom(2))[0]
        self.data = bytes(spec['size'] - 28) if spec['size'] > 28 else b''
        self.times = {}
        self.rtts = {}
        self.too_big = 0
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
        self.sock.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE)
        # Every such socket gets a copy of every answer: on a slow machine those of others filled its queue, and its own were lost.
        attach_filter(self.sock, echo_answers(self.id))
        grow(self.sock)
        self.sock.setblocking(False)

    def send(self, number):
        def packet(check):
            return struct.pack('!BBHHH', 8, 0, check, self.id, number) + self.data
        even = packet(0) + b'\0' * (len(self.data) % 2)
        self.times[number] = time.monotonic()
        self.sock.sendto(packet(checksum(even)), (self.spec['to'], 0))

    def read(self):
        while True:
            try:
                data, (address, _) = self.sock.recvfrom(2048)
            except OSError:
                return
            now = time.monotonic()
            head = (data[0] & 0x0f) * 4
            if len(data) < head + 8:
                continue
            kind, code, _, id, number = struct.unpack_from('!BBHHH', data, head)
            if kind == 0 and id == self.id and address == self.spec['to'] and number in self.times:
                self.rtts.setdefault(number, now - self.times[number])
            elif kind == 3 and code == 4 and data[head + 24:head + 28] == socket.inet_aton(self.spec['to']):
                self.too_big += 1

    def answered_all(self):
        return len(self.rtts) == self.sent

    def result(self):
        rtts = sorted(self.rtts.values())
        return {'id': self.spec['id'], 'sent': self.sent, 'answered': len(rtts), 'errors': self.errors,
                'tooBig': self.too_big, 'medianMs': round(rtts[len(rtts) // 2] * 1000, 3) if rtts else None}


def device_of(address):
    """The interface of this namespace that has the address, and its MAC."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for _, name in socket.if_nameindex():
            request = struct.pack('256s', name.encode())
            try:
                found = socket.inet_ntoa(fcntl.ioctl(sock.fileno(), SIOCGIFADDR, request)[20:24])
            except OSError:
                continue
            if found == address:
                return name, fcntl.ioctl(sock.fileno(), SIOCGIFHWADDR, request)[18:24]
    raise OSError(errno.EADDRNOTAVAIL, 'no interface there has the address %s' % address)


class ArpAsk(Ask):
    """Who has `to`? Asked by broadcast (RFC 826); each MAC that answers counts."""

    def __init__(self, spec):
        super().__init__(spec)
        self.macs = {}
        device, self.own = device_of(spec['source'])
        self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ARP))
        self.sock.bind((device, 0))
        self.sock.setblocking(False)

    def send(self, _number):
        head = b'\xff' * 6 + self.own + struct.pack('!H', ETH_P_ARP)
        ask = struct.pack('!HHBBH', 1, 0x0800, 6, 4, 1) + self.own + socket.inet_aton(self.spec['source'])
        self.sock.send(head + ask + bytes(6) + socket.inet_aton(self.spec['to']))

    def read(self):
        while True:
            try:
                data = self.sock.recv(128)
            except OSError:
                return
            if len(data) >= 42 and data[20:22] == b'\0\2' and data[28:32] == socket.inet_aton(self.spec['to']):
                name = ':'.join('%02x' % byte for byte in data[22:28])
                self.macs[name] = self.macs.get(name, 0) + 1

    def result(self):
        return {'id': self.spec['id'], 'sent': self.sent, 'macs': self.macs, 'errors': self.errors}

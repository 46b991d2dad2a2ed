"""The bare limit: every pair's packets, sent and received by one loop per machine, with no planning, transport or judging.

usage: bare_loop.py [--plain] ip|name <grid.json. Prints seconds from the first packet to the last answer, and CPU seconds.
By name: one question per pair to the resolver of the one who asks, then the echo request. Several packets to a system
call (sendmmsg(2), recvmmsg(2)); with --plain one, as Python's library has it.
"""
import ctypes
import json
import os
import resource
import select
import socket
import struct
import sys
import time

BATCH, STRIDE = 64, 128
libc = ctypes.CDLL(None, use_errno=True)


class Iovec(ctypes.Structure):
    _fields_ = [('base', ctypes.c_void_p), ('length', ctypes.c_size_t)]


class Header(ctypes.Structure):
    _fields_ = [('name', ctypes.c_void_p), ('namelen', ctypes.c_uint32), ('iov', ctypes.c_void_p),
                ('iovlen', ctypes.c_size_t), ('control', ctypes.c_void_p), ('controllen', ctypes.c_size_t),
                ('flags', ctypes.c_int)]


class Message(ctypes.Structure):
    _fields_ = [('head', Header), ('length', ctypes.c_uint)]


class Batch:
    def __init__(self, size, named=False):
        self.data = bytearray(BATCH * size)
        self.names = bytearray(BATCH * 16)
        base = ctypes.addressof(ctypes.c_char.from_buffer(self.data))
        names = ctypes.addressof(ctypes.c_char.from_buffer(self.names))
        self.vectors = (Iovec * BATCH)(*[(base + at * size, size) for at in range(BATCH)])
        self.messages = (Message * BATCH)()
        for at in range(BATCH):
            head = self.messages[at].head
            head.iov, head.iovlen = ctypes.addressof(self.vectors[at]), 1
            if named:
                head.name, head.namelen = names + at * 16, 16


def read(sock, batch, plain):
    """Gives how many packets it got."""
    if not plain:
        return max(0, libc.recvmmsg(sock.fileno(), batch.messages, BATCH, socket.MSG_DONTWAIT, None))
    for count in range(BATCH):
        try:
            sock.recv_into(batch.data)
        except BlockingIOError:
            return count
    return BATCH


def run(places, targets, by, plain):
    libc_setns, own = libc.setns, os.open('/proc/self/ns/net', os.O_RDONLY)
    epoll = select.epoll()
    raws, asks = {}, {}
    count = len(targets)
    for index, place in enumerate(places):
        fd = os.open(place['path'], os.O_RDONLY)
        libc_setns(fd, 0x40000000)
        raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
        raw.setsockopt(socket.SOL_SOCKET, 33, 16 << 20)
        raw.setsockopt(socket.SOL_SOCKET, 32, 16 << 20)
        raw.setblocking(False)
        epoll.register(raw, select.EPOLLIN)
        raws[raw.fileno()] = raw
        ask = None
        if by == 'name':
            ask = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            ask.connect(('127.0.0.11', 53))
            ask.setblocking(False)
            epoll.register(ask, select.EPOLLIN)
            asks[ask.fileno()] = (ask, raw)
        place['sockets'] = (raw, ask)
        os.close(fd)
    libc_setns(own, 0x40000000)
    sending, receiving = Batch(40, named=True), Batch(STRIDE)
    body = struct.pack('>BBHHH32x', 8, 0, 0xf7ff, 0, 0)
    for at in range(BATCH):
        sending.data[at * 40:at * 40 + 40] = body
    queries = [struct.pack('>HHHHHH', 0, 0x0100, 1, 0, 0, 0) + bytes([len(t['name'])]) + t['name'].encode() +
               b'\0\0\1\0\1' for t in targets]
    wanted, got = count * len(places), 0
    seen = 0

    def send(raw, addresses):
        if plain:
            for address in addresses:
                raw.sendto(body, (socket.inet_ntoa(address), 0))
            return
        for first in range(0, len(addresses), BATCH):
            some = addresses[first:first + BATCH]
            for at, address in enumerate(some):
                struct.pack_into('=HH4s', sending.names, at * 16, socket.AF_INET, 0, address)
            at = 0
            while at < len(some):
                sent = libc.sendmmsg(raw.fileno(), ctypes.byref(sending.messages, at * ctypes.sizeof(Message)),
                                     len(some) - at, 0)
                at += max(1, sent)

    def serve(wait):
        nonlocal got, seen
        for fd, _ in epoll.poll(wait, 1024):
            raw = raws.get(fd)
            if raw is None:
                ask, raw = asks[fd]
                addresses = []
                if plain:
                    for _ in range(BATCH):
                        try:
                            addresses.append(ask.recv(512)[-4:])
                        except BlockingIOError:
                            break
                else:
                    for at in range(read(ask, receiving, False)):
                        end = at * STRIDE + receiving.messages[at].length
                        addresses.append(bytes(receiving.data[end - 4:end]))
                send(raw, addresses)
            elif plain:
                for _ in range(BATCH):
                    try:
                        kind = raw.recv(128)[20]
                    except BlockingIOError:
                        break
                    got += kind == 0
                    seen += kind == 8
            else:
                number = read(raw, receiving, False)
                kinds = receiving.data[20:number * STRIDE:STRIDE]
                got += kinds.count(0)
                seen += kinds.count(8)

    return count, wanted, queries, send, serve, lambda: (got, seen)


def main():
    plain = '--plain' in sys.argv
    by = sys.argv[-1]
    grid = json.load(sys.stdin)
    targets = grid['places']
    out = []
    children = []
    go_read, go_write = os.pipe()
    for machine in grid['machines']:
        result_read, result_write = os.pipe()
        ready_read, ready_write = os.pipe()
        pid = os.fork()
        if pid == 0:
            places = [place for place in targets if place['machine'] == machine['name']]
            count, wanted, queries, send, serve, state = run(places, targets, by, plain)
            addresses = [socket.inet_aton(target['address']) for target in targets]
            os.write(ready_write, b'x')
            os.read(go_read, 1)
            began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF)
            for first in range(0, count, 32):
                for place in places:
                    raw, ask = place['sockets']
                    if ask is None:
                        send(raw, addresses[first:first + 32])
                    else:
                        for query in queries[first:first + 32]:
                            ask.send(query)
                    serve(0)
            last, known = time.monotonic(), (0, 0)
            while state()[0] < wanted and time.monotonic() - last < 4:
                serve(0.05)
                if state() != known:
                    known, last = state(), time.monotonic()
            after = resource.getrusage(resource.RUSAGE_SELF)
            # The others may still ask.
            os.write(result_write, json.dumps([
                last - began, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, state()[0],
                wanted]).encode())
            quiet = time.monotonic()
            while time.monotonic() - quiet < 0.3:
                serve(0.05)
            os._exit(0)
        children.append((pid, result_read, ready_read))
    for _, _, ready in children:
        os.read(ready, 1)
    os.write(go_write, b'x' * len(children))
    for pid, result, _ in children:
        out.append(json.loads(os.read(result, 4096)))
        os.waitpid(pid, 0)
    print(json.dumps({'wallS': max(row[0] for row in out), 'cpuS': sum(row[1] for row in out),
                      'answered': sum(row[2] for row in out), 'asked': sum(row[3] for row in out)}))


main()

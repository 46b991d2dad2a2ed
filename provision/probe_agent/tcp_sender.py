"""TCP at the sender: connects, sends the nonce, waits for the answer."""
import errno
import os
import socket
import struct

from .answers import judge_answer
from .errors import name_of
from .loop import READ, WRITE
from .message import ASK, MAGIC, SIZE


class TcpSender:
    def __init__(self, loop, messages, identifiers):
        self.loop = loop
        self.messages = messages
        self.identifiers = identifiers

    def send(self, attempt):
        job = attempt.job
        sock = self.identifiers.open_socket(attempt, socket.SOCK_STREAM)
        # Closes with RST, so that no TIME_WAIT stays behind (socket(7)).
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        result = sock.connect_ex((job.address, job.port))
        if result not in (0, errno.EINPROGRESS):
            raise OSError(result, os.strerror(result))
        attempt.local = list(sock.getsockname())
        self.loop.watch(sock, self.on_connected, attempt, events=WRITE)

    def release(self, attempt):
        pass

    def on_connected(self, sock, events, attempt):
        if attempt.connected:
            self.on_data(sock, attempt)
            return
        failed = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if failed:
            attempt.fail(failed)
            return
        attempt.connected = True
        if attempt.job.mode == 'held':
            attempt.finish('accepted', 'connected')
            return
        self.loop.change(sock, READ)
        try:
            sock.send(self.messages.pack(ASK, attempt.n, attempt.job.id, attempt.job.ns.tag))
        except OSError as failure:
            attempt.finish('accepted', 'connected, then ' + name_of(failure.errno))

    def on_data(self, sock, attempt):
        try:
            data = sock.recv(2048)
        except BlockingIOError:
            return
        except OSError as failure:
            attempt.finish('accepted', 'connected, then ' + name_of(failure.errno))
            return
        if not data:
            attempt.finish('accepted', 'connected, then closed without an answer')
            return
        attempt.buffer += data
        if len(attempt.buffer) >= SIZE or not MAGIC.startswith(attempt.buffer[:4]):
            judge_answer(attempt, attempt.buffer, self.messages.session)

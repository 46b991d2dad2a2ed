"""TCP at the target: accepts, and answers each nonce with who it is."""
import errno
import socket

from .errors import name_of
from .kernel import listen_overflows
from .loop import READS_PER_EVENT
from .message import ANSWER, ASK, SIZE

PREFERRED_BACKLOG = 4096
PORT_BACKLOG = 1024
PEER_LIFE_S = 30


def listening(preferred_port):
    """On this port of all addresses, or on any one that is free.

    With SO_REUSEADDR two agents may bind one port, and the second that listens on it is told (Linux, tcp(7), listen(2)).
    """
    for port in (preferred_port, 0):
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind(('', port))
            sock.listen(PREFERRED_BACKLOG)
            return sock
        except OSError as failure:
            sock.close()
            if port == 0 or failure.errno != errno.EADDRINUSE:
                raise


class TcpListener:
    def __init__(self, loop, messages, arrivals):
        self.loop = loop
        self.messages = messages
        self.arrivals = arrivals

    def open(self, ns, preferred_port):
        ns.listen_overflows = listen_overflows()
        sock = ns.add(listening(preferred_port))
        ns.tcp_port = sock.getsockname()[1]
        self.loop.watch(sock, self.on_accept, ns)

    def open_port(self, ns, port):
        """Raises EADDRINUSE where another program listens."""
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind(('', port))
            sock.listen(PORT_BACKLOG)
        except OSError:
            sock.close()
            raise
        self.loop.watch(ns.add(sock), self.on_accept, ns)

    def on_accept(self, sock, _events, ns):
        for _ in range(READS_PER_EVENT):
            try:
                peer, source = sock.accept()
            except BlockingIOError:
                return
            except OSError as failure:
                self.arrivals.counts['acceptFailed:' + name_of(failure.errno)] += 1
                return
            peer.setblocking(False)
            self.loop.watch(peer, self.on_peer, {'ns': ns, 'source': source[0], 'data': b''})
            self.loop.after(PEER_LIFE_S, self.loop.forget, peer)
        self.loop.backlog = True

    def on_peer(self, sock, _events, state):
        try:
            data = sock.recv(2048)
        except BlockingIOError:
            return
        except OSError:
            data = b''
        if not data:
            self.loop.forget(sock)
            return
        state['data'] += data
        if len(state['data']) < SIZE:
            return
        message = self.messages.read(state['data'])
        state['data'] = b''
        if message is None or message[0] != ASK:
            self.loop.forget(sock)
            return
        _, attempt, probe, _ = message
        ns = state['ns']
        self.arrivals.record(ns, 'tcp', probe, attempt, state['source'])
        try:
            sock.send(self.messages.pack(ANSWER, attempt, probe, ns.tag))
        except OSError as failure:
            self.arrivals.answer_not_sent(ns, 'tcp', failure.errno)
            self.loop.forget(sock)

"""Network namespaces, and the sockets that stand in them."""
import array
import errno
import fcntl
import os
import struct

from .errors import name_of
from .kernel import IFF_UP, SIOCGIFFLAGS, conntrack_drops, conntrack_is_full, listen_overflows, setns


class Namespace:
    """Sockets of one network namespace; all places in it share them."""

    def __init__(self, fd, inode, tag):
        self.fd = fd
        self.inode = inode
        self.tag = tag
        self.sockets = []
        self.watched = {}  # 'icmp', 'udp', ...: sockets whose overflow matters
        self.icmp = None
        self.esp = None
        self.syn = None
        self.raw = set()
        self.tcp_port = None
        self.listen_overflows = 0
        self.udp_port = None
        self.lo_up = False
        self.ports = []
        self.echo_counts = {}  # by address: ICMP ids used
        self.echoes = {}  # by (address, id, sequence): the try
        self.ports_used = 0
        self.rows_planned = 0
        self.rows = {}  # by ICMP id: what is swept from here
        self.asked_by = array.array('I'), array.array('I')  # first tries over ICMP that arrived: the probe, and its source
        self.servers = {}  # by address: resolvers
        self.control = {}  # by protocol: why it failed, or None

    def add(self, sock, protocol=None):
        """Takes a socket that was opened here; of a protocol whose lost packets matter."""
        sock.setblocking(False)
        self.sockets.append(sock)
        if protocol is not None:
            self.watched.setdefault(protocol, []).append(sock)
        return sock

    def find_lo(self):
        flags = fcntl.ioctl(self.sockets[0].fileno(), SIOCGIFFLAGS, struct.pack('16sH14x', b'lo', 0))
        self.lo_up = bool(struct.unpack('16sH14x', flags)[1] & IFF_UP)


class Namespaces:
    """Those of the batch, by inode: host-network containers and `container:` sharers have one."""

    def __init__(self, loop):
        self.loop = loop
        self.sockets = None  # who opens them
        self.own = os.open('/proc/self/ns/net', os.O_RDONLY | os.O_CLOEXEC)
        self.current = self.own
        self.by_inode = {}
        self.places = {}
        self.agent_index = 0
        self.conntrack_drops_before = conntrack_drops()

    def all(self):
        return self.by_inode.values()

    def enter(self, fd):
        if fd != self.current:
            setns(fd)
            self.current = fd

    def add_place(self, place, preferred_port):
        """Stands in a place; gives what the controller wants to know of it."""
        path = place['namespacePath']
        try:
            fd = self.own if path is None else os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError as failure:
            return {'id': place['id'], 'error': 'cannot open the namespace %s: %s' % (path, name_of(failure.errno))}
        try:
            ns = self.find_or_make(fd, preferred_port)
            self.enter(ns.fd)
            self.sockets.open_for(ns, place)
        except OSError as failure:
            where = path or 'of the machine'
            return {'id': place['id'],
                    'error': 'cannot work in the namespace %s: %s' % (where, name_of(failure.errno))}
        finally:
            self.enter(self.own)
        self.places[place['id']] = (ns, place)
        return {'id': place['id'], 'error': None, 'tag': str(ns.tag), 'tcpPort': ns.tcp_port, 'udpPort': ns.udp_port,
                'loUp': ns.lo_up, 'ports': ns.ports}

    def find_or_make(self, fd, preferred_port):
        key = inode_of(os.fstat(fd))
        ns = self.by_inode.get(key)
        if ns is not None:
            if fd not in (self.own, ns.fd):
                os.close(fd)
            return ns
        ns = Namespace(fd, key, (self.agent_index << 48) | (key[1] & 0xffffffffffff))
        self.enter(fd)
        try:
            self.sockets.open_all(ns, preferred_port)
        except OSError:
            for sock in ns.sockets:
                self.loop.forget(sock)
            raise
        self.by_inode[key] = ns
        return ns

    def conntrack_drops(self):
        """How many packets the machine's own connection tracking had no room for since the agent is there."""
        self.enter(self.own)
        return max(0, conntrack_drops() - self.conntrack_drops_before) if conntrack_is_full() else 0

    def listen_overflows(self, ns):
        """How many TCP connection requests found no room there since the agent listens."""
        self.enter(ns.fd)
        return max(0, listen_overflows() - ns.listen_overflows)

    def gone(self):
        """Places whose path leads elsewhere by now: what stopped or restarted is no longer where the sockets stand."""
        found = []
        for id, (ns, place) in self.places.items():
            path = place['namespacePath']
            try:
                there = path is None or inode_of(os.stat(path)) == ns.inode
            except OSError:
                there = False
            if not there:
                found.append({'id': id, 'error': 'the namespace %s went while it was probed' % path})
        return found


def inode_of(stat):
    return (stat.st_dev, stat.st_ino)


def bind_preferred(sock, port):
    """Binds to this port of all addresses, or to any one that is free; gives it."""
    try:
        sock.bind(('', port))
    except OSError as failure:
        if failure.errno != errno.EADDRINUSE:
            raise
        sock.bind(('', 0))
    return sock.getsockname()[1]

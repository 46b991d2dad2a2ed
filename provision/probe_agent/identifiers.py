"""Fresh ICMP ids and source ports: connection tracking lets known ones through after a rule was closed."""
import collections
import errno
import fcntl
import os
import random
import socket

from .errors import name_of

PORT_FIRST, PORT_COUNT = 20000, 40000
ID_COUNT = 65536
STATE_FILE = '/run/swarmlab/probe-agent.counters'


class NotOpened(Exception):
    """The agent could not open a socket to send from, which says nothing about the way to the target."""


def change_counters(change):
    """Replaces the machine's [id, port] by change(of them); None where there are none yet. One agent at a time."""
    try:
        os.makedirs(os.path.dirname(STATE_FILE), mode=0o700, exist_ok=True)
        fd = os.open(STATE_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        change(None)
        return
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        words = os.read(fd, 64).split()
        known = [int(word) for word in words] if len(words) == 2 and all(word.isdigit() for word in words) else None
        after = change(known)
        os.lseek(fd, 0, 0)
        os.ftruncate(fd, 0)
        os.write(fd, b'%d %d' % (after[0] % ID_COUNT, after[1] % PORT_COUNT))
    except OSError:
        change(None)
    finally:
        os.close(fd)


class Identifiers:
    def __init__(self, namespaces):
        self.namespaces = namespaces
        self.first = [0, 0]
        self.reserved = None

    def reserve(self, counts, tries):
        """Sets aside what these may need, each namespace counting from the same: after what the last batch had.

        The counts are of probes, by (namespace's tag, protocol); each row that is swept has an id more.
        """
        ids, ports = collections.Counter(), collections.Counter()
        for (tag, protocol), count in counts.items():
            (ports if protocol in ('tcp', 'udp') else ids)[tag] += count * tries
        for ns in self.namespaces.all():
            ids[ns.tag] += ns.rows_planned
        needed = [max(counter.values(), default=0) for counter in (ids, ports)]

        def take(known):
            self.first = known or [random.randrange(ID_COUNT), random.randrange(PORT_COUNT)]
            self.reserved = [(self.first[0] + needed[0]) % ID_COUNT, (self.first[1] + needed[1]) % PORT_COUNT]
            return self.reserved

        change_counters(take)

    def give_back(self):
        """What was not needed, as long as no other agent has taken any since: they would soon go round."""
        if self.reserved is None:
            return
        used = [max((ns.rows_planned + max(ns.echo_counts.values(), default=0) for ns in self.namespaces.all()), default=0),
                max((ns.ports_used for ns in self.namespaces.all()), default=0)]
        then = [self.first[0] + used[0], self.first[1] + used[1]]
        change_counters(lambda known: then if known in (self.reserved, None) else known)

    def icmp_id(self, ns, address):
        count = ns.echo_counts.get(address, 0)
        ns.echo_counts[address] = count + 1
        return (self.first[0] + ns.rows_planned + count) % ID_COUNT

    def open_socket(self, attempt, kind):
        """A socket in the sender's namespace on a source port that it did not use lately."""
        try:
            return self.open_in(attempt.job.ns, attempt, kind)
        except OSError as failure:
            raise NotOpened(name_of(failure.errno))

    def open_in(self, ns, attempt, kind):
        self.namespaces.enter(ns.fd)
        sock = socket.socket(socket.AF_INET, kind)
        attempt.sock = sock
        sock.setblocking(False)
        for _ in range(64):
            port = PORT_FIRST + (self.first[1] + ns.ports_used) % PORT_COUNT
            ns.ports_used += 1
            try:
                sock.bind(('', port))
                return sock
            except OSError as failure:
                if failure.errno != errno.EADDRINUSE:
                    raise
        raise OSError(errno.EADDRINUSE, 'no free port')

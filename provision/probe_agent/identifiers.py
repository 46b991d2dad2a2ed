"""Fresh ICMP ids and source ports: connection tracking lets known ones through after a rule was closed."""
import errno
import fcntl
import os
import random
import socket

PORT_FIRST, PORT_COUNT = 20000, 40000
ID_COUNT = 65536
STATE_FILE = '/run/swarmlab/probe-agent.counters'


def take_counters(ids, ports):
    """Where this batch's ICMP ids and source ports start: after the last batch's, so that conntrack knows none."""
    first = [random.randrange(ID_COUNT), random.randrange(PORT_COUNT)]
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
            os.write(fd, b'%d %d' % ((first[0] + ids) % ID_COUNT, (first[1] + ports) % PORT_COUNT))
        finally:
            os.close(fd)
    except (OSError, ValueError):
        pass
    return first


class Identifiers:
    def __init__(self, namespaces):
        self.namespaces = namespaces
        self.first_id, self.first_port = 0, 0

    def reserve(self, ids, ports):
        self.first_id, self.first_port = take_counters(ids, ports)

    def icmp_id(self, ns, address):
        count = ns.echo_counts.get(address, 0)
        ns.echo_counts[address] = count + 1
        return (self.first_id + count) % ID_COUNT

    def open_socket(self, attempt, kind):
        """A socket in the sender's namespace on a source port that it did not use lately."""
        ns = attempt.job.ns
        self.namespaces.enter(ns.fd)
        sock = socket.socket(socket.AF_INET, kind)
        attempt.sock = sock
        sock.setblocking(False)
        for _ in range(64):
            port = PORT_FIRST + (self.first_port + ns.ports_used) % PORT_COUNT
            ns.ports_used += 1
            try:
                sock.bind(('', port))
                return sock
            except OSError as failure:
                if failure.errno != errno.EADDRINUSE:
                    raise
        raise OSError(errno.EADDRINUSE, 'no free port')

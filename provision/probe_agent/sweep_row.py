"""A row: what one place asks over ICMP, the first try of each probe."""
import array
import collections
import socket

from .kernel import drops_of
from .loop import now
from .packets import ADDRESS
from .probes import Job


class Row:
    """Its probes are numbered from `first` on, in the order of its targets."""
    __slots__ = ('ns', 'place', 'targets', 'first', 'end', 'ident', 'addresses', 'took', 'chunks', 'todo', 'aimed',
                 'open', 'answered', 'asking', 'queued', 'holds', 'waits')

    def __init__(self, ns, place, targets, first):
        self.ns = ns
        self.place = place
        self.targets = targets
        self.first = first
        self.end = first + len(targets.asks)
        # Each row of a namespace has an ICMP id of its own, counted from the first of the batch.
        self.ident = ns.rows_planned
        ns.rows_planned += 1

    def begin(self, first_ident):
        """What it needs while it is asked, and no longer."""
        count = self.end - self.first
        self.ident = (first_ident + self.ident) % 65536
        self.addresses = array.array('I', bytes(4 * count))
        self.took = array.array('I', bytes(4 * count))  # microseconds; 0 where it was not answered at once
        self.chunks = [None] * count
        self.todo = collections.deque()
        self.aimed = set()
        self.open = count
        self.answered = 0
        self.asking = False  # for names
        self.queued = False
        self.holds = True  # one of the rows that are at work at one time
        self.waits = 0

    def aim(self, at, address):
        """False where it aims at that address already: conntrack could not tell those two apart."""
        if address in self.aimed:
            return False
        self.aimed.add(address)
        self.addresses[at] = address
        self.todo.append(at)
        return True

    def sent_to(self, address):
        """Which probe that was, where an error does not quote enough to tell."""
        return self.addresses.index(address) if address in self.aimed else None

    def job(self, at):
        by, aim, protocol, port, mode = self.targets.asks[at]
        job = Job(self.first + at, self.place, self.ns, by, aim, protocol, port, mode)
        if by == 'name' and self.addresses[at]:
            job.address = socket.inet_ntoa(ADDRESS.pack(self.addresses[at]))
            job.addresses = [job.address]
        return job


class Chunk:
    """What was sent at one time."""
    __slots__ = ('row', 'sent', 'started', 'left', 'young', 'drops')

    def __init__(self, row, sent):
        self.row = row
        self.sent = sent
        self.started = now()
        self.left = len(sent)
        self.young = True
        self.drops = drops_of(row.ns.icmp)
        for at in sent:
            row.chunks[at] = self

"""Runs the probes: how many at once, what is tried again, what each came to."""
import collections
import errno
import itertools
import json

from .identifiers import NotOpened
from .kernel import drops_of
from .loop import now
from .probes import CONTROL_ID, Try

STARTS_PER_TURN = 64
# Answers that take this long come from queues of our own making: fewer new probes until they are drained.
CROWDED_S = 0.15
CROWDED_STARTS = 4
REDO_LIMIT = 2
REDO_AFTER_S = 0.2
HELD_UDP_S = 0.4
RESULTS_PER_REPORT = 500
ALIKE_PER_REPORT = 5000


class Prober:
    def __init__(self, loop, send):
        self.loop = loop
        self.send = send
        self.senders = {}  # by protocol: who sends it
        self.resolver = None
        self.controls = None
        self.queue = collections.deque()
        self.coming = collections.deque()  # of those that are not in the queue yet: they are made when there is room
        self.flying = 0
        self.window = 1000
        self.recent_s = 0.0
        self.no_room_at = 0.0
        self.timeouts = [1.0]
        self.unfinished = 0
        self.results = []
        # Probe, and which of the words says all that came of it: what has no time and no port of its own is often alike.
        self.alike = []
        self.words = {}

    def add(self, jobs, count):
        """So many, of which each is taken when there is room for it."""
        self.unfinished += count
        self.coming.append(iter(jobs))

    def take(self, job):
        wrong = job.what_is_wrong()
        if wrong is None:
            self.queue.append(job)
        else:
            self.end_without_try(job, 'not-measured', wrong)

    def ended(self, count):
        """So many ended elsewhere."""
        self.unfinished -= count

    def first_try(self, job, started, drops):
        """A try over ICMP that was made elsewhere."""
        job.n = job.tries = 1
        attempt = Try(job, self.timeouts[0], self)
        attempt.started, attempt.drops = started, drops
        self.flying += 1
        return attempt

    def tries_at_most(self):
        return len(self.timeouts) + REDO_LIMIT

    def pending(self):
        return (self.queue or self.coming) and self.flying < self.window

    def refill(self):
        while self.coming and len(self.queue) < STARTS_PER_TURN:
            some = list(itertools.islice(self.coming[0], STARTS_PER_TURN))
            if not some:
                self.coming.popleft()
            for job in some:
                self.take(job)

    def start_some(self):
        self.refill()
        pace = CROWDED_STARTS if self.recent_s > CROWDED_S else STARTS_PER_TURN
        room = min(pace, self.window - self.flying, len(self.queue))
        turn = [self.queue.popleft() for _ in range(max(0, room))]
        turn.sort(key=lambda job: job.ns.fd)  # fewer changes of namespace
        for job in turn:
            if job.address is None:
                self.resolver.resolve(job)
            else:
                self.start(job)

    def start(self, job):
        job.n += 1
        job.tries += 1
        timeout = self.timeouts[min(job.tries, len(self.timeouts)) - 1]
        if job.mode == 'held' and job.protocol == 'udp':
            timeout = min(timeout, HELD_UDP_S)  # no answer will come; this is for an ICMP error to come
        attempt = Try(job, timeout, self)
        self.flying += 1
        try:
            self.senders[job.protocol].send(attempt)
        except NotOpened as failure:
            attempt.finish('busy', 'the agent could not open a socket: %s' % failure)
        except OSError as failure:
            attempt.fail(failure.errno)
        if not attempt.done:
            self.loop.after(timeout, attempt.expire)

    def could_not_send(self, number, text):
        if number == errno.ENOBUFS:
            self.no_room_at = now()
            text += ' (a full neighbour table? see net.ipv4.neigh.default.gc_thresh3)'
        return 'the agent could not send: ' + text

    def finished(self, attempt, outcome, detail, tag):
        self.flying -= 1
        job = attempt.job
        took = now() - attempt.started
        if outcome == 'answered':
            self.recent_s += (took - self.recent_s) / 16
        self.senders[job.protocol].release(attempt)
        if attempt.sock is not None:
            self.loop.forget(attempt.sock)
        inconclusive = outcome in ('timeout', 'silent', 'sent')
        doubt = self.doubt(attempt) if inconclusive else None
        spoilt = outcome == 'busy' or doubt is not None
        job.attempts.append([job.n, 'not-measured' if spoilt else outcome, doubt or detail,
                             round(took * 1000, 3) if outcome == 'answered' else None,
                             attempt.local, None if tag is None else str(tag), job.address])
        self.next_or_end(job, inconclusive and not spoilt, spoilt)

    def doubt(self, attempt):
        """Why silence may be the agent's own fault."""
        job = attempt.job
        lag = self.loop.lag_since(attempt.started)
        if lag > attempt.timeout / 2:
            return 'the agent was starved for %d ms' % round(lag * 1000)
        if job.protocol == 'icmp' and drops_of(job.ns.icmp) != attempt.drops:
            return "the agent's socket overflowed"
        if job.protocol == 'tcp' and self.no_room_at >= attempt.started:
            # connect(2) keeps to itself what the other protocols' sockets were told meanwhile.
            return 'the kernel had no room for packets (ENOBUFS) meanwhile'
        return None

    def next_or_end(self, job, inconclusive, spoilt):
        if spoilt and job.redone < REDO_LIMIT:
            job.redone += 1
            job.tries -= 1
            self.loop.after(REDO_AFTER_S, self.queue.append, job)
        elif inconclusive and job.tries < len(self.timeouts):
            self.queue.append(job)
        else:
            self.end(job)

    def resolved(self, job, lookup):
        """Called by the resolver, once for each time that it was asked."""
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
            self.end_without_try(job, lookup.outcome, lookup.detail)

    def end_without_try(self, job, outcome, detail):
        job.n += 1
        job.attempts.append([job.n, outcome, detail, None, None, None, None])
        self.end(job)

    def end(self, job):
        self.unfinished -= 1
        if job.id >= CONTROL_ID:
            self.controls.judge(job)
            return
        if all(took is None and local is None for _, _, _, took, local, _, _ in job.attempts):
            word = json.dumps([job.addresses, job.attempts], separators=(',', ':'))
            self.alike += (job.id, self.words.setdefault(word, len(self.words)))
        else:
            self.results.append([job.id, job.addresses, job.attempts])
        if len(self.results) >= RESULTS_PER_REPORT or len(self.alike) >= ALIKE_PER_REPORT * 2:
            self.flush_results()

    def flush_results(self):
        if self.results:
            self.send({'op': 'results', 'results': self.results})
            self.results = []
        if self.alike:
            self.send({'op': 'alike', 'words': list(self.words), 'rows': self.alike})
            self.alike, self.words = [], {}

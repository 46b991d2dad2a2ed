"""Runs the probes: how many at once, what is tried again, what each came to."""
import collections
import errno

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
ECHOED_PER_REPORT = 2000


class Prober:
    def __init__(self, loop, send):
        self.loop = loop
        self.send = send
        self.senders = {}  # by protocol: who sends it
        self.resolver = None
        self.controls = None
        self.queue = collections.deque()
        self.flying = 0
        self.window = 1000
        self.recent_s = 0.0
        self.no_room_at = 0.0
        self.timeouts = [1.0]
        self.unfinished = 0
        self.results = []
        # Answered at once: probe, microseconds, and which of the words the address is. Most probes are, and say no more.
        self.echoed = []
        self.words = {}

    def add(self, job):
        self.unfinished += 1
        wrong = job.what_is_wrong()
        if wrong is None:
            self.queue.append(job)
        else:
            self.end_without_try(job, 'not-measured', wrong)

    def tries_at_most(self):
        return len(self.timeouts) + REDO_LIMIT

    def pending(self):
        return self.queue and self.flying < self.window

    def start_some(self):
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
        first = job.attempts[0]
        if first[1] == 'answered' and job.protocol == 'icmp' and len(job.attempts) == 1 and len(job.addresses) < 2:
            self.echoed += (job.id, round(first[3] * 1000), self.words.setdefault(job.address, len(self.words)))
        else:
            self.results.append([job.id, job.addresses, job.attempts])
        if len(self.results) >= RESULTS_PER_REPORT or len(self.echoed) >= ECHOED_PER_REPORT * 3:
            self.flush_results()

    def flush_results(self):
        if self.results:
            self.send({'op': 'results', 'results': self.results})
            self.results = []
        if self.echoed:
            self.send({'op': 'echoed', 'words': list(self.words), 'rows': self.echoed})
            self.echoed, self.words = [], {}

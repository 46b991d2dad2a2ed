"""One epoll loop: sockets, timers, and how late they were served."""
import bisect
import collections
import select
import time

READ, WRITE, ERROR, HANGUP = select.EPOLLIN, select.EPOLLOUT, select.EPOLLERR, select.EPOLLHUP
READS_PER_EVENT = 256
EVENTS_PER_TURN = 1024
LAG_WORTH_KEEPING_S = 0.1
LONGEST_BACKLOG_S = 1.0

now = time.monotonic


class Loop:
    def __init__(self):
        self.epoll = select.epoll()
        self.handlers = {}
        self.timers = {}  # by duration: what comes due, in its order, as each began after the one before
        self.longest_wait_s = 1.0
        self.lags = []
        self.lag_now = 0.0
        self.backlog = False
        self.backlog_since = None
        self.behind_since = None
        self.woke = now()
        self.turns = 0

    def watch(self, sock, handler, *state, events=READ):
        """Calls handler(sock, events, *state) whenever something happens to the socket, or file descriptor."""
        fd = sock if isinstance(sock, int) else sock.fileno()
        self.handlers[fd] = (handler, sock, state)
        self.epoll.register(fd, events)

    def change(self, sock, events):
        self.epoll.modify(sock, events)

    def forget(self, sock):
        """Closes a socket, once or more often."""
        if sock.fileno() in self.handlers:
            del self.handlers[sock.fileno()]
            self.epoll.unregister(sock.fileno())
        sock.close()

    def after(self, seconds, action, *arguments):
        queue = self.timers.get(seconds)
        if queue is None:
            queue = self.timers[seconds] = collections.deque()
        queue.append((now() + seconds, action, arguments))

    def next_due(self):
        return min((queue[0][0] for queue in self.timers.values() if queue), default=None)

    def drain(self, sock):
        """What lies in a datagram socket, up to a limit: (data, source)."""
        for _ in range(READS_PER_EVENT):
            try:
                yield sock.recvfrom(2048)
            except BlockingIOError:
                return
            except OSError:
                continue
        self.backlog = True

    def read_rest(self, sockets):
        """Serves these until nothing is left in them."""
        for sock in sockets:
            entry = self.handlers.get(sock.fileno())
            self.backlog = entry is not None
            while self.backlog:
                self.backlog = False
                handler, _, state = entry
                handler(sock, READ, *state)

    def run(self, worker):
        """Until worker.left(). After each turn calls worker.turn(); does not wait while worker.pending()."""
        while not worker.left():
            wait = self.longest_wait_s
            if self.backlog or worker.pending():
                wait = 0.0
            else:
                due = self.next_due()
                if due is not None:
                    wait = min(wait, max(0.0, due - now()))
            events = self.epoll.poll(wait, EVENTS_PER_TURN)
            self.turns += 1
            last, woke = self.woke, now()
            self.woke = woke
            self.lag_now = max(0.0, woke - last - wait)
            if self.lag_now > LAG_WORTH_KEEPING_S:
                self.lags.append((woke, self.lag_now))
            self.backlog = len(events) == EVENTS_PER_TURN
            for fd, event in events:
                entry = self.handlers.get(fd)
                if entry is not None:
                    handler, sock, state = entry
                    handler(sock, event, *state)
            self.run_timers()
            worker.turn()

    def run_timers(self):
        """Nothing times out while its answer may still lie unread in a socket."""
        if not self.backlog:
            self.backlog_since = self.behind_since = None
        elif self.backlog_since is None:
            self.backlog_since = now()
            self.behind_since = self.behind_since or self.backlog_since
        if self.backlog:
            if now() - self.backlog_since < LONGEST_BACKLOG_S:
                return
            self.lags.append((now(), now() - self.backlog_since))
            self.backlog_since = None
        at = now()
        for queue in list(self.timers.values()):
            while queue and queue[0][0] <= at:
                _, action, arguments = queue.popleft()
                action(*arguments)

    def lateness(self):
        """How long what is read just now may have waited, at most, in seconds."""
        return self.lag_now + now() - min(self.woke, self.behind_since or self.woke)

    def lag_since(self, started):
        """The longest that nothing was served, since then, in seconds."""
        at = bisect.bisect_left(self.lags, (started, 0.0))
        return max((lag for _, lag in self.lags[at:]), default=0.0)

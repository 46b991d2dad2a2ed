"""What arrived in the namespaces, for the controller to join with what the senders know."""
import collections

from .kernel import drops_of
from .probes import CONTROL_ID

SYNS_KEPT = 300000
ROWS_PER_REPORT = 2000


class Arrivals:
    def __init__(self, loop):
        self.loop = loop
        self.counts = collections.Counter()
        self.seen = {}
        self.syns = {}

    def record(self, ns, via, probe, attempt, source):
        """A nonce arrived; the first time counts."""
        self.seen.setdefault((probe, attempt, via, ns.tag), (source, round(self.loop.lag_now * 1000)))

    def record_syn(self, ns, source, port, target):
        if len(self.syns) < SYNS_KEPT:
            self.syns[(ns.tag, source, port, target)] = True
        else:
            self.counts['synNotKept'] += 1

    def reports(self, namespaces):
        """All of it, as messages to the controller."""
        rows = [[probe, attempt, via, str(tag), source, lag]
                for (probe, attempt, via, tag), (source, lag) in self.seen.items() if probe < CONTROL_ID]
        for at in range(0, len(rows), ROWS_PER_REPORT):
            yield {'op': 'seen', 'seen': rows[at:at + ROWS_PER_REPORT]}
        syns = [[str(tag), source, port, target] for tag, source, port, target in self.syns]
        for at in range(0, len(syns), ROWS_PER_REPORT):
            yield {'op': 'syns', 'syns': syns[at:at + ROWS_PER_REPORT]}
        drops = []
        for ns in namespaces:
            for protocol, sockets in ns.watched.items():
                lost = sum(drops_of(sock) for sock in sockets)
                if lost:
                    drops.append({'tag': str(ns.tag), 'protocol': protocol, 'lost': lost})
        worst = max((lag for _, lag in self.loop.lags), default=0.0)
        yield {'op': 'collected', 'drops': drops, 'counts': dict(self.counts), 'worstLagMs': round(worst * 1000)}

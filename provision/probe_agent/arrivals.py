"""What arrived in the namespaces, for the controller to join with what the senders know."""
import collections
import errno
import itertools

from .errors import name_of, outcome_of
from .kernel import drops_of
from .number_text import text_of
from .probes import CONTROL_ID

SYNS_KEPT = 300000
ROWS_PER_REPORT = 2000
NUMBERS_PER_REPORT = 16384
ALL_PROTOCOLS = ('icmp', 'tcp', 'udp', 'esp')


class Arrivals:
    def __init__(self, loop):
        self.loop = loop
        self.counts = collections.Counter()
        self.seen = {}
        self.syns = {}
        self.lost = collections.Counter()  # by (tag, protocol): what the agent itself could not keep or answer

    def record(self, ns, via, probe, attempt, source):
        """A nonce arrived; the first time counts."""
        self.seen.setdefault((probe, attempt, via, ns.tag), (source, round(self.loop.lateness() * 1000)))

    def lost_here(self, ns, protocol):
        """Something arrived that is not kept: what else did is then not known for sure."""
        self.counts['notKept'] += 1
        self.lost[(ns.tag, protocol)] += 1

    def record_syn(self, ns, source, port, target):
        if len(self.syns) < SYNS_KEPT:
            self.syns[(ns.tag, source, port, target)] = True
        else:
            self.lost_here(ns, 'tcp')

    def answer_not_sent(self, ns, protocol, number):
        """A filter or a missing route on the way back is the network's; no room is this machine's, for all protocols."""
        self.counts['answerNotSent:' + name_of(number)] += 1
        if outcome_of(number) == 'busy':
            for one in ALL_PROTOCOLS if number == errno.ENOBUFS else (protocol,):
                self.lost[(ns.tag, one)] += 1

    def reports(self, namespaces, gone):
        """All of it, as messages to the controller."""
        seen = iter(self.seen.items())
        for some in iter(lambda: list(itertools.islice(seen, ROWS_PER_REPORT)), []):
            yield table_of(some)
        for ns in namespaces:
            yield from first_tries(ns)
        syns = [[str(tag), source, port, target] for tag, source, port, target in self.syns]
        for at in range(0, len(syns), ROWS_PER_REPORT):
            yield {'op': 'syns', 'syns': syns[at:at + ROWS_PER_REPORT]}
        drops = []
        for ns in namespaces:
            for protocol, sockets in ns.watched.items():
                lost = self.lost[(ns.tag, protocol)] + sum(drops_of(sock) for sock in sockets)
                if lost:
                    drops.append({'tag': str(ns.tag), 'protocol': protocol, 'lost': lost})
        worst = max((lag for _, lag in self.loop.lags), default=0.0)
        yield {'op': 'collected', 'drops': drops, 'gone': gone, 'counts': dict(self.counts),
               'worstLagMs': round(worst * 1000)}


def first_tries(ns):
    """The probes that arrived over ICMP at the first try, with their sources, as numbers."""
    probes, sources = ns.asked_by
    for at in range(0, len(probes), NUMBERS_PER_REPORT):
        part = slice(at, at + NUMBERS_PER_REPORT)
        yield {'op': 'arrived', 'tag': str(ns.tag), 'probes': text_of(probes[part]), 'sources': text_of(sources[part])}


def table_of(some):
    """Arrivals in one flat list of numbers, six to a row; words by their place in `words`."""
    places, rows = {}, []
    place = lambda word: places.setdefault(word, len(places))
    for (probe, attempt, via, tag), (source, late) in some:
        if probe < CONTROL_ID:
            rows += (probe, attempt, place(via), place(tag), place(source), late)
    return {'op': 'seen', 'words': [str(word) for word in places], 'rows': rows}

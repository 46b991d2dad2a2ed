"""The agent: puts the parts together, and does what the controller says: prepare, go, collect, bye."""
import collections
import signal

from .arrivals import Arrivals
from .channel import Channel
from .controls import Controls
from .esp import Esp
from .icmp import Icmp
from .identifiers import Identifiers
from .kernel import raise_files
from .loop import Loop
from .message import Messages
from .namespaces import Namespaces
from .prober import Prober
from .probes import Job
from .raw_watchers import RawWatchers
from .resolver import Resolver
from .sockets import Sockets
from .sweep import Sweep
from .sweep_names import SweepNames
from .sweep_row import Row
from .targets import Targets
from .tcp_listener import TcpListener
from .tcp_sender import TcpSender
from .udp import UdpListener, UdpSender

# Open files: of the agent itself, and of a namespace.
OWN_FILES, FILES_PER_PLACE = 512, 12
WINDOW_LEAST, WINDOW_MOST = 64, 12000
# Short, while probes run: a lag shows in how late the loop comes back.
TICK_S = 0.025


class Agent:
    def __init__(self):
        self.loop = loop = Loop()
        self.channel = Channel(loop, self.on_command)
        self.arrivals = arrivals = Arrivals(loop)
        self.messages = messages = Messages(arrivals.counts)
        self.namespaces = Namespaces(loop)
        self.identifiers = identifiers = Identifiers(self.namespaces)
        icmp = Icmp(loop, messages, arrivals, identifiers)
        esp = Esp(loop, messages, arrivals)
        self.namespaces.sockets = Sockets(
            icmp=icmp, tcp=TcpListener(loop, messages, arrivals), udp=UdpListener(loop, messages, arrivals),
            raw=RawWatchers(loop, messages, arrivals), esp=esp)
        self.prober = Prober(loop, self.channel.send)
        self.prober.senders = {
            'icmp': icmp, 'tcp': TcpSender(loop, messages, identifiers), 'udp': UdpSender(loop, messages, identifiers),
            'esp': esp}
        self.prober.resolver = self.resolver = Resolver(loop, self.namespaces, arrivals.counts, self.prober)
        self.prober.controls = self.controls = Controls(arrivals)
        self.sweep = icmp.sweep = Sweep(loop, messages, self.prober, self.channel.send)
        self.sweep.names = SweepNames(loop, self.namespaces, self.resolver, self.sweep)
        self.running = False
        self.leaving = False

    def run(self):
        self.channel.open()
        self.loop.run(self)

    def on_command(self, command):
        op = command['op']
        if op == 'prepare':
            self.prepare(command)
        elif op == 'go':
            self.go(command)
        elif op == 'collect':
            self.collect()
        elif op == 'bye':
            self.channel.send({'op': 'bye'})
            self.leaving = True
        else:
            raise ValueError('unknown op %r' % op)

    def prepare(self, command):
        signal.setitimer(signal.ITIMER_REAL, command['deadlineMs'] / 1000.0)
        self.loop.longest_wait_s = TICK_S
        self.messages.session = bytes.fromhex(command['session'])
        self.namespaces.agent_index = command['agentIndex']
        kept = OWN_FILES + len(command['places']) * FILES_PER_PLACE
        files = raise_files(4096 + min(command['expectedProbes'], WINDOW_MOST) * 2 + kept - OWN_FILES)
        self.prober.window = max(WINDOW_LEAST, min(WINDOW_MOST, files - kept) // 2)
        reports = [self.namespaces.add_place(place, command['preferredPort']) for place in command['places']]
        self.channel.send({'op': 'ready', 'places': reports})

    def go(self, command):
        self.prober.timeouts = [ms / 1000.0 for ms in command['attemptTimeoutsMs']]
        self.resolver.timeout_s = command['nameTimeoutMs'] / 1000.0
        self.running = True
        controls = list(self.controls.jobs(self.namespaces.all()))
        self.prober.add(controls, len(controls))
        counts = collections.Counter((job.ns.tag, job.protocol) for job in controls)
        lists = {}
        for place_id, first, runs in command['rows']:
            ns, place = self.namespaces.places[place_id]
            targets = lists.get(tuple(runs))
            if targets is None:
                targets = lists[tuple(runs)] = Targets(command['asks'], runs)
            self.add_row(ns, place, targets, first, counts)
        self.identifiers.reserve(counts, self.prober.tries_at_most())
        self.sweep.first_ident = self.identifiers.first[0]

    def add_row(self, ns, place, targets, first, counts):
        for protocol, count in targets.counts.items():
            counts[(ns.tag, protocol)] += count
        if targets.by is not None:
            self.sweep.rows.append(Row(ns, place, targets, first))
            self.prober.add((), len(targets.asks))
        else:
            jobs = (Job(first + at, place, ns, *ask) for at, ask in enumerate(targets.asks))
            self.prober.add(jobs, len(targets.asks))

    def collect(self):
        namespaces = self.namespaces.all()
        for ns in namespaces:  # what still lies in the sockets belongs to the report
            self.loop.read_rest(ns.sockets)
            self.arrivals.lost[(ns.tag, 'tcp')] += self.namespaces.listen_overflows(ns)
        dropped = self.namespaces.conntrack_drops()
        if dropped:
            self.arrivals.counts['conntrackFull'] = dropped
        self.identifiers.give_back()
        for report in self.arrivals.reports(namespaces, self.namespaces.gone()):
            self.channel.send(report)

    # What the loop asks of its worker.

    def left(self):
        return self.leaving and not self.channel.output

    def pending(self):
        return self.sweep.pending() or self.prober.pending()

    def turn(self):
        if self.sweep.pending():
            self.sweep.turn()
        elif self.prober.pending():
            self.prober.start_some()
        if self.running and self.prober.unfinished == 0:
            self.running = False
            self.prober.flush_results()
            self.channel.send({'op': 'done', 'controls': self.controls.report(self.namespaces.all())})

"""A probe that was asked for, and one try of it."""
from .addresses import is_ipv4
from .errors import name_of, outcome_of
from .loop import now

# Probes from here on are the agent's own: the positive controls.
CONTROL_ID = 0xF0000000


class Job:
    __slots__ = ('id', 'place', 'ns', 'name', 'address', 'addresses', 'protocol', 'port', 'mode', 'n', 'tries',
                 'redone', 'silences', 'attempts')

    def __init__(self, id, place, ns, aim_by, aim, protocol, port, mode):
        self.id = id
        self.place = place
        self.ns = ns
        self.name = aim if aim_by == 'name' else None
        self.address = aim if aim_by == 'ip' else None
        self.addresses = []
        self.protocol = protocol
        self.port = port
        self.mode = mode
        self.n = 0
        self.tries = 0
        self.redone = 0
        self.silences = 0
        self.attempts = []

    def what_is_wrong(self):
        """Why it cannot be probed, or None."""
        if self.name is None and not is_ipv4(self.address):
            return '%s is no IPv4 address' % self.address
        if self.protocol in ('tcp', 'udp') and not (isinstance(self.port, int) and 0 < self.port < 65536):
            return '%s is no port' % self.port
        return None


class Try:
    __slots__ = ('job', 'n', 'prober', 'started', 'timeout', 'sock', 'done', 'local', 'connected', 'buffer', 'icmp_id',
                 'drops')

    def __init__(self, job, timeout, prober):
        self.job = job
        self.n = job.n
        self.prober = prober
        self.started = now()
        self.timeout = timeout
        self.sock = None
        self.done = False
        self.local = None
        self.connected = False
        self.buffer = b''
        self.icmp_id = 0
        self.drops = 0

    def finish(self, outcome, detail, tag=None):
        """The first outcome counts. The tag is the namespace's that answered, where the answer says it."""
        if not self.done:
            self.done = True
            self.prober.finished(self, outcome, detail, tag)

    def fail(self, number, detail=None):
        text = detail or name_of(number)
        outcome = outcome_of(number)
        if outcome == 'busy':
            text = self.prober.could_not_send(number, text)
        self.finish(outcome, text)

    def expire(self):
        job = self.job
        ms = round(self.timeout * 1000)
        if job.mode == 'held' and job.protocol == 'udp':
            self.finish('sent', 'sent; no answer is asked of this port')
        elif self.connected:
            self.finish('silent', 'connected, then no answer within %d ms' % ms)
        else:
            self.finish('timeout', 'no answer within %d ms' % ms)

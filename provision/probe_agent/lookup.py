"""One name of one place: glibc's way through its servers and search list (res_search, res_send)."""
from .addresses import is_ipv4
from .dns import NOERROR, NXDOMAIN, RCODES, encode_name
from .loop import now


class Question:
    """One query of a lookup, at one server: the server tells it what came of it."""

    def __init__(self, lookup, server):
        self.lookup = lookup
        self.server = server
        self.wire = lookup.wire
        self.step, self.index = lookup.step, lookup.index
        self.ident = None

    def wanted(self):
        """Whether the lookup still waits for this one."""
        lookup = self.lookup
        return lookup.outcome is None and (lookup.step, lookup.index) == (self.step, self.index)

    def sent(self, ident):
        self.ident = ident
        self.lookup.on_sent(self)

    def expire(self):
        """Asks again; an answer to the first question still counts."""
        if self.wanted():
            self.lookup.step_failed(self.server, 'silent', 'no answer')

    def failed(self, kind, text):
        self.lookup.step_failed(self.server, kind, text)

    def refused(self, text):
        self.lookup.forget(self)
        self.failed('error', text)

    def answered(self, rcode, addresses, truncated):
        self.lookup.forget(self)
        self.lookup.on_answer(self.server, rcode, addresses, truncated)


class Lookup:
    def __init__(self, resolver, files, name):
        self.resolver = resolver
        self.files = files
        self.name = name
        self.waiters = []
        self.outcome = None
        self.detail = ''
        self.addresses = []
        self.started = None
        self.candidates = files.candidates(name)
        self.index = 0
        self.step = 0
        self.steps = files.steps()
        self.failures = []
        self.got = {}
        self.wire = None
        self.asked = []  # questions: any of them may still be answered

    def begin(self):
        if is_ipv4(self.name):
            self.end('found', '', [self.name])
            return
        listed = self.files.in_hosts(self.name)
        if listed:
            self.end('found', 'hosts file', listed)
        else:
            self.ask_candidate()

    def ask_candidate(self):
        if self.index >= len(self.candidates):
            if 'nodata' in self.got:
                self.end('no-name', self.got['nodata'])
            elif 'servfail' in self.got:
                self.end('servfail', self.got['servfail'])
            else:
                self.end('no-name', self.got.get('nxdomain', 'NXDOMAIN'))
            return
        self.wire = encode_name(self.candidates[self.index])
        if self.wire is None:
            self.got['nxdomain'] = 'no DNS name can be made of it'
            self.next_candidate()
            return
        self.step = 0
        self.failures = []
        self.ask()

    def next_candidate(self):
        self.forget_all()
        self.index += 1
        self.ask_candidate()

    def ask(self):
        if self.step >= self.steps:
            self.give_up()
            return
        server = self.resolver.server(self.files.ns, self.files.servers[self.step % len(self.files.servers)])
        if server.error is not None:
            self.step_failed(server, 'error', server.error)
        else:
            server.ask(Question(self, server))

    def on_sent(self, question):
        if self.started is None:
            self.started = now()
        self.asked.append(question)
        budget = self.resolver.timeout_s / self.steps
        self.resolver.loop.after(min(self.files.timeout_s, budget), question.expire)

    def forget(self, question):
        self.asked.remove(question)
        question.server.forget(question.ident)

    def forget_all(self):
        for question in list(self.asked):
            self.forget(question)

    def step_failed(self, server, kind, text):
        self.failures.append((kind, 'resolver %s: %s' % (server.address, text)))
        self.step += 1
        # Not by a call from here: a long search list with a dead resolver would nest.
        self.resolver.loop.after(0, self.ask_step, self.step, self.index)

    def ask_step(self, step, index):
        if self.outcome is None and (self.step, self.index) == (step, index):
            self.ask()

    def give_up(self):
        """All servers were asked as often as may be. glibc goes on to the next domain only after SERVFAIL."""
        kinds = dict(reversed(self.failures))
        if 'servfail' in kinds:
            self.got.setdefault('servfail', kinds['servfail'])
            self.next_candidate()
        elif 'silent' in kinds:
            self.end('name-timeout', kinds['silent'])
        else:
            self.end('unreachable', kinds['error'])

    def on_answer(self, server, rcode, addresses, truncated):
        asked = '%s at %s' % (self.candidates[self.index], server.address)
        if rcode == NOERROR and addresses:
            self.end('found', 'truncated answer' if truncated else '', addresses)
        elif rcode == NOERROR and truncated:
            self.end('not-measured', 'truncated answer without an address: ' + asked)
        elif rcode == NOERROR:
            self.got.setdefault('nodata', 'no error and no IPv4 address: ' + asked)
            self.next_candidate()
        elif rcode == NXDOMAIN:
            self.got.setdefault('nxdomain', 'NXDOMAIN: ' + asked)
            self.next_candidate()
        else:
            self.step_failed(server, 'servfail', RCODES.get(rcode, 'rcode %d' % rcode))

    def end(self, outcome, detail, addresses=()):
        self.outcome = outcome
        self.detail = detail
        self.addresses = list(addresses)
        self.forget_all()
        if outcome == 'name-timeout':
            lag = self.resolver.loop.lag_since(self.started)
            if lag > self.resolver.timeout_s / 2:
                self.outcome, self.detail = 'starved', 'the agent was starved for %d ms' % round(lag * 1000)
        waiters, self.waiters = self.waiters, []
        for job in waiters:
            self.resolver.told(job, self)

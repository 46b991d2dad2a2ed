"""Resolves the names that probes aim at, as the processes of their places would. Probes of one place share look-ups."""
from .dns_server import DnsServer
from .lookup import Lookup
from .name_files import NameFiles


class Resolver:
    def __init__(self, loop, namespaces, counts, prober):
        self.loop = loop
        self.namespaces = namespaces
        self.counts = counts
        self.prober = prober
        self.timeout_s = 2.0
        self.files = {}
        self.lookups = {}

    def files_of(self, ns, place):
        key = (ns.tag, place['hostsPath'], place['resolvConfPath'])
        files = self.files.get(key)
        if files is None:
            files = self.files[key] = NameFiles(ns, place['hostsPath'], place['resolvConfPath'])
        return files

    def resolve(self, job):
        """Tells the prober, now or later: resolved(job, lookup)."""
        files = self.files_of(job.ns, job.place)
        if files.error is not None:
            self.prober.end_without_try(job, 'not-measured', files.error)
            return
        # After a silence the name is asked for anew.
        key = (files, job.name, job.silences)
        lookup = self.lookups.get(key)
        if lookup is None:
            lookup = self.lookups[key] = Lookup(self, files, job.name)
            lookup.waiters.append(job)
            lookup.begin()
        elif lookup.outcome is None:
            lookup.waiters.append(job)
        else:
            self.told(job, lookup)

    def told(self, job, lookup):
        self.prober.resolved(job, lookup)

    def server(self, ns, address):
        server = ns.servers.get(address)
        if server is None:
            server = ns.servers[address] = DnsServer(self.loop, self.counts, address)
            self.namespaces.enter(ns.fd)
            server.open()
        return server

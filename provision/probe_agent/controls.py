"""The positive control: each namespace asks itself over loopback, or its silence proves nothing."""
from .probes import CONTROL_ID, Job


class Controls:
    def __init__(self, arrivals):
        self.arrivals = arrivals

    def jobs(self, namespaces):
        number = CONTROL_ID
        for ns in namespaces:
            for protocol, port in (('icmp', None), ('tcp', ns.tcp_port), ('udp', ns.udp_port)):
                if ns.lo_up:
                    yield Job(number, None, ns, 'ip', '127.0.0.1', protocol, port, 'echo')
                    number += 1

    def judge(self, job):
        number, outcome, detail, _, _, tag, _ = job.attempts[-1]
        what = '%s to itself over loopback' % job.protocol.upper()
        error = None
        if outcome != 'answered':
            error = '%s: %s (%s)' % (what, outcome, detail)
        elif (job.id, number, job.protocol, job.ns.tag) not in self.arrivals.seen:
            error = '%s was answered, but not seen by the agent' % what
        elif tag is not None and tag != str(job.ns.tag):
            error = '%s was answered by something else' % what
        job.ns.control[job.protocol] = error

    @staticmethod
    def report(namespaces):
        return [{'tag': str(ns.tag), 'loUp': ns.lo_up,
                 'failed': {protocol: error for protocol, error in ns.control.items() if error}}
                for ns in namespaces]

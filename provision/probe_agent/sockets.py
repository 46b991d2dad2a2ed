"""Which sockets stand in a namespace, and in which ports."""
import errno

from .errors import name_of


class Sockets:
    def __init__(self, icmp, tcp, udp, raw, esp):
        self.icmp = icmp
        self.tcp = tcp
        self.udp = udp
        self.raw = raw
        self.esp = esp

    def open_all(self, ns, preferred_port):
        """What every namespace has; the agent is in it."""
        self.icmp.open(ns)
        ns.find_lo()
        self.tcp.open(ns, preferred_port)
        self.udp.open(ns, preferred_port)
        self.raw.open(ns)

    def open_for(self, ns, place):
        """What this place asks for besides."""
        if place.get('rawTcp'):
            self.raw.watch_data(ns, 'tcp')
        if place.get('rawUdp'):
            self.raw.watch_data(ns, 'udp')
        for port in place.get('ports', ()):
            ns.ports.append(self.open_port(ns, port['protocol'], port['port']))

    def open_port(self, ns, protocol, port):
        """Listens on a port, or, where it is held, watches what arrives for it behind the INPUT filter."""
        report = {'protocol': protocol, 'port': port, 'mode': 'echo', 'error': None}
        try:
            if protocol == 'esp':
                self.esp.open(ns)
            elif not self.listen(ns, protocol, port):
                report['mode'] = 'held'
                if protocol == 'udp':
                    self.raw.watch_data(ns, 'udp')
        except OSError as failure:
            report['error'] = 'cannot open %s: %s' % (protocol, name_of(failure.errno))
        return report

    def listen(self, ns, protocol, port):
        listener = self.tcp if protocol == 'tcp' else self.udp
        try:
            listener.open_port(ns, port)
            return True
        except OSError as failure:
            if failure.errno != errno.EADDRINUSE:
                raise
            return False

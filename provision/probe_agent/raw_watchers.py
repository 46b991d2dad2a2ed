"""Raw sockets that see what arrives for other programs, behind netfilter's INPUT chain (ip_protocol_deliver_rcu)."""
import socket
import struct

from .kernel import attach_filter, grow
from .message import ASK
from .packet_filters import SYN_FILTER, SYN_OR_MAGIC_FILTER, magic_at

SYN, SYN_AND_ACK = 0x02, 0x12
UDP_HEAD, TCP_HEAD = 8, 20


class RawWatchers:
    def __init__(self, loop, messages, arrivals):
        self.loop = loop
        self.messages = messages
        self.arrivals = arrivals

    def open(self, ns):
        """Connection requests; with watch_data, also TCP data and datagrams that carry a nonce."""
        ns.syn = ns.add(socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP), 'tcp')
        grow(ns.syn)
        attach_filter(ns.syn, SYN_FILTER)
        self.loop.watch(ns.syn, self.on_tcp, ns)

    def watch_data(self, ns, protocol):
        if protocol in ns.raw:
            return
        if protocol == 'tcp':
            attach_filter(ns.syn, SYN_OR_MAGIC_FILTER)
        else:
            sock = ns.add(socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_UDP), 'udp')
            grow(sock)
            attach_filter(sock, magic_at(UDP_HEAD))
            self.loop.watch(sock, self.on_udp, ns)
        ns.raw.add(protocol)

    def on_udp(self, sock, _events, ns):
        for packet, source in self.loop.drain(sock):
            head = (packet[0] & 15) * 4
            self.take(ns, 'raw-udp', packet[head + UDP_HEAD:], source[0])

    def on_tcp(self, sock, _events, ns):
        for packet, source in self.loop.drain(sock):
            head = (packet[0] & 15) * 4
            if len(packet) < head + TCP_HEAD:
                self.arrivals.counts['malformed'] += 1
                continue
            port, target = struct.unpack('>HH', packet[head:head + 4])
            if packet[head + 13] & SYN_AND_ACK == SYN:
                self.arrivals.record_syn(ns, source[0], port, target)
            else:
                self.take(ns, 'raw-tcp', packet[head + (packet[head + 12] >> 4) * 4:], source[0])

    def take(self, ns, via, data, source):
        message = self.messages.read(data)
        if message is not None and message[0] == ASK:
            _, attempt, probe, _ = message
            self.arrivals.record(ns, via, probe, attempt, source)

"""Packets that pass an interface, counted by kind: bounded, whatever comes."""
import socket
import struct

from .kernel import SO_RCVBUFFORCE
from .message import MAGIC
from .witness_asks import device_of

ETH_P_ALL = 0x0003
PACKET_OUTGOING = 4  # linux/if_packet.h
MOST_ROWS = 400
MOST_READ = 4000
ARP_KINDS = {1: 'arp-request', 2: 'arp-reply'}
PROTOCOLS = {1: 'icmp', 6: 'tcp', 17: 'udp', 50: 'esp'}
FRAGMENT = 0x1fff
ESP_HEAD = 8  # SPI and sequence number (RFC 4303)


def mac(data):
    return ':'.join('%02x' % byte for byte in data)


def decode(frame, vxlan_port):
    """What an Ethernet frame is: (kind, from MAC, to MAC, from, to, protocol, port, inner), or None."""
    if len(frame) < 14:
        return None
    to_mac, from_mac, kind = frame[0:6], frame[6:12], struct.unpack_from('!H', frame, 12)[0]
    if kind == 0x0806 and len(frame) >= 42:
        name = ARP_KINDS.get(struct.unpack_from('!H', frame, 20)[0])
        if name is None:
            return None
        return (name, mac(frame[22:28]), mac(to_mac), socket.inet_ntoa(frame[28:32]), socket.inet_ntoa(frame[38:42]),
                None, None, None)
    if kind != 0x0800 or len(frame) < 34:
        return None
    head = 14 + (frame[14] & 0x0f) * 4
    protocol = PROTOCOLS.get(frame[23], str(frame[23]))
    source, target = socket.inet_ntoa(frame[26:30]), socket.inet_ntoa(frame[30:34])
    port = inner = None
    first = struct.unpack_from('!H', frame, 20)[0] & FRAGMENT == 0
    if first and protocol in ('tcp', 'udp') and len(frame) >= head + 8:
        sport, dport = struct.unpack_from('!HH', frame, head)
        # The port that one of the two listens at: clients' ports are the kernel's choice.
        port = dport if dport < 32768 else sport if sport < 32768 else dport
        if protocol == 'udp' and dport == vxlan_port and vxlan_port is not None:
            inside = decode(frame[head + 16:], None)
            inner = None if inside is None else [inside[0], inside[3], inside[4], inside[5], inside[6]]
            return ('vxlan', mac(from_mac), mac(to_mac), source, target, protocol, dport, inner)
    # The agents ask in ESP too, readably: that is not what an overlay sends.
    name = 'esp-echo' if first and protocol == 'esp' and frame[head + ESP_HEAD:].startswith(MAGIC) else 'ip'
    return (name, mac(from_mac), mac(to_mac), source, target, protocol, port, inner)


class Capture:
    """Of one interface, in the namespace that is stood in when it is made."""

    def __init__(self, place, look):
        self.id = place['id']
        self.vxlan_port = look['dataPathPort']
        self.addresses = set(look['addresses'])
        self.counts = {}
        self.overflowed = False
        self.read_so_far = 0
        self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        self.sock.setblocking(False)
        try:
            self.sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 4 << 20)
        except OSError:
            pass
        if place['address'] is not None:
            self.sock.bind((device_of(place['address'])[0], 0))

    def read(self):
        while self.read_so_far < MOST_READ:
            try:
                frame, about = self.sock.recvfrom(256)
            except BlockingIOError:
                return
            except OSError:
                return  # the interface went down: what was seen until then stands
            if about[0] == 'lo':
                continue
            self.take(frame, about)
        # No more than that: an empty queue is all that is wanted of the rest.
        self.overflowed = True
        try:
            while True:
                self.sock.recvfrom(1)
        except OSError:
            return

    def take(self, frame, about):
        seen = decode(frame, self.vxlan_port)
        if seen is None:
            return
        inner = seen[7]
        ends = {seen[3], seen[4]} if inner is None else {inner[1], inner[2]}
        if not ends & self.addresses:
            return
        self.read_so_far += 1
        key = (about[2] == PACKET_OUTGOING, about[0]) + seen[:7] + (None if inner is None else tuple(inner),)
        if key in self.counts or len(self.counts) < MOST_ROWS:
            count = self.counts.setdefault(key, [0, 0])
            count[0] += 1
            # The frame was cut; its IP header says how long it was.
            length = struct.unpack_from('!H', frame, 16)[0] if seen[5] is not None else len(frame)
            count[1] = max(count[1], length)
        else:
            self.overflowed = True

    def rows(self):
        return [{'at': self.id, 'out': key[0], 'device': key[1], 'kind': key[2], 'fromMac': key[3], 'toMac': key[4],
                 'from': key[5], 'to': key[6], 'protocol': key[7], 'port': key[8], 'inner': key[9],
                 'packets': count[0], 'largest': count[1]} for key, count in self.counts.items()]

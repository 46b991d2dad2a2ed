"""What places ask: lists of asks that many places share, and the questions for their names."""
import collections
import itertools
import struct

from .addresses import is_ipv4
from .dns import A_IN, HEADER, encode_name, query
from .packets import Packets


class Targets:
    """A list of asks, each (by, aim, protocol, port, mode)."""

    def __init__(self, asks, runs):
        pairs = zip(runs[::2], runs[1::2])
        self.asks = list(itertools.chain.from_iterable(asks[at:at + count] for at, count in pairs))
        kinds = {(by, protocol, mode) for by, _, protocol, _, mode in self.asks}
        # By what all of them are asked over ICMP, and so can be swept; None where they differ.
        self.by = self.asks[0][0] if len(kinds) == 1 and next(iter(kinds))[1:] == ('icmp', 'echo') else None
        self.counts = collections.Counter(protocol for _, _, protocol, _, _ in self.asks)
        self.numbers = [number_of(aim) for _, aim, _, _, _ in self.asks] if self.by == 'ip' else None
        self.places = {}  # by name, for the hosts files: where in the list
        self.questions = {}  # by what the first candidate is made from
        if self.by == 'name':
            for at, (_, aim, _, _, _) in enumerate(self.asks):
                self.places.setdefault(aim.lower(), []).append(at)

    def questions_for(self, files):
        """The first question for each name, ready to be sent; places with the same search list share them."""
        key = (tuple(files.search), files.ndots)
        if key not in self.questions:
            self.questions[key] = Questions([aim for _, aim, _, _, _ in self.asks], files)
        return self.questions[key]


class Questions:
    """One for each name: the identifier is its place in the list, as each place asks from a port of its own."""

    def __init__(self, names, files):
        candidates = [files.candidates(name) for name in names]
        # None: no such name can be asked for, or it is an address.
        self.wires = [None if is_ipv4(name) else encode_name(some[0]) for name, some in zip(names, candidates)]
        # An answer without a name is the last word where there is nothing else to look for.
        self.final = [len(some) == 1 for some in candidates]
        self.asked = [some[0] for some in candidates]
        # What a plain answer is, from the question on, up to its time to live: one address of that very name.
        self.answers = [None if wire is None else wire + A_IN + b'\xc0\x0c' + A_IN for wire in self.wires]
        messages = [query(at, wire or b'\0') for at, wire in enumerate(self.wires)]
        ends = list(itertools.accumulate(len(message) for message in messages))
        spans = [(end - len(message), len(message)) for end, message in zip(ends, messages)]
        self.packets = Packets(bytearray(b''.join(messages)), spans)

    def plain_address(self, at, data):
        """The address of an answer as resolvers usually give it; None: look at it more closely."""
        # A response, whole, without an error, to one question with one answer (RFC 1035, 4.1.1).
        if not data[2] & 0x80 or data[2] & 2 or data[3] & 15 or data[4:8] != b'\0\1\0\1':
            return None
        plain = self.answers[at]
        end = HEADER + len(plain) + 4
        if not data.startswith(plain, HEADER) or data[end:end + 2] != b'\0\4' or len(data) < end + 6:
            return None
        return struct.unpack_from('>I', data, end + 2)[0]


def number_of(address):
    """An IPv4 address as a number; None for what is none."""
    if not is_ipv4(address):
        return None
    a, b, c, d = address.split('.')
    return int(a) << 24 | int(b) << 16 | int(c) << 8 | int(d)

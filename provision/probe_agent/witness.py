"""Watches one machine while a pair is probed: what passes its interfaces, what its tables hold, who answers a question of its own.

One JSON object a line: a `look` comes in and `watching` goes out; `go`, then `asked`; `end`, then `seen`. It changes nothing
and leaves nothing behind; it ends with its standard input, and by itself after the look's deadline.
"""
import json
import os
import select
import signal
import sys
import time

from .witness_asks import ArpAsk, PingAsk
from .witness_capture import Capture
from .witness_tables import after, before, stand


class Witness:
    def __init__(self, look):
        self.look = look
        self.captures = []
        self.asks = []
        self.failures = []
        self.poll = select.epoll()
        self.handlers = {}

    def add(self, sock, handler):
        self.poll.register(sock.fileno(), select.EPOLLIN)
        self.handlers[sock.fileno()] = handler

    def attempt(self, what, work):
        """A collector that fails says so, and the others go on."""
        try:
            return work()
        except (OSError, ValueError) as failure:
            self.failures.append('%s: %s' % (what, failure))
            return None

    def watch(self):
        for place in self.look['watch']:
            def open_one(place=place):
                with stand(place['path']):
                    capture = Capture(place, self.look)
                self.captures.append(capture)
                self.add(capture.sock, capture.read)
            self.attempt('capture at %s' % place['id'], open_one)

    def ask(self):
        kinds = {'ping': PingAsk, 'arp': ArpAsk}
        for spec in self.look['asks']:
            def open_one(spec=spec):
                with stand(spec['path']):
                    ask = kinds[spec['kind']](spec)
                self.asks.append(ask)
                self.add(ask.sock, ask.read)
            self.attempt('%s to %s' % (spec['kind'], spec['to']), open_one)

    def run(self, line_ready):
        """Serves sockets and asks until a line comes in."""
        asking = bool(self.asks)
        while True:
            now = time.monotonic()
            due = [ask.step(now) for ask in self.asks if not ask.ended]
            if asking and not due:
                asking = False
                say({'op': 'asked', 'answers': [ask.result() for ask in self.asks]})
            wait = min([0.2] + [max(0.0, at - time.monotonic()) for at in due])
            for fd, _ in self.poll.poll(wait):
                if fd == 0:
                    return line_ready()
                self.handlers[fd]()


def say(report):
    sys.stdout.write(json.dumps(report, separators=(',', ':')) + '\n')
    sys.stdout.flush()


def read_line(kept=bytearray()):
    """One line of standard input; None at its end."""
    while b'\n' not in kept:
        part = os.read(0, 65536)
        if not part:
            return None
        kept += part
    line, _, rest = bytes(kept).partition(b'\n')
    kept[:] = rest
    return json.loads(line.decode())


def main():
    look = read_line()
    if look is None:
        return
    signal.setitimer(signal.ITIMER_REAL, look['deadlineMs'] / 1000)
    witness = Witness(look)
    witness.watch()
    tables = before(look, witness.attempt)
    say({'op': 'watching', 'tables': tables, 'clockMs': time.time() * 1000, 'failures': witness.failures})
    witness.poll.register(0, select.EPOLLIN)
    if witness.run(read_line) is None:
        return
    witness.failures = []
    witness.ask()
    if not witness.asks:
        say({'op': 'asked', 'answers': []})
    if witness.run(read_line) is None:
        return
    for capture in witness.captures:
        capture.read()
    # Once more: some answers came after the asks had ended, while the pair was still being probed.
    say({'op': 'seen', 'tables': after(look, witness.attempt), 'failures': witness.failures,
         'answers': [ask.result() for ask in witness.asks],
         'packets': [row for capture in witness.captures for row in capture.rows()],
         'overflowed': any(capture.overflowed for capture in witness.captures)})

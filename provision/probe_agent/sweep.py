"""Sends the rows: echo requests from one place to many, several to a system call.

Nearly all are answered at once, and are then a number each: how long it took. What stays open the prober goes on with,
as with any other probe.
"""
import collections
import errno

from .echo import SIZE, VARYING, VARYING_AT, echo_request
from .loop import now
from .number_text import text_of
from .packets import ADDRESS, AT_ONCE, NAME, Outgoing
from .sweep_row import Chunk

PACKETS_PER_TURN = 1024
ROWS_AT_ONCE = 128
# Requests younger than this are at most so many. Older ones are likely to stay unanswered, and must not hold up the rest.
WINDOW, YOUNG_S = 4096, 0.1
# No room in the sending buffer, where packets wait for ARP too, or in the neighbour table.
NO_ROOM = frozenset((errno.EAGAIN, errno.ENOBUFS, errno.ENOMEM, errno.EINTR))
NO_ROOM_PAUSE_S, NO_ROOM_PAUSES = 0.02, 50


class Sweep:
    def __init__(self, loop, messages, prober, send_report):
        self.loop = loop
        self.messages = messages
        self.prober = prober
        self.send_report = send_report
        self.names = None
        self.rows = collections.deque()  # not begun
        self.at_work = 0
        self.ready = collections.deque()
        self.young = 0
        self.outgoing = Outgoing(SIZE)
        self.patterns = {}
        self.first_ident = 0

    def pending(self):
        return self.young < WINDOW and (self.ready or (self.rows and self.at_work < ROWS_AT_ONCE))

    def turn(self):
        while self.rows and self.at_work < ROWS_AT_ONCE:
            self.begin(self.rows.popleft())
        room = PACKETS_PER_TURN
        while self.ready and room > 0 and self.young < WINDOW:
            row = self.ready.popleft()
            row.queued = False
            self.send(row)
            room -= AT_ONCE

    def begin(self, row):
        self.at_work += 1
        row.begin(self.first_ident)
        row.ns.rows[row.ident] = row
        if row.targets.by == 'name':
            self.names.begin(row)
        else:
            for at, number in enumerate(row.targets.numbers):
                if number is None or not row.aim(at, number):
                    self.leave(row, at)
        self.go_on(row)

    def go_on(self, row):
        """Whenever there is something to send, or nothing more to come."""
        if row.todo:
            if not row.queued:
                row.queued = True
                self.ready.append(row)
        elif not row.asking:
            if row.holds:
                row.holds = False
                self.at_work -= 1
            self.end_if_done(row)

    def send(self, row):
        batch = [row.todo.popleft() for _ in range(min(AT_ONCE, len(row.todo)))]
        data, names = self.outgoing.data, self.outgoing.names
        session, tag, first, addresses = self.messages.session, row.ns.tag, row.first, row.addresses
        data[:len(batch) * SIZE] = echo_request(row.ident, 1, first, session, tag) * len(batch)
        for slot, at in enumerate(batch):
            probe = first + at
            VARYING.pack_into(data, slot * SIZE + VARYING_AT, probe, session, tag, probe ^ 0xffffffff)
            ADDRESS.pack_into(names, slot * NAME + 4, addresses[at])
        chunk = Chunk(row, batch)
        self.young += len(batch)
        sent, number = self.outgoing.send(row.ns.icmp, 0, len(batch))
        self.loop.after(YOUNG_S, self.grow_old, chunk)
        self.loop.after(self.prober.timeouts[0], self.expire, chunk)
        if number == 0:
            row.waits = 0
        elif number in NO_ROOM:
            self.wait_for_room(row, chunk, batch[sent:], number)
            return
        else:
            self.take_out(row, batch[sent], chunk)
            self.first_try(row, batch[sent], chunk).fail(number)
            self.unsend(row, batch[sent + 1:], chunk)
        self.go_on(row)

    def unsend(self, row, rest, chunk):
        for at in rest:
            self.take_out(row, at, chunk)
        row.open += len(rest)
        row.todo.extendleft(reversed(rest))

    def wait_for_room(self, row, chunk, rest, number):
        self.unsend(row, rest, chunk)
        if number == errno.ENOBUFS:
            self.prober.no_room_at = now()
        row.waits += 1
        if row.waits < NO_ROOM_PAUSES:
            self.loop.after(NO_ROOM_PAUSE_S, self.go_on, row)
            return
        while row.todo:  # the prober will find the same, and says so
            self.leave(row, row.todo.popleft())
        self.go_on(row)

    def take_out(self, row, at, chunk):
        """This one is no longer waited for."""
        row.chunks[at] = None
        row.open -= 1
        chunk.left -= 1
        if chunk.young:
            self.young -= 1

    def answer(self, row, probe, source, at_time):
        """False where it is no answer to what is waited for."""
        at = probe - row.first
        chunk = row.chunks[at]
        if chunk is None or row.addresses[at] != source:
            return False
        row.took[at] = max(1, int((at_time - chunk.started) * 1e6))
        row.answered += 1
        self.take_out(row, at, chunk)
        if not row.open:
            self.end_if_done(row)
        return True

    def fail(self, row, at, text):
        """An ICMP error about this request."""
        chunk = row.chunks[at]
        if chunk is not None:
            self.take_out(row, at, chunk)
            self.first_try(row, at, chunk).finish('unreachable', text)
            self.end_if_done(row)

    def grow_old(self, chunk):
        chunk.young = False
        self.young -= chunk.left

    def expire(self, chunk):
        row = chunk.row
        if not chunk.left:
            return
        for at in chunk.sent:
            if row.chunks[at] is chunk:
                self.take_out(row, at, chunk)
                self.first_try(row, at, chunk).expire()
        self.end_if_done(row)

    def first_try(self, row, at, chunk):
        """For the prober to judge, and to go on from."""
        return self.prober.first_try(row.job(at), chunk.started, chunk.drops)

    def leave(self, row, at):
        """A probe that was not tried: the prober's from here on."""
        row.open -= 1
        self.prober.take(row.job(at))

    def end_if_done(self, row):
        """Done: all of it was answered, or is the prober's."""
        if row.open or row.ns.rows.pop(row.ident, None) is None:
            return
        report = {'op': 'swept', 'first': row.first, 'took': text_of(row.took)}
        key = row.addresses.tobytes()
        number = self.patterns.get(key)
        if number is None:
            number = self.patterns[key] = len(self.patterns)
            report['addresses'] = text_of(row.addresses)
        report['pattern'] = number
        self.send_report(report)
        self.prober.ended(row.answered)
        row.addresses = row.took = row.chunks = row.aimed = None

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const folder = fileURLToPath(new URL('../../provision', import.meta.url));

const common = `
import sys
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
import array, base64, errno, io, json, socket, struct, types
from probe_agent import sweep as sweep_module
from probe_agent.arrivals import Arrivals
from probe_agent.dns import encode_name
from probe_agent.echo import ECHO, SIZE, checksum_of, echo_request
from probe_agent.icmp import Icmp
from probe_agent.loop import Loop, now
from probe_agent.message import ASK, Messages
from probe_agent.name_files import NameFiles
from probe_agent.packets import AT_ONCE, Incoming, Packets
from probe_agent.prober import Prober
from probe_agent.sweep import Sweep
from probe_agent.sweep_names import SweepNames
from probe_agent.sweep_row import Row
from probe_agent.targets import Questions, Targets, number_of

loop, said = Loop(), []
arrivals = Arrivals(loop)
messages = Messages(arrivals.counts)
messages.session = b'12345678'
prober = Prober(loop, said.append)
prober.timeouts = [1.0]  # silence is not tried again
sweep = Sweep(loop, messages, prober, said.append)
icmp = Icmp(loop, messages, arrivals, None)
icmp.sweep = sweep
prober.senders['icmp'] = icmp
other, own = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
own.setblocking(False)
ns = types.SimpleNamespace(tag=5, rows={}, rows_planned=0, icmp=own, echoes={},
                           asked_by=(array.array('I'), array.array('I')))

class Wire:
    """Takes what is sent as the kernel does: so many at a time, then an errno."""
    def __init__(self):
        self.size, self.data, self.names = SIZE, bytearray(AT_ONCE * SIZE), bytearray(AT_ONCE * 16)
        self.sent, self.limits = [], []
    def send(self, _sock, first, count):
        taken, number = self.limits.pop(0) if self.limits else (count, 0)
        for at in range(min(taken, count)):
            self.sent.append((socket.inet_ntoa(self.names[at * 16 + 4:at * 16 + 8]), bytes(self.data[at * SIZE:at * SIZE + SIZE])))
        return (count, 0) if taken >= count else (taken, number)
wire = sweep.outgoing = Wire()

def ip(*addresses):
    return Targets([['ip', address, 'icmp', None, 'echo'] for address in addresses], [0, len(addresses)])
def names(*some):
    return Targets([['name', name, 'icmp', None, 'echo'] for name in some], [0, len(some)])
def start(targets, first=0):
    row = Row(ns, {}, targets, first)
    prober.add((), len(targets.asks))
    sweep.rows.append(row)
    sweep.turn()
    return row
def packet(data, source, kind=None):
    head = bytes([0x45]) + bytes(11) + socket.inet_aton(source) + bytes(4)
    return head + (bytes([kind]) + data[1:] if kind is not None else data)
def arrive(*packets):
    for one in packets:
        other.send(one)
    icmp.on_packets(own, 1, ns)
def reply(data, source):
    arrive(packet(data, source, 0))
def results():
    prober.flush_results()
    rows = {}
    for report in said:
        if report['op'] == 'alike':
            for probe, word in zip(report['rows'][::2], report['rows'][1::2]):
                rows[probe] = [attempt[1:3] for attempt in json.loads(report['words'][word])[1]]
    return [[probe, rows[probe]] for probe in sorted(rows)]
def swept():
    return [[report['first'], [took > 0 for took in struct.unpack('<%dI' % (len(report['took']) * 3 // 16), base64.b64decode(report['took']))]]
            for report in said if report['op'] == 'swept']
class Place(SweepNames):
    """A place that resolves by these files, with its resolver at the other end of a pair of sockets."""
    def __init__(self, hosts='', resolv='nameserver 10.9.9.9'):
        self.files = NameFiles(ns, '/dev/null', '/dev/null')
        self.files.servers = []
        self.files.read_hosts(io.StringIO(hosts))
        self.files.read_resolv(io.StringIO(resolv))
        resolver = types.SimpleNamespace(files_of=lambda *_: self.files, counts=arrivals.counts, timeout_s=2.0)
        super().__init__(loop, None, resolver, sweep)
        sweep.names = self
    def open(self, asking):
        self.asking = asking
        self.server, asking.sock = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.server.setblocking(False)
        loop.watch(asking.sock, self.on_ready, asking)
    def asked(self):
        found = []
        while True:
            try:
                found.append(self.server.recv(512))
            except BlockingIOError:
                return found
    def answer(self, query, rcode=0, *records, flags=0x8180):
        rest = b''.join(b'\\xc0\\x0c' + struct.pack('>HHIH', kind, 1, 9, len(data)) + data for kind, data in records)
        self.server.send(query[:2] + struct.pack('>HHHHH', flags | rcode, 1, len(records), 0, 0) + query[12:] + rest)
    def hear(self):
        self.on_ready(self.asking.sock, 1, self.asking)
        sweep.turn()
def a(*numbers):
    return (1, bytes(numbers))
def left():
    return sorted(job.id for job in prober.queue)
def say(value):
    print(json.dumps(value))
`;

/** What Python prints, of the sweep without a network. Root is not needed. */
async function say(script: string): Promise<unknown> {
  const { stdout } = await run('python3', ['-I', '-c', common + script, folder]);
  return JSON.parse(stdout);
}

it.each<[string, string, unknown]>([
  [
    'each request has its own probe, and a right checksum',
    `
start(ip(*('10.0.%d.%d' % (at // 200, at % 200 + 1) for at in range(700))), 0x1fff0)
probes = [ECHO.unpack(data)[9] for _, data in wire.sent]
say([len(wire.sent), probes == [0x1fff0 + at for at in range(700)], {checksum_of(data) for _, data in wire.sent} == {0},
     {ECHO.unpack(data)[3:5] for _, data in wire.sent} == {(0, 1)}, wire.sent[201][0]])`,
    [700, true, true, true, '10.0.1.2'],
  ],
  [
    'an answer counts for its own request only: address, sequence, session, tag, row',
    `
row = start(ip('10.0.0.1', '10.0.0.2'))
(_, first), (_, second) = wire.sent
def changed(at, byte):
    return first[:at] + bytes([byte]) + first[at + 1:]
reply(first, '10.0.0.2')
reply(changed(7, 2), '10.0.0.1')
reply(changed(5, 9), '10.0.0.1')
reply(changed(22, 65), '10.0.0.1')
reply(changed(35, 6), '10.0.0.1')
reply(changed(19, 7), '10.0.0.1')
before = row.open
reply(first, '10.0.0.1')
reply(second, '10.0.0.2')
say([before, swept(), prober.unfinished])`,
    [2, [[0, [true, true]]], 0],
  ],
  [
    'what is silent is a timeout, with what the socket lost or not',
    `
row = start(ip('10.0.0.1', '10.0.0.2'))
reply(wire.sent[1][1], '10.0.0.2')
sweep.expire(row.chunks[0])
say([swept(), results(), prober.unfinished])`,
    [[[0, [false, true]]], [[0, [['timeout', 'no answer within 1000 ms']]]], 0],
  ],
  [
    'an answer that comes too late ends nothing',
    `
row = start(ip('10.0.0.1', '10.0.0.2'))
sweep.expire(row.chunks[0])
reply(wire.sent[0][1], '10.0.0.1')
say([swept(), len(results()), dict(arrivals.counts)])`,
    [[[0, [false, false]]], 2, { lateOrForeignReply: 1 }],
  ],
  [
    'an address that a row aims at twice is left to the prober the second time',
    `
start(ip('10.0.0.1', '10.0.0.2', '10.0.0.1', 'x'))
say([[address for address, _ in wire.sent], [job.id for job in prober.queue], results()])`,
    [['10.0.0.1', '10.0.0.2'], [2], [[3, [['not-measured', 'x is no IPv4 address']]]]],
  ],
  [
    'what may not be sent has its errno, and the rest goes on',
    `
wire.limits = [(1, errno.EPERM), (1, errno.ENETUNREACH)]
start(ip('10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5'))
while sweep.ready:
    sweep.turn()
say([[address for address, _ in wire.sent], results()])`,
    [
      ['10.0.0.1', '10.0.0.3', '10.0.0.5'],
      [
        [1, [['unreachable', 'EPERM']]],
        [3, [['unreachable', 'ENETUNREACH']]],
      ],
    ],
  ],
  [
    'where the kernel has no room it waits, and sends each once',
    `
sweep_module.NO_ROOM_PAUSE_S = 0.001
wire.limits = [(1, errno.ENOBUFS), (0, errno.EAGAIN), (1, errno.ENOBUFS)]
row = start(ip('10.0.0.1', '10.0.0.2', '10.0.0.3'))
until = now() + 5
while row.todo and now() < until:
    loop.run_timers()
    sweep.turn()
say([[address for address, _ in wire.sent], sweep.young, row.open, prober.no_room_at > 0])`,
    [['10.0.0.1', '10.0.0.2', '10.0.0.3'], 3, 3, true],
  ],
  [
    'where there never is room the prober goes on, and says so',
    `
sweep_module.NO_ROOM_PAUSE_S = 0.0
wire.limits = [(0, errno.ENOBUFS)] * 99
row = start(ip('10.0.0.1', '10.0.0.2'))
until = now() + 5
while row.todo and now() < until:
    loop.run_timers()
    sweep.turn()
say([[job.id for job in prober.queue], sweep.young, sweep.at_work, swept()])`,
    [[0, 1], 0, 0, [[0, [false, false]]]],
  ],
  [
    'an ICMP error counts for the request that it quotes',
    `
row = start(ip('10.0.0.1', '10.0.0.2'))
def error(quoted, target, source='10.0.0.254'):
    inner = bytes([0x45]) + bytes(8) + b'\\1' + bytes(6) + socket.inet_aton(target) + quoted
    return packet(bytes([3, 13, 0, 0, 0, 0, 0, 0]) + inner, source)
first, second = [data for _, data in wire.sent]
arrive(error(second, '10.0.0.1'), error(first[:4] + b'\\0\\7' + first[6:8], '10.0.0.1'), error(first, '10.0.0.9'))
before = row.open
arrive(error(first, '10.0.0.1'), error(second[:8], '10.0.0.2'))
said_so = 'ICMP administratively prohibited from 10.0.0.254'
say([before, [[probe, tries == [['unreachable', said_so]]] for probe, tries in results()]])`,
    [
      2,
      [
        [0, true],
        [1, true],
      ],
    ],
  ],
  [
    'requests that arrive are kept with their sources, and what is cut or of others is not',
    `
mine = echo_request(4, 1, 77, b'12345678', 9)
arrive(packet(mine, '10.0.0.1'), packet(mine[:30], '10.0.0.2'), packet(echo_request(4, 1, 78, b'87654321', 9), '10.0.0.3'),
       packet(echo_request(4, 2, 79, b'12345678', 9), '10.0.0.4'), b'\\x45')
probes, sources = ns.asked_by
say([list(probes), list(sources), [key for key in arrivals.seen], dict(arrivals.counts)])`,
    [[77], [0x0a000001], [[79, 2, 'icmp', 5]], { malformed: 2, otherSession: 1 }],
  ],
  [
    'a plain answer is the address; what needs more than one question is left to the prober',
    `
place = Place()
start(names('one', 'two', 'alias', 'fails', 'cut'))
one, two, alias, fails, cut = place.asked()
place.answer(one, 0, a(10, 0, 0, 1))
place.answer(two, 0, a(10, 0, 0, 2), a(10, 0, 0, 3))
place.answer(alias, 0, (5, encode_name('x')), a(10, 0, 0, 4))
place.answer(fails, 2)
place.answer(cut, 0, a(10, 0, 0, 5), flags=0x8380)
place.hear()
say([[address for address, _ in wire.sent], left(), dict(arrivals.counts)])`,
    [['10.0.0.1', '10.0.0.4'], [1, 3, 4], {}],
  ],
  [
    'an answer to another question is none, and what is silent is left to the prober',
    `
place = Place()
start(names('one', 'two'))
one, two = place.asked()
place.answer(one[:2] + two[2:], 0, a(10, 0, 0, 2))
place.answer(b'\\0\\7' + one[2:], 0, a(10, 0, 0, 1))
place.server.send(b'\\0')
place.server.send(one)
place.hear()
place.answer(two, 0, a(10, 0, 0, 2))
place.answer(two, 0, a(10, 0, 0, 3))
place.hear()
before = left()
place.expire(place.asking, 0, 2)
say([[address for address, _ in wire.sent], before, left(), dict(arrivals.counts)])`,
    [['10.0.0.2'], [], [0], { strangeDns: 5 }],
  ],
  [
    'no such name is the last word only where nothing else is to be looked for',
    `
place = Place()
start(names('one', 'six'))
one, six = place.asked()
place.answer(one, 3)
place.answer(six, 0, (28, bytes(16)))
place.hear()
other_place = Place(resolv='nameserver 10.9.9.9\\nsearch lan')
start(names('two', 'x.'), 2)
queries = other_place.asked()
other_place.answer(queries[0], 3)
other_place.answer(queries[1], 3)
other_place.hear()
say([queries[0][12:-4] == encode_name('two.lan'), left(), results(), len(wire.sent)])`,
    [
      true,
      [2],
      [
        [0, [['no-name', 'NXDOMAIN: one at 10.9.9.9']]],
        [1, [['no-name', 'no error and no IPv4 address: six at 10.9.9.9']]],
        [3, [['no-name', 'NXDOMAIN: x at 10.9.9.9']]],
      ],
      0,
    ],
  ],
  [
    'the hosts file comes first; so many questions are asked at one time',
    `
place = Place(hosts='10.0.0.9 Name3\\n10.0.0.8 name5\\n10.0.0.7 name5')
start(names(*('name%d' % at for at in range(100))))
first = place.asked()
for query in first[:20]:
    place.answer(query, 0, a(10, 0, 1, query[1]))
place.hear()
second = place.asked()
place.grow_old(place.asking, 0, 100)
third = place.asked()
say([len(first), len(second), len(third), wire.sent[0][0], left(), [query[1] for query in first][:5]])`,
    [32, 20, 32, '10.0.0.9', [5], [0, 1, 2, 4, 6]],
  ],
  [
    'the same address under two names is left to the prober for the second; an address for a name too',
    `
place = Place()
start(names('one', 'alias', '10.0.0.5'))
for query in place.asked():
    place.answer(query, 0, a(10, 0, 0, 1))
place.hear()
say([[address for address, _ in wire.sent], left(), [job.address for job in prober.queue]])`,
    [['10.0.0.1'], [1, 2], [null, null]],
  ],
])('%s', async (_title, script, expected) => {
  expect(await say(script)).toEqual(expected);
});

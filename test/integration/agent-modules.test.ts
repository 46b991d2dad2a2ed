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
import array, collections, errno, io, json, types
from probe_agent.arrivals import Arrivals
from probe_agent.loop import Loop, now
from probe_agent.message import ANSWER, ASK, Messages
ns = types.SimpleNamespace(tag=1, watched={'tcp': [], 'udp': [], 'icmp': []}, echoes={},
                           rows={}, asked_by=(array.array('I'), array.array('I')))
loop = Loop()
arrivals = Arrivals(loop)
messages = Messages(arrivals.counts)
messages.session = b'12345678'
def say(value):
    print(json.dumps(value))
def drops():
    return {row['protocol']: row['lost'] for row in list(arrivals.reports([ns], []))[-1]['drops']}
class Try:
    def __init__(self, n=2, probe=7):
        self.n, self.job, self.said = n, types.SimpleNamespace(id=probe, protocol='udp', ns=ns, address='10.0.0.9'), None
    def finish(self, *outcome):
        self.said = outcome[0]
`;

/** What Python prints, of one piece of the agent on its own. Root is not needed. */
async function say(script: string): Promise<unknown> {
  const { stdout } = await run('python3', ['-I', '-c', common + script, folder]);
  return JSON.parse(stdout);
}

it.each<[string, string, unknown]>([
  [
    "an answer to an earlier try, or of another batch, ends no try; another program's does",
    `
from probe_agent.answers import judge_answer
def outcome(data):
    attempt = Try()
    judge_answer(attempt, data, b'12345678')
    return attempt.said
mine = messages.pack(ANSWER, 2, 7, 5)
say([outcome(mine), outcome(messages.pack(ANSWER, 1, 7, 5)), outcome(messages.pack(ANSWER, 2, 8, 5)),
     outcome(mine.replace(b'12345678', b'87654321')), outcome(messages.pack(ASK, 2, 7, 5)), outcome(b'HTTP/1.1 400')])`,
    ['answered', null, null, null, 'foreign', 'foreign'],
  ],
  [
    "an ICMP error about another probe's packet, with the same id and sequence, is not this one's",
    `
import socket, struct
from probe_agent.icmp import Icmp
icmp = Icmp(loop, messages, arrivals, None)
def outcome(data):
    attempt = ns.echoes[('10.0.0.9', 4, 2)] = Try()
    ip = bytes([0x45]) + bytes(8) + b'\\1' + bytes(6) + socket.inet_aton('10.0.0.9')
    icmp.on_error(ns, ip + struct.pack('>BBHHH', 8, 0, 0, 4, 2) + data, 'prohibited')
    return attempt.said
say([outcome(messages.pack(ASK, 2, 7, 1)), outcome(b''), outcome(messages.pack(ASK, 2, 8, 1)), outcome(bytes(56))])`,
    ['unreachable', 'unreachable', null, null],
  ],
  [
    'an answer that the machine had no room for is a loss of all protocols; one that a filter held back is none',
    `
arrivals.answer_not_sent(ns, 'udp', errno.EPERM)
first = drops()
arrivals.answer_not_sent(ns, 'udp', errno.EAGAIN)
second = drops()
arrivals.answer_not_sent(ns, 'udp', errno.ENOBUFS)
say([first, second, drops()])`,
    [{}, { udp: 1 }, { tcp: 1, udp: 2, icmp: 1 }],
  ],
  [
    'a connection request that was not kept is a loss',
    `
import probe_agent.arrivals
probe_agent.arrivals.SYNS_KEPT = 1
arrivals.record_syn(ns, '10.0.0.1', 1, 2)
arrivals.record_syn(ns, '10.0.0.1', 2, 2)
say(drops())`,
    { tcp: 1 },
  ],
  [
    'what is read out of a long queue is late, though the loop turns',
    `
loop.woke, loop.behind_since = now(), now() - 0.7
arrivals.record(ns, 'udp', 1, 1, '10.0.0.1')
loop.behind_since = None
arrivals.record(ns, 'udp', 2, 1, '10.0.0.1')
late = [lag for _, lag in arrivals.seen.values()]
say([late[0] >= 700, late[1] < 100])`,
    [true, true],
  ],
  [
    'a socket that cannot be opened is no verdict on the way',
    `
from probe_agent.identifiers import Identifiers
from probe_agent.probes import Job
from probe_agent.prober import Prober
from probe_agent.udp import UdpSender
class Namespaces:
    def enter(self, fd):
        raise OSError(errno.EPERM, 'setns')
prober = Prober(loop, None)
prober.senders['udp'] = UdpSender(loop, messages, Identifiers(Namespaces()))
ns.fd = 3
job = Job(7, None, ns, 'ip', '10.0.0.9', 'udp', 9, 'echo')
prober.start(job)
say(job.attempts[0][1:3])`,
    ['not-measured', 'the agent could not open a socket: EPERM'],
  ],
  [
    'what no socket may get is not measured',
    `
from probe_agent.probes import Job
job = lambda aim, port: Job(7, None, ns, 'ip', aim, 'udp', port, 'echo').what_is_wrong()
say([job('10.0.0.9', 9), job('10.9', 9), job('10.0.0.9', None), job('10.0.0.9', 70000)])`,
    [null, '10.9 is no IPv4 address', 'None is no port', '70000 is no port'],
  ],
  [
    'resolv.conf as glibc reads it: indented lines and names of servers count for nothing',
    `
from probe_agent.name_files import NameFiles
files = NameFiles(ns, '/dev/null', '/dev/null')
files.servers = []
files.read_resolv(io.StringIO('''# no
 nameserver 10.0.0.1
nameserver dns.lan
nameserver 10.0.0.2
nameserver fe80::1%eth0
domain old.test
search a.test b.test
options ndots:2 timeout:1
'''))
files.read_hosts(io.StringIO('10.0.0.3 Bee # 10.0.0.4 no\\nfd00::3 six\\n10.0.0.5 bee\\n'))
say([files.servers, files.candidates('x'), files.candidates('x.y.z'), files.candidates('x.'),
     files.in_hosts('BEE'), files.in_hosts('bee.'), files.in_hosts('six')])`,
    [
      ['10.0.0.2', 'fe80::1%eth0'],
      ['x.a.test', 'x.b.test', 'x'],
      ['x.y.z', 'x.y.z.a.test', 'x.y.z.b.test'],
      ['x'],
      ['10.0.0.3', '10.0.0.5'],
      [],
      [],
    ],
  ],
  [
    'what connection tracking dropped, of all processors together; nothing where there is none',
    `
import tempfile
from probe_agent.kernel import conntrack_drops, conntrack_is_full
with tempfile.NamedTemporaryFile('w') as file:
    file.write('entries clashres found insert_failed drop early_drop\\n0000000a 0 1 2 0000000f 3\\n0000000a 0 1 2 00000002 3\\n')
    file.flush()
    known = conntrack_drops(file.name)
def is_full(count):
    with tempfile.TemporaryDirectory() as folder:
        for name, value in (('count', count), ('max', 1000)):
            with open(folder + '/nf_conntrack_' + name, 'w') as file:
                file.write('%d\\n' % value)
        return conntrack_is_full(folder)
say([known, conntrack_drops('/nonexistent'), conntrack_drops('/dev/null'),
     is_full(899), is_full(900), conntrack_is_full('/nonexistent')])`,
    [17, 0, 0, false, true, false],
  ],
  [
    'a DNS answer: a chain of aliases, IPv6 only, another question, cut',
    `
import struct
from probe_agent.dns import encode_name, parse_answer
wire = encode_name('cee.test')
def answer(*records, question=wire):
    rest = b''.join(b'\\xc0\\x0c' + struct.pack('>HHIH', kind, 1, 9, len(data)) + data for kind, data in records)
    return struct.pack('>HHHHHH', 1, 0x8180, 1, len(records), 0, 0) + question + b'\\0\\1\\0\\1' + rest
a, alias, aaaa = (1, bytes([10, 0, 0, 9])), (5, encode_name('x.test')), (28, bytes(16))
whole = answer(alias, alias, a, a)
say([parse_answer(whole, wire), parse_answer(answer(aaaa), wire), parse_answer(answer(alias), wire),
     parse_answer(answer(a, question=encode_name('dee.test')), wire), parse_answer(whole[:-3], wire),
     encode_name('a..b') is None, encode_name('x' * 64) is None, encode_name('\\ud800') is None])`,
    [[0, ['10.0.0.9', '10.0.0.9'], false], [0, [], false], [0, [], false], null, null, true, true, false],
  ],
])('%s', async (_title, script, expected) => {
  expect(await say(script)).toEqual(expected);
});

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
import json, socket, struct
from probe_agent.kernel import attach_filter
from probe_agent.packet_filters import echo_answers
from probe_agent.witness_asks import Ask, PingAsk, checksum
from probe_agent.witness_capture import Capture, PACKET_OUTGOING, decode
def frame(kind, rest, to=b'\\2\\0\\0\\0\\0\\2', sender=b'\\2\\0\\0\\0\\0\\1'):
    return to + sender + struct.pack('!H', kind) + rest
def ip(protocol, source, target, rest, fragment=0):
    head = struct.pack('!BBHHHBBH', 0x45, 0, 20 + len(rest), 1, fragment, 64, protocol, 0)
    return head + socket.inet_aton(source) + socket.inet_aton(target) + rest
def udp(sport, dport, rest=b''):
    return struct.pack('!HHHH', sport, dport, 8 + len(rest), 0) + rest
def say(value):
    print(json.dumps(value))
`;

/** What Python prints, of one piece of the witness on its own. Root is not needed. */
async function say(script: string): Promise<unknown> {
  const { stdout } = await run('python3', ['-I', '-c', common + script, folder]);
  return JSON.parse(stdout);
}

it.each<[string, string, unknown]>([
  [
    'a packet inside VXLAN is told with both pairs of addresses',
    `
inside = frame(0x0800, ip(1, '10.0.1.2', '10.0.1.4', b'\\x08' + bytes(7)))
say(decode(frame(0x0800, ip(17, '192.168.56.11', '192.168.56.12', udp(50000, 4789, bytes(8) + inside))), 4789)[3:])`,
    ['192.168.56.11', '192.168.56.12', 'udp', 4789, ['ip', '10.0.1.2', '10.0.1.4', 'icmp', null]],
  ],
  [
    'ESP of an overlay is told from what the agents ask in it',
    `
def kind(data):
    return decode(frame(0x0800, ip(50, '192.168.56.11', '192.168.56.12', bytes(8) + data)), 4789)[0]
say([kind(b'secret'), kind(b'swrm and more'), kind(b'')])`,
    ['ip', 'esp-echo', 'ip'],
  ],
  [
    'an answer that comes after an ask has ended counts in what is said at the end',
    `
left, right = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
ask = PingAsk.__new__(PingAsk)
Ask.__init__(ask, {'id': 'a', 'to': '10.0.0.2', 'count': 1, 'intervalMs': 0, 'waitMs': 500})
ask.id, ask.data, ask.times, ask.rtts, ask.too_big = 7, b'', {}, {}, 0
class Sock:
    def sendto(self, data, to):
        pass
    def recvfrom(self, size):
        return right.recv(size, socket.MSG_DONTWAIT), ('10.0.0.2', 0)
ask.sock = Sock()
ask.step(ask.next)
ask.step(ask.next + 1)
before = [ask.ended, ask.result()['answered']]
left.send(ip(1, '10.0.0.2', '10.0.0.1', struct.pack('!BBHHH', 0, 0, 0, 7, 1)))
ask.read()
say(before + [ask.result()['answered']])`,
    [true, 0, 1],
  ],
  [
    'of echoes only its own answers get into its queue, and what says that none can come',
    `
left, right = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
attach_filter(right, echo_answers(7))
def icmp(kind, identifier):
    return ip(1, '10.0.0.2', '10.0.0.1', struct.pack('!BBHHH', kind, 4, 0, identifier, 1))
for kind, identifier in ((0, 7), (0, 8), (8, 7), (3, 0), (11, 7)):
    left.send(icmp(kind, identifier))
right.setblocking(False)
seen = []
try:
    while True:
        data = right.recv(100)
        seen.append([data[20], struct.unpack_from('!H', data, 24)[0]])
except BlockingIOError:
    say(seen)`,
    [
      [0, 7],
      [3, 0],
    ],
  ],
  [
    'who asks by ARP, and for what, is told by the MAC that it gives',
    `
arp = struct.pack('!HHBBH', 1, 0x0800, 6, 4, 1) + b'\\2\\0\\0\\0\\0\\x99' + socket.inet_aton('10.0.0.1') + bytes(6) + socket.inet_aton('10.0.0.2')
say(decode(frame(0x0806, arp), None)[:5])`,
    ['arp-request', '02:00:00:00:00:99', '02:00:00:00:00:02', '10.0.0.1', '10.0.0.2'],
  ],
  [
    'the port is that of the listener, whoever sends; of a later fragment there is none',
    `
def port(sport, dport, fragment=0):
    return decode(frame(0x0800, ip(17, '10.0.0.1', '10.0.0.2', udp(sport, dport), fragment)), 4789)[6]
say([port(50000, 7946), port(7946, 50000), port(50000, 60000), port(50000, 7946, 5)])`,
    [7946, 7946, 60000, null],
  ],
  [
    'what is cut short, or no IPv4, is nothing',
    `say([decode(data, 4789) for data in (b'', bytes(13), frame(0x86dd, bytes(60)), frame(0x0800, bytes(10)), frame(0x0806, bytes(20)))])`,
    [null, null, null, null, null],
  ],
  [
    'packets of others are not counted, and rows are bounded',
    `
capture = Capture.__new__(Capture)
capture.id, capture.vxlan_port, capture.addresses = 'segment', 4789, {'10.0.0.1'}
capture.counts, capture.overflowed, capture.read_so_far = {}, False, 0
about = ('eth1', 0x0800, PACKET_OUTGOING, 1, b'')
for number in range(600):
    capture.take(frame(0x0800, ip(17, '10.0.0.1', '10.0.0.2', udp(50000, number))), about)
    capture.take(frame(0x0800, ip(17, '10.9.9.9', '10.0.0.2', udp(50000, number))), about)
rows = capture.rows()
say([len(rows), rows[0]['out'], rows[0]['largest'], capture.overflowed])`,
    [400, true, 28, true],
  ],
  [
    'the checksum of an echo is right (RFC 1071)',
    `
data = struct.pack('!BBHHH', 8, 0, 0, 1, 1) + b'abcd'
say(checksum(data[:2] + struct.pack('!H', checksum(data)) + data[4:]))`,
    0,
  ],
  [
    'an ask that cannot be sent counts the error, and ends in its time',
    `
class Refused(Ask):
    def send(self, number):
        raise OSError(90, 'too long')
ask = Refused({'count': 3, 'intervalMs': 0, 'waitMs': 500})
start = ask.next
ask.step(start)
before = ask.ended
ask.step(start + 1)
say([ask.sent, ask.errors, before, ask.ended])`,
    [0, { EMSGSIZE: 3 }, false, true],
  ],
])('%s', async (_, script, expected) => {
  expect(await say(script)).toEqual(expected);
});

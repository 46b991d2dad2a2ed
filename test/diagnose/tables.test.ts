import { expect, it } from 'vitest';
import { parseOutside } from '../../src/diagnose/engines.ts';
import {
  parseFdb,
  parseLinks,
  parseListeners,
  parseNeighbourTable,
  parseNetem,
  parseTcFilters,
  parseVxlan,
} from '../../src/diagnose/tables.ts';
import { parseWitness } from '../../src/diagnose/witness-protocol.ts';

const link = {
  ifname: 'eth1',
  flags: ['BROADCAST', 'UP', 'LOWER_UP'],
  mtu: 1500,
  address: '02:00:00:00:00:01',
  addr_info: [
    { family: 'inet', local: '192.168.56.11' },
    { family: 'inet6', local: 'fe80::1' },
  ],
};

it('reads interfaces; one without a carrier is not up', () => {
  expect(parseLinks(JSON.stringify([link]))).toEqual([
    { name: 'eth1', mac: '02:00:00:00:00:01', mtu: 1500, up: true, addresses: ['192.168.56.11'] },
  ]);
  expect(parseLinks(JSON.stringify([{ ...link, flags: ['NO-CARRIER', 'UP'] }]))?.[0]?.up).toBe(false);
  expect(parseLinks(JSON.stringify([{ ...link, flags: [] }]))?.[0]?.up).toBe(false);
});

it.each([[null], [''], ['no JSON'], ['{}'], ['[]']])('says of %j that the interfaces are not known', (text) => {
  expect(parseLinks(text)).toBeNull();
});

it("reads an overlay's forwarding table and its VXLAN", () => {
  const fdb = [{ mac: '02:42:0A:00:01:04', ifname: 'vxlan0', dst: '192.168.56.12' }, { mac: '33:33:00:00:00:01' }];
  expect(parseFdb(JSON.stringify(fdb))).toEqual(new Map([['02:42:0a:00:01:04', '192.168.56.12']]));
  expect(parseFdb('')).toEqual(new Map());
  expect(parseFdb('no')).toBeNull();
  const links = [
    { ifname: 'br0' },
    { ifname: 'vxlan0', linkinfo: { info_kind: 'vxlan', info_data: { id: 4097, port: 4789 } } },
  ];
  expect(parseVxlan(JSON.stringify(links))).toEqual({ id: 4097, port: 4789 });
  expect(parseVxlan('')).toBeNull();
});

it('tells filters of tc from the place that they are in', () => {
  // As iproute2 6.1 prints them, with and without one.
  const text = `filter protocol all pref 1001 bpf chain 0 
filter protocol all pref 1001 bpf chain 0 handle 0x1 direct-action not_in_hw bytecode '2,40 0 0 12,6 0 0 4294967295'
`;
  expect(parseTcFilters(text)).toEqual([expect.stringContaining('bpf chain 0 handle 0x1 direct-action')]);
  expect(parseTcFilters('')).toEqual([]);
});

it('finds netem, and tells none from not known', () => {
  const queue = (options: string) => `[{"kind":"netem","dev":"eth1","options":${options}}]`;
  const netem = (options: string) => parseNetem(queue(options))?.get('eth1');
  // As iproute2 6.1 prints them.
  const delay = '"delay":{"delay":0.02,"jitter":0,"correlation":0}';
  expect(netem('{"limit":1000,"ecn":false,"gap":0}')).toEqual({ delayMs: 0, loses: false });
  expect(netem(`{"limit":1000,${delay},"ecn":false,"gap":0}`)).toEqual({ delayMs: 20, loses: false });
  expect(netem(`{"limit":1000,${delay},"loss-random":{"loss":0.3,"correlation":0},"ecn":false}`)).toEqual({
    delayMs: 20,
    loses: true,
  });
  expect(parseNetem('[{"kind":"noqueue","dev":"lo"}]')).toEqual(new Map());
  expect(parseNetem(null)).toBeNull();
});

it('reads who listens of /proc/net/tcp', () => {
  const text = `  sl  local_address rem_address   st tx_queue
   0: 00000000:0050 00000000:0000 0A 00000000:00000000
   1: 0100007F:1F90 0100007F:0051 01 00000000:00000000
`;
  expect([...parseListeners(text, 'tcp')]).toEqual([80]);
  expect([...parseListeners(text, 'udp')]).toEqual([]);
});

it('reads the table of neighbours, of all processors together', () => {
  const stat = `entries  allocs table_fulls
0000000a 00000001 00000002
0000000a 00000001 00000003
`;
  expect(parseNeighbourTable(stat, '1024\n')).toEqual({ entries: 10, full: 5, limit: 1024 });
  expect(parseNeighbourTable(null, '1024')).toBeNull();
  expect(parseNeighbourTable(stat, null)).toBeNull();
});

it('reads an engine from without: what it wrote of a container, and whether its process is still there', () => {
  const config = (pid: number, name: string) =>
    JSON.stringify({
      ID: name.repeat(3),
      Name: `/${name}`,
      State: { Running: true, Pid: pid },
      NetworkSettings: { SandboxKey: '/var/run/docker/netns/x', Networks: { ov: { IPAddress: '10.0.1.4' } } },
    });
  const text = `state T\npids 1 44 90\nC ${config(44, 'web')}\nH {"NetworkMode":"ov"}\nC ${config(45, 'dead')}\nH {"NetworkMode":"ov"}\nC broken\nH {}\n`;
  const seen = parseOutside('w1', text);
  expect(seen?.state).toBe('T');
  expect(seen?.containers.map(({ id, view }) => [id, view.running, view.networkMode, view.addresses.ov?.ip])).toEqual([
    ['w1/web', true, 'ov', '10.0.1.4'],
    ['w1/dead', false, 'ov', '10.0.1.4'],
  ]);
  expect(parseOutside('w1', 'sh: not found')).toBeNull();
});

it('takes a line of a witness for what it is', () => {
  expect(parseWitness('{"op":"asked","answers":[]}')).toEqual({ op: 'asked', answers: [] });
  expect(parseWitness('Traceback (most recent call last):')).toBeNull();
  expect(parseWitness('{"op":"other"}')).toBeNull();
});

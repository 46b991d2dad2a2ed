// Machines and containers as bare network namespaces: a bridge on each machine, routes between them, so that all reach
// all, without an engine. Every container has its own resolver on 127.0.0.11, as Docker's have.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const thresholds = [1, 2, 3].map((n) => `/proc/sys/net/ipv4/neigh/default/gc_thresh${n}`);

const ip = (argv, lines) => execFileSync('ip', argv, lines === undefined ? {} : { input: `${lines.join('\n')}\n` });
export const nameOf = (index) => `c${index + 1}`;

/** Room in the kernel's neighbour tables, which all namespaces share, for every pair; gives what puts it back. */
function makeRoom(entries) {
  const before = thresholds.map((file) => readFileSync(file, 'utf8').trim());
  const wanted = thresholds.map((_, at) => String(Math.max(Number(before[at]), entries * (at + 1))));
  thresholds.forEach((file, at) => void writeFileSync(file, wanted[at]));
  return () => {
    thresholds.forEach((file, at) => {
      if (readFileSync(file, 'utf8').trim() === wanted[at]) writeFileSync(file, before[at]);
    });
  };
}

/** `containers` namespaces spread over `machines`; with `resolvers`, dnsmasq in each. Dispose of it with `down()`. */
export function makeGrid({ containers, machines = 3, resolvers = true }) {
  const folder = mkdtempSync(join(tmpdir(), 'swarmlab-grid-'));
  const prefix = `sbg${process.pid}`;
  const full = (name) => `${prefix}-${name}`;
  const made = [];
  const children = [];
  const putBack = makeRoom(Math.ceil((containers * containers * 1.2) / machines) + 4096);
  const machineNames = Array.from({ length: machines }, (_, at) => `m${at + 1}`);
  const down = () => {
    for (const child of children) child.kill('SIGKILL');
    spawnSync('ip', ['-force', '-batch', '-'], { input: made.map((name) => `netns delete ${name}\n`).join('') });
    rmSync(folder, { recursive: true, force: true });
    putBack();
  };
  try {
    const all = ['switch', ...machineNames, ...Array.from({ length: containers }, (_, at) => nameOf(at))];
    made.push(...all.map(full));
    ip(
      ['-batch', '-'],
      made.map((name) => `netns add ${name}`),
    );
    const bridge = ['link add br0 type bridge', 'link set br0 up'];
    ip(
      ['-n', full('switch'), '-batch', '-'],
      [
        ...bridge,
        ...machineNames.flatMap((machine) => [
          `link add ${machine} type veth peer name uplink netns ${full(machine)}`,
          `link set ${machine} master br0 up`,
        ]),
      ],
    );
    const places = Array.from({ length: containers }, (_, at) => ({
      name: nameOf(at),
      machine: machineNames[at % machines],
      gateway: `10.50.${(at % machines) + 1}.1`,
      address: `10.50.${(at % machines) + 1}.${Math.floor(at / machines) + 2}`,
      path: `/run/netns/${full(nameOf(at))}`,
    }));
    for (const machine of machineNames) {
      const own = places.filter((place) => place.machine === machine);
      ip(
        ['-n', full(machine), '-batch', '-'],
        [
          'link set lo up',
          ...bridge,
          `address add 10.50.${machineNames.indexOf(machine) + 1}.1/24 dev br0`,
          `address add 10.49.0.${machineNames.indexOf(machine) + 1}/24 dev uplink`,
          'link set uplink up',
          ...machineNames.flatMap((other, at) =>
            other === machine ? [] : [`route add 10.50.${at + 1}.0/24 via 10.49.0.${at + 1}`],
          ),
          ...own.flatMap(({ name }) => [
            `link add ${name} type veth peer name eth0 netns ${full(name)}`,
            `link set ${name} master br0 up`,
          ]),
        ],
      );
    }
    for (const machine of machineNames) {
      execFileSync('nsenter', [`--net=/run/netns/${full(machine)}`, 'sysctl', '-q', '-w', 'net.ipv4.ip_forward=1']);
    }
    for (const { name, address, gateway } of places) {
      const lines = [
        'link set lo up',
        `address add ${address}/24 dev eth0`,
        'link set eth0 up',
        `route add default via ${gateway}`,
      ];
      ip(['-n', full(name), '-batch', '-'], lines);
    }
    mkdirSync(join(folder, 'files'));
    const hosts = join(folder, 'hosts');
    writeFileSync(hosts, places.map(({ name, address }) => `${address} ${name}\n`).join(''));
    writeFileSync(join(folder, 'no-hosts'), '127.0.0.1 localhost\n');
    writeFileSync(join(folder, 'resolv.conf'), 'nameserver 127.0.0.11\noptions ndots:0\n');
    if (resolvers) {
      for (const { path } of places) {
        const argv = [
          '-k',
          '-C',
          '/dev/null',
          '-R',
          '-h',
          '-H',
          hosts,
          '-a',
          '127.0.0.11',
          '-z',
          '-u',
          'root',
          '-x',
          '',
          '-8',
          '/dev/null',
        ];
        children.push(spawn('nsenter', [`--net=${path}`, 'dnsmasq', ...argv], { stdio: 'ignore' }));
      }
    }
    return { folder, places, machines: machineNames.map((name) => ({ name, path: `/run/netns/${full(name)}` })), down };
  } catch (error) {
    down();
    throw error;
  }
}

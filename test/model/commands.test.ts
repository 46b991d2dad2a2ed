import { expect, it } from 'vitest';
import { effectOf } from '../../src/model/commands.ts';

it.each([
  ['ip route'],
  ['cat /proc/net/dev'],
  ['iptables -t nat -S DOCKER'],
  ['docker network ls --filter label=a --format {{.Name}}'],
  ['docker exec web cat /etc/hosts'],
  ['ping -c 1 10.0.0.1'],
])('%s only looks', (line) => {
  expect(effectOf(line.split(' '))).toEqual({ kind: 'none' });
});

it.each([
  ['ip route | grep -c default'],
  ['for i in $(seq 60); do docker node ls >/dev/null 2>&1 || break; sleep 0.5; done; docker node ls 2>&1'],
  ['for c in a b; do docker exec $c cat /sys/class/net/eth0/address; done | sort -u | wc -l'],
  ["ip -s xfrm state | sed -n 's/a;b/c/p' | sort -n | tail -n 1"],
])('a shell that says %s only looks', (text) => {
  expect(effectOf(['sh', '-c', text])).toEqual({ kind: 'none' });
});

it.each([
  ['ip link set eth0 down'],
  ['ip route add 10.0.0.0/8 via 10.1.1.1'],
  ['docker network rm front'],
  ['docker exec web ip link set eth0 down'],
  ['iptables -A FORWARD -j DROP'],
  ['systemctl restart docker'],
  ['constructor'],
])('of %s nobody knows what it does', (line) => {
  expect(effectOf(line.split(' '))).toEqual({ kind: 'unknown' });
});

it.each([
  ['ip route; ip link set eth0 down'],
  ['cat a > /etc/hosts'],
  ['test -f a && iptables -F'],
  ['echo "$(ip link set eth0 down)"'],
])('of a shell that says %s neither', (text) => {
  expect(effectOf(['sh', '-c', text])).toEqual({ kind: 'unknown' });
});

it('the FORWARD policy is understood', () => {
  expect(effectOf(['iptables', '-P', 'FORWARD', 'ACCEPT'])).toEqual({ kind: 'forward-policy', policy: 'ACCEPT' });
});

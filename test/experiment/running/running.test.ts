import { expect, it } from 'vitest';
import { planQuestions } from '../../../src/experiment/running/questions.ts';
import { type PresentContainer, placeOf } from '../../../src/experiment/running/running.ts';
import { type ChosenEnd, selectEnd } from '../../../src/experiment/running/select.ts';
import type { ContainerView } from '../../../src/fabric/engine-port.ts';
import { labPlan } from '../lab-fixture.ts';

const plan = labPlan({ lab: 'seat-07' });

function container(id: string, view: Partial<ContainerView> & { on?: Record<string, string> } = {}): PresentContainer {
  const [node = '', name = ''] = id.split('/');
  const addresses = Object.entries(view.on ?? {}).map(([network, ip]) => [network, { ip, mac: '', gateway: '' }]);
  return {
    id,
    node,
    view: {
      id: `id-of-${name}-at-${node}`,
      name,
      running: true,
      pid: 7,
      sandboxKey: `/var/run/docker/netns/${name}`,
      networkMode: 'bridge',
      hostsPath: `/c/${name}/hosts`,
      resolvConfPath: `/c/${name}/resolv.conf`,
      labels: {},
      addresses: Object.fromEntries(addresses),
      ...view,
    },
  };
}

const web = container('m1/web', { on: { ingress: '10.0.0.3', front: '10.1.0.2', back: '10.2.0.2' } });
const db = container('m1/db', { on: { back: '10.2.0.3' } });
const other = container('w1/web', { on: { front: '10.1.0.9' } });
const host = container('w1/host', { networkMode: 'host' });
const none = container('m1/none', { networkMode: 'none' });
const rider = container('m1/rider', {
  networkMode: `container:${web.view.id}`,
  sandboxKey: '',
  hostsPath: '',
  resolvConfPath: '',
});
const stopped = container('m1/stopped', { running: false });
const present = [db, none, rider, stopped, web, host, other];
const nodeAddresses = new Map(plan.nodes.map(({ name, address }) => [name, address]));

function targets(from: PresentContainer | string, network: string | null = null) {
  const end = (one: PresentContainer): ChosenEnd => ({ kind: 'container', id: one.id, container: one });
  const asker = typeof from === 'string' ? selectEnd(from, present, plan) : end(from);
  const questions = planQuestions([asker], present.map(end), network, present, nodeAddresses, 'seat-07');
  const by = (which: string) =>
    Object.fromEntries(questions.filter((one) => one.by === which).map((one) => [one.probe.to, one.target]));
  return { ip: by('ip'), name: by('name'), questions };
}

it('aims at the address on a network that both have, and at none where there is none', () => {
  const back = { 'm1/web': '10.2.0.2', 'm1/rider': '10.2.0.2', 'm1/db': '10.2.0.3' };
  const others = { 'w1/web': '10.1.0.9', 'w1/host': nodeAddresses.get('w1') };
  expect(targets(db).ip).toEqual({ ...back, ...others });
  expect(targets(other).ip).toEqual({ ...back, ...others, 'm1/web': '10.1.0.2', 'm1/rider': '10.1.0.2' });
  expect(targets('lan').ip).toEqual({ ...back, ...others, 'm1/web': '10.1.0.2', 'm1/rider': '10.1.0.2' });
  expect(targets(none).ip).toMatchObject({ 'm1/none': '127.0.0.1' });
});

it('keeps to the network that was asked for', () => {
  expect(targets(db, 'front').ip).toMatchObject({ 'm1/web': '10.1.0.2', 'w1/web': '10.1.0.9' });
  expect(targets(db, 'front').ip).not.toHaveProperty('m1/db');
});

it('asks by the name of each, over every protocol, with what to type', () => {
  const { name, questions } = targets(db);
  expect(name).toMatchObject({ 'm1/web': 'web', 'w1/web': 'web', 'm1/none': 'none' });
  const own = questions.filter(({ by, probe }) => by === 'name' && probe.to === 'm1/web');
  expect(own.map(({ probe }) => probe.protocol)).toEqual(['icmp', 'tcp', 'udp']);
  expect(own.map(({ reproduce }) => reproduce)).toEqual([
    'swarmlab exec --lab seat-07 m1 docker exec db ping -c 1 -W 1 web',
    null,
    null,
  ]);
  expect(new Set(questions.map(({ probe }) => probe.id)).size).toBe(questions.length);
});

it('stands for a container that joined another in that one, with its names', () => {
  expect(placeOf(rider, present)).toEqual({
    id: 'm1/rider',
    machine: 'm1',
    namespacePath: '/proc/7/ns/net',
    hostsPath: '/c/web/hosts',
    resolvConfPath: '/c/web/resolv.conf',
  });
});

it.each([
  ['db', 'm1/db'],
  ['w1/web', 'w1/web'],
  ['node:w1', 'node:w1'],
  ['lan', 'lan'],
  ['world', 'world'],
])('selects %s', (text, id) => {
  expect(selectEnd(text, present, plan).id).toBe(id);
});

it.each([
  ['web', 'selector.ambiguous', 'say which: m1/web, w1/web'],
  ['stopped', 'selector.not-running', 'swarmlab exec --lab seat-07 m1 docker start stopped'],
  ['w1', 'selector.unknown', 'did you mean node:w1?'],
  ['node:w7', 'selector.unknown', 'did you mean node:w1?'],
  ['hots', 'selector.unknown', 'did you mean host?'],
  ['m1/host', 'selector.unknown', 'did you mean w1/host?'],
  [
    'something',
    'selector.unknown',
    'there is: m1/db, m1/none, m1/rider, m1/web, w1/host, w1/web, node:m1, node:w1, node:w2, node:o1, lan, world',
  ],
])('refuses %s', (text, code, hint) => {
  expect(() => selectEnd(text, present, plan)).toThrow(expect.objectContaining({ code, hint, exitStatus: 2 }));
});

it('says when there is no neighbour on the LAN', () => {
  const alone = labPlan({ outsiders: 0 });
  expect(() => selectEnd('lan', present, alone)).toThrow(expect.objectContaining({ code: 'selector.no-outsider' }));
});

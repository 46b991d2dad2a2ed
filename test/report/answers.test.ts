import { expect, it } from 'vitest';
import type { DownDocument, PortResult, StatusDocument } from '../../src/report/documents.ts';
import { renderDown } from '../../src/report/down.ts';
import { renderEnv } from '../../src/report/env.ts';
import { portsExitStatus, renderPorts } from '../../src/report/ports.ts';
import { renderStatus, summarizeStatus } from '../../src/report/status.ts';

const node = { engine: '28.5.1', kernel: '6.1.0', forwardPolicy: 'DROP', state: 'running' } as const;
const status: StatusDocument = {
  schema: 'swarmlab/status@1',
  lab: 'default',
  provider: 'netns',
  nodes: [
    { ...node, name: 'm1', role: 'manager', address: '192.168.56.11' },
    { ...node, name: 'w1', role: 'worker', address: '192.168.56.12' },
    { ...node, name: 'o1', role: 'outsider', address: '192.168.56.13', engine: null },
  ],
  swarm: { id: 'abc', managers: 1, workers: 1 },
  ports: [],
  networks: [
    {
      name: 'bridge',
      driver: 'bridge',
      scope: 'local',
      nodes: ['m1', 'w1'],
      subnets: ['10.128.0.0/24', '10.129.0.0/24'],
    },
  ],
  faults: [],
  durationMs: 10,
};

it('says in the first line whether the lab is up', () => {
  expect(summarizeStatus(status)).toBe('Lab default is up: 2 nodes, 1 outsider, swarm ready (1 manager, 1 worker).');
  expect(summarizeStatus({ ...status, swarm: null })).toContain('no swarm');
  const [first, ...others] = status.nodes;
  if (first === undefined) throw new Error('no node');
  expect(summarizeStatus({ ...status, nodes: [{ ...first, state: 'engine-down' }, ...others] })).toBe(
    'Lab default is not whole: the engine of m1 is down.',
  );
});

it('shows the networks that somebody made, not those of every engine', () => {
  expect(renderStatus(status)).not.toContain('bridge');
  const made = {
    name: 'red',
    driver: 'overlay',
    scope: 'swarm',
    nodes: ['m1', 'w1'],
    subnets: ['10.64.3.0/24'],
  } as const;
  expect(renderStatus({ ...status, networks: [...status.networks, made] })).toMatch(
    /red +overlay +swarm +m1 w1 +10\.64\.3\.0\/24/,
  );
});

it('stays within 80 columns of ASCII', () => {
  const text = renderStatus(status);
  expect(text).toMatch(/^[\x20-\x7e\n]*$/);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
});

const open: PortResult = { from: 'm1', to: 'w1', port: 2377, protocol: 'tcp', outcome: 'reached', detail: '' };

it.each([
  ['open', [open], 0],
  ['none measured', [], 0],
  ['shut', [open, { ...open, port: 4789, protocol: 'udp', outcome: 'timeout', detail: 'no answer' }], 1],
  ['not measured', [open, { ...open, port: null, protocol: 'esp', outcome: 'not-measured', detail: 'no agent' }], 3],
  [
    'both',
    [
      { ...open, outcome: 'refused' },
      { ...open, port: null, protocol: 'esp', outcome: 'not-measured' },
    ],
    1,
  ],
] as [string, PortResult[], number][])('ports that are %s', (_what, ports, exitStatus) => {
  const document = { schema: 'swarmlab/ports@1', lab: 'default', ports, durationMs: 1 } as const;
  expect(portsExitStatus(document)).toBe(exitStatus);
  // A failure to measure is never shown as shut.
  expect(renderPorts(document).includes('SHUT')).toBe(exitStatus === 1);
});

const down: DownDocument = { schema: 'swarmlab/down@1', labs: ['default'], removed: ['a'], leaks: [], durationMs: 1 };

it.each([
  [down, 'Lab default is gone: 1 thing removed, nothing left.\n'],
  [{ ...down, removed: [] }, 'Lab default was not there: nothing to remove, nothing left.\n'],
  [{ ...down, labs: [], removed: [] }, 'There is no lab: nothing to remove.\n'],
  [{ ...down, labs: ['a', 'b'] }, 'Labs a and b are gone: 1 thing removed, nothing left.\n'],
  [{ ...down, leaks: [{ kind: 'mount', what: '/x' }] }, 'Lab default: 1 thing could not be removed.\n\nmount: /x\n'],
] as [DownDocument, string][])('down, %#', (document, text) => {
  expect(renderDown(document)).toBe(text);
});

it('quotes for the shell', () => {
  expect(renderEnv({ schema: 'swarmlab/env@1', node: 'm1', environment: { A: "it's" } })).toBe(`export A='it'\\''s'\n`);
});

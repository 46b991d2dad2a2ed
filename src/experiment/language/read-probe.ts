import type { PathPart } from '../../config/locate.ts';
import type { Protocol } from '../../probe/types.ts';
import { type PlacedCell, readExpect, unplaced } from './cells.ts';
import type { ProbeDefinition } from './definition.ts';
import { parseEnd } from './ends.ts';
import { readPort } from './read-values.ts';
import { isKnown, type Reading, report } from './reading.ts';
import { absence, aimProblem, publishedPorts, type Standing } from './standing.ts';
import { defaultBridge } from './vocabulary.ts';

type Said = NonNullable<Reading['document']['steps'][number]['probe']>;

/** A probe of a step, with what stands when the step begins. */
export function readProbe(
  reading: Reading,
  said: Said,
  path: readonly PathPart[],
  standing: Standing,
): ProbeDefinition {
  const variants = readExpect(reading, said.expect, [...path, 'expect']);
  const network = readNetwork(reading, said, path);
  const port = said.port === undefined ? null : readPort(said.port);
  const published = said.by === 'published' ? readPublished(reading, said, path, standing) : null;
  const problems = new Set<string>();
  for (const cell of variants.flatMap(({ cells }) => cells)) {
    const problem =
      endsProblem(standing, cell) ??
      (said.by === 'ip' && network !== undefined ? aimProblem(standing, cell.to, network) : null) ??
      (published === null || !published.certain ? null : publishedProblem(standing, cell, published.port));
    // The cells of one column share their mistake.
    if (problem === null || problems.has(problem.message)) continue;
    problems.add(problem.message);
    report(reading, cell.path, { code: 'experiment.not-askable', ...problem, position: cell.position });
  }
  return {
    by: said.by,
    network: network ?? null,
    protocols: said.protocols ?? published?.protocols ?? protocolsOf(said.port, port),
    port: published?.port ?? port?.port ?? null,
    name: said.name ?? null,
    variants: unplaced(variants),
  };
}

const everyProtocol: readonly Protocol[] = ['icmp', 'tcp', 'udp'];

function protocolsOf(said: Said['port'], port: { protocol: 'tcp' | 'udp' } | null): readonly Protocol[] {
  return said === undefined || port === null ? everyProtocol : [port.protocol];
}

/** Undefined: it says one that there is not. */
function readNetwork(reading: Reading, { by, network }: Said, path: readonly PathPart[]): string | null | undefined {
  if (network === undefined) return null;
  if (by !== 'ip') {
    report(reading, [...path, 'network'], {
      code: 'experiment.contradiction',
      message: `by ${by} no network is chosen`,
      hint: 'take it out, or ask "by: ip"',
    });
    return null;
  }
  return isKnown(reading, 'network', network, [...path, 'network'], [defaultBridge]) ? network : undefined;
}

function readPublished(reading: Reading, said: Said, path: readonly PathPart[], standing: Standing) {
  const all = publishedPorts(standing);
  const ports = [...new Set(all.map(({ hostPort }) => hostPort))];
  const wrong = (key: string, message: string, hint: string) =>
    report(reading, [...path, key], { code: 'experiment.contradiction', message, hint });
  if (said.protocols?.includes('icmp')) wrong('protocols', 'ICMP has no ports to publish', 'ask by tcp or udp');
  if (said.name !== undefined) wrong('name', 'a published port is asked by the address of its node', 'take it out');
  // Whoever's ports could not be read may publish any.
  const certain = ![...reading.broken].some((each) => /^(containers|services)/.test(each));
  const hint = ports.length === 0 ? 'give a container "publish: [\'8080:80\']"' : `published are: ${ports.join(', ')}`;
  if (certain && said.port === undefined && ports.length !== 1) {
    wrong('port', ports.length === 0 ? 'the file publishes no port' : 'say which port', hint);
  }
  const port = said.port === undefined ? (ports[0] ?? 0) : readPort(said.port).port;
  if (certain && said.port !== undefined && !ports.includes(port))
    wrong('port', `nothing of the file publishes port ${port}`, hint);
  const published = all.filter(({ hostPort }) => hostPort === port).map(({ protocol }) => protocol);
  const spoken = typeof said.port === 'string' && said.port.includes('/') ? [readPort(said.port).protocol] : [];
  const protocols = [...new Set<Protocol>(spoken.length > 0 ? spoken : published)];
  return { port, protocols: protocols.length === 0 ? (['tcp'] as const) : protocols, certain };
}

function publishedProblem(standing: Standing, { to }: PlacedCell, port: number) {
  const end = parseEnd(to);
  switch (end?.kind) {
    case 'lan':
    case 'world':
      return { message: `${to} publishes nothing`, hint: 'to the right of the arrow stands a node or a container' };
    case 'service':
      return { message: `${to} publishes on every node`, hint: 'say at which one: node:A' };
    case 'container': {
      const own = publishedPorts(standing).filter(({ by }) => by === end.name);
      if (own.some(({ hostPort }) => hostPort === port)) return null;
      if (!publishedPorts(standing).some(({ hostPort }) => hostPort === port)) return null;
      if (own.length === 0) {
        return { message: `${to} publishes no port`, hint: `give it "publish: ['${port}:80']"` };
      }
      return {
        message: `${to} does not publish port ${port}`,
        hint: `it publishes ${own.map((each) => each.hostPort).join(', ')}`,
      };
    }
    default:
      return null;
  }
}

function endsProblem(standing: Standing, { from, to }: PlacedCell) {
  for (const end of [from, to]) {
    const problem = absence(standing, end);
    if (problem !== null) return problem;
  }
  return null;
}

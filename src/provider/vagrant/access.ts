import { connect, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Duplex } from 'node:stream';
import { LabError, messageOf } from '../../core/errors.ts';
import { contains, parseAddress, parseSubnet } from '../../plan/ipv4.ts';
import type { LabPlan } from '../../plan/types.ts';
import { type Endpoint, knownEndpoints } from './endpoints.ts';
import { worldSshPort } from './layout.ts';

/** A port behind NAT takes every connection: only the server's greeting counts, and a slow machine takes its time. */
const greetingTimeoutMs = 45_000;
/** For whoever only asks whether it is there. */
const quickGreetingTimeoutMs = 10_000;

/** A stream that begins with an SSH server's greeting, from whichever way answers first. */
export async function openMachine(
  plan: LabPlan,
  stateDir: string,
  machine: string,
  timeoutMs: number = greetingTimeoutMs,
): Promise<Duplex> {
  const ways = await waysTo(plan, stateDir, machine);
  const race = new AbortController();
  try {
    // Who comes second is hung up on.
    return await Promise.any(
      ways.map(async (way) => {
        const socket = await greeted(way, timeoutMs, race.signal);
        // Both may have greeted in one turn.
        if (race.signal.aborted) throw socket.destroy();
        race.abort();
        return socket;
      }),
    );
  } catch (error) {
    const tried = ways.map(({ host, port }, index) => `${host}:${port} ${reasonOf(error, index)}`);
    throw new LabError({
      code: 'node.missing',
      message: `${machine} does not answer: ${tried.join('; ') || 'no way to it is known'}`,
      hint: 'swarmlab up starts what is missing, and asks Vagrant afresh where it is',
      cause: error,
    });
  }
}

/** Whether an SSH server greets there. */
export async function answers(plan: LabPlan, stateDir: string, machine: string): Promise<boolean> {
  return openMachine(plan, stateDir, machine, quickGreetingTimeoutMs).then(
    (stream) => {
      stream.destroy();
      return true;
    },
    () => false,
  );
}

/** What Vagrant told, and the machine's own address where this computer is on its segment; elsewhere it would be a stranger's. */
export async function waysTo(plan: LabPlan, stateDir: string, machine: string): Promise<readonly Endpoint[]> {
  const known = (await knownEndpoints(stateDir))[machine] ?? [];
  return [...known, ...(isOnSegment(plan) ? ownAddress(plan, machine) : [])];
}

function ownAddress(plan: LabPlan, machine: string): readonly Endpoint[] {
  if (machine === plan.world.name) return [{ host: plan.segment.gateway, port: worldSshPort }];
  const node = plan.nodes.find(({ name }) => name === machine);
  return node === undefined ? [] : [{ host: node.address, port: 22 }];
}

function isOnSegment(plan: LabPlan): boolean {
  const segment = parseSubnet(plan.segment.subnet);
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return own.some(({ family, address }) => family === 'IPv4' && contains(segment, parseAddress(address)));
}

function greeted({ host, port }: Endpoint, timeoutMs: number, lost: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    const timer = setTimeout(() => fail(`says nothing in ${timeoutMs / 1000} s`), timeoutMs);
    function fail(why: string): void {
      clearTimeout(timer);
      socket.destroy();
      reject(new Error(why));
    }
    const onLost = () => fail('was slower');
    lost.addEventListener('abort', onLost, { once: true });
    const onEnd = () => fail('hangs up');
    // Stays: between here and the next reader an error would be nobody's.
    socket.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? messageOf(error)));
    socket.once('end', onEnd);
    socket.once('readable', () => {
      const first = socket.read() as Buffer | null;
      if (first === null) return;
      clearTimeout(timer);
      socket.off('end', onEnd);
      lost.removeEventListener('abort', onLost);
      // The next reader gets it from the start.
      socket.unshift(first);
      if (first.toString('latin1').startsWith('SSH-')) resolve(socket);
      else fail('is no SSH server');
    });
  });
}

function reasonOf(error: unknown, index: number): string {
  return error instanceof AggregateError ? messageOf(error.errors[index]) : messageOf(error);
}

import { Agent, type ClientRequestArgs } from 'node:http';
import type { Duplex } from 'node:stream';
import { inspect } from 'node:util';

/** The socket methods that node:http calls and that an SSH channel has no use for. */
const socketNoops = ['setKeepAlive', 'setNoDelay', 'setTimeout', 'ref', 'unref'] as const;

/**
 * An HTTP agent whose connections are streams that `open` gives, kept open between requests.
 * `maxSockets` bounds the streams; further requests wait.
 */
export function createStreamAgent(open: () => Promise<Duplex>, maxSockets: number): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets, maxFreeSockets: maxSockets });
  const createConnection = (_options: ClientRequestArgs, done: (error: Error | null, stream?: Duplex) => void) => {
    open().then(
      (stream) => done(null, asSocket(stream)),
      (error: Error) => done(error),
    );
  };
  return Object.assign(agent, { createConnection, [inspect.custom]: () => shown });
}

/**
 * What the agent is in a debugging text. docker-modem (lib/modem.js, buildRequest) writes its request's options out to any
 * depth before each request, whether anybody reads that or not: an agent with its streams is the whole SSH connection with
 * every channel of it, and with twenty open each request took 0.2 s of processor time.
 */
const shown = 'streams to an engine';

/** Ends the connections that no request uses: after one of them turned out to be dead, the others may be as well. */
export function dropIdle(agent: Agent): void {
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
}

function asSocket(stream: Duplex): Duplex {
  const noop = () => stream;
  for (const name of socketNoops) Object.assign(stream, { [name]: noop });
  // Node destroys a kept-alive socket with destroySoon once the other side has ended it.
  Object.assign(stream, { destroySoon: () => stream.destroy() });
  return stream;
}

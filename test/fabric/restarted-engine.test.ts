import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { createEngine } from '../../src/fabric/dockerode.ts';

it('an engine that was restarted answers, though every connection that was kept open is dead', async () => {
  const dead = new Set<Socket>();
  const open = new Set<Socket>();
  const waiting: (() => void)[] = [];
  const server = createServer((request, response) => {
    // As a connection that ended unnoticed: it takes the request and never answers.
    if (dead.has(request.socket)) return void request.socket.destroy();
    const answer = () => void response.setHeader('content-type', 'application/json').end('[]');
    if (dead.size > 0) return answer();
    // The first three at once, so that there are three connections.
    waiting.push(answer);
    if (waiting.length === 3) for (const each of waiting) each();
  });
  server.on('connection', (socket) => open.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { engine, close } = createEngine('m1', async () => connect(port, '127.0.0.1'));
  try {
    const { signal } = new AbortController();
    await Promise.all([1, 2, 3].map(() => engine.listNetworks(null, signal)));
    expect(open.size).toBe(3);
    for (const socket of open) dead.add(socket);
    expect(await engine.listNetworks(null, signal)).toEqual([]);
  } finally {
    close();
    server.close();
    for (const socket of open) socket.destroy();
  }
});

it.each([
  [2, 'answers'],
  [3, 'does not answer'],
])('an engine that hangs up %i times %s', async (times, comes) => {
  let hangUps = 0;
  const server = createServer((request, response) => {
    if (hangUps === times) return void response.setHeader('content-type', 'application/json').end('[]');
    hangUps += 1;
    request.socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { engine, close } = createEngine('m1', async () => connect(port, '127.0.0.1'));
  try {
    const asked = engine.listNetworks(null, new AbortController().signal);
    if (comes === 'answers') expect(await asked).toEqual([]);
    else await expect(asked).rejects.toThrow('socket hang up');
  } finally {
    close();
    server.close();
    server.closeAllConnections();
  }
});

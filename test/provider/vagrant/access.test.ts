import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveConfig } from '../../../src/config/resolve.ts';
import { planLab } from '../../../src/plan/plan-lab.ts';
import { answers, openMachine } from '../../../src/provider/vagrant/access.ts';

// A segment that no computer is on: only what Vagrant told is a way.
const plan = planLab(resolveConfig({ provider: 'vagrant', segment: { subnet: '198.18.7.0/24' } }));
const servers: Server[] = [];
let stateDir: string;

beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'swarmlab-access-'));
  mkdirSync(join(stateDir, 'vagrant'));
});

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  rmSync(stateDir, { recursive: true });
});

async function listen(onConnection: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function know(...ports: readonly number[]): void {
  const endpoints = { m1: ports.map((port) => ({ host: '127.0.0.1', port })) };
  writeFileSync(join(stateDir, 'vagrant', 'endpoints.json'), JSON.stringify(endpoints));
}

describe('the way to a virtual machine', () => {
  it('is the one that greets, whole from its first byte; the silent one is hung up on', async () => {
    let hungUp = () => {};
    const silentOneIsGone = new Promise<void>((resolve) => {
      hungUp = resolve;
    });
    const silent = await listen((socket) => socket.once('close', hungUp));
    const greeting = await listen((socket) => socket.end('SSH-2.0-x\r\nmore'));
    know(silent, greeting);
    const stream = await openMachine(plan, stateDir, 'm1');
    let text = '';
    for await (const chunk of stream) text += chunk;
    expect(text).toBe('SSH-2.0-x\r\nmore');
    await silentOneIsGone;
  });

  it('is none where another server answers, and the error has every way that was tried', async () => {
    const web = await listen((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n'));
    const closed = await listen((socket) => socket.end());
    know(web, closed);
    await expect(openMachine(plan, stateDir, 'm1')).rejects.toMatchObject({
      code: 'node.missing',
      message: `m1 does not answer: 127.0.0.1:${web} is no SSH server; 127.0.0.1:${closed} hangs up`,
    });
    expect(await answers(plan, stateDir, 'm1')).toBe(false);
  });

  it('is not known before anybody asked Vagrant', async () => {
    await expect(openMachine(plan, stateDir, 'm1')).rejects.toThrow('no way to it is known');
  });
});

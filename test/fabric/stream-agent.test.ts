import { PassThrough } from 'node:stream';
import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { createStreamAgent } from '../../src/fabric/stream-agent.ts';

it('is a few words to whoever writes it out with all that hangs on it, as the client library does before each request', () => {
  const agent = createStreamAgent(async () => new PassThrough(), 4);
  Object.assign(agent, { freeSockets: { engine: [new PassThrough(), new PassThrough()] } });
  expect(inspect({ agent }, { showHidden: true, depth: null })).toBe('{ agent: streams to an engine }');
});

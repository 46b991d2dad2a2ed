import ssh2 from 'ssh2';
import { expect, it } from 'vitest';
import { generateKeyPair } from '../../src/fabric/ssh2.ts';

const publicKeyBytes = 32;

/** The last string of an SSH public key's blob (RFC 8709, 4): the key itself. */
const keyOf = (line: string) => Buffer.from(line.split(' ')[1] ?? '', 'base64').subarray('ssh-ed25519'.length + 8);

it('makes only keys that can be read: one in 256 begins with a zero, which the library loses', () => {
  const pairs = Array.from({ length: 2_000 }, () => generateKeyPair('a test'));
  const unreadable = pairs.filter(({ privateKey }) => ssh2.utils.parseKey(privateKey) instanceof Error);
  expect(unreadable).toEqual([]);
  expect(pairs.filter(({ publicKey }) => keyOf(publicKey).length !== publicKeyBytes)).toEqual([]);
  expect(pairs[0]?.publicKey).toMatch(/^ssh-ed25519 \S+ a test$/);
});

import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { LabError } from '../core/errors.ts';
import type { NodeConnection } from '../fabric/connection.ts';
import { storedZip } from './stored-zip.ts';

const packageName = 'probe_agent';
const localFolder = new URL(`../../provision/${packageName}/`, import.meta.url);
/** A folder of the machine that ends with its boot. */
const remoteFolder = '/run/swarmlab';
/** Outside of the package, so that its modules find each other as they do in the source tree. */
const starter = `import sys\nfrom ${packageName}.compiled import start\nstart(sys.argv[0])\n`;

const uploaded = new WeakMap<NodeConnection, Promise<string>>();

/** The agent as one file: a ZIP application, which Python runs as it is (zipapp, PEP 441). Same sources, same bytes. */
export async function packAgent(): Promise<Buffer> {
  const names = (await readdir(localFolder)).filter((name) => name.endsWith('.py')).sort();
  const modules = names.map(async (name) => ({
    path: `${packageName}/${name}`,
    content: await readFile(new URL(name, localFolder)),
  }));
  return storedZip([{ path: '__main__.py', content: Buffer.from(starter) }, ...(await Promise.all(modules))]);
}

let packed: Promise<{ content: Buffer; hash: string }> | undefined;

/** The same for every machine, so it is read once. */
async function packedOnce(): Promise<{ content: Buffer; hash: string }> {
  packed ??= packAgent().then((content) => {
    return { content, hash: createHash('sha256').update(content).digest('hex').slice(0, 16) };
  });
  packed.catch(() => {
    packed = undefined;
  });
  return packed;
}

async function upload(connection: NodeConnection, signal: AbortSignal): Promise<string> {
  const { content, hash } = await packedOnce();
  const path = `${remoteFolder}/probe-agent-${hash}.pyz`;
  // An upload writes the whole file or nothing, so a file of that name has that content.
  const there = await connection.exec(['test', '-s', path], { signal });
  if (there.exitStatus === 0) return path;
  const made = await connection.exec(['mkdir', '-p', '-m', '0700', remoteFolder], { signal });
  if (made.exitStatus !== 0) {
    throw new LabError({
      code: 'probe.upload',
      message: `cannot make ${remoteFolder} on ${connection.machine}: ${made.stderr.trim()}`,
      hint: 'the probe agent must run as root',
    });
  }
  await connection.upload(path, content, 0o600, signal);
  return path;
}

/** Puts this version of the agent on a machine, once per connection; gives its path there. */
export function ensureAgentFile(connection: NodeConnection, signal: AbortSignal): Promise<string> {
  const known = uploaded.get(connection);
  if (known !== undefined) return known;
  const path = upload(connection, signal);
  uploaded.set(connection, path);
  path.catch(() => uploaded.delete(connection));
  return path;
}

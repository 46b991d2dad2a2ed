import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError, messageOf } from '../core/errors.ts';
import { settleAll } from '../core/pool.ts';
import { provisionText } from '../core/provision.ts';
import type { Awaiting } from '../core/steps.ts';
import type { NodeConnection } from '../fabric/connection.ts';

/** The reference of the image that nodes build from their own binaries; its tag names the recipe. */
export const builtInImage = 'swarmlab/built-in:1';

/** Generous: an emulated machine on a busy computer. */
const buildTimeoutMs = 5 * 60_000;

/** What a config's `image` stands for. */
export function imageReference(image: string): string {
  return image === 'built-in' ? builtInImage : image;
}

export interface ImageRequest {
  /** Connections of the nodes that have an engine. */
  engines: readonly NodeConnection[];
  /** `built-in`, or a reference to pull. */
  image: string;
  /** Where an archive of the built-in image is kept between labs. */
  cacheDir: string;
  signal: AbortSignal;
  awaiting: Awaiting;
}

/** The image on every node's engine: built once and passed on, or pulled by each. */
export async function ensureImage(request: ImageRequest): Promise<void> {
  const { engines, signal } = request;
  const reference = imageReference(request.image);
  const present = await settleAll(engines.map((node) => node.engine.hasImage(reference, signal)));
  const lacking = engines.filter((_node, index) => present[index] === false);
  if (lacking.length === 0) return;
  if (reference !== builtInImage) {
    request.awaiting(`${namesOf(lacking)} to pull ${reference}`);
    await settleAll(lacking.map((node) => pull(node, reference, signal)));
    return;
  }
  const archive = await builtInArchive(request, lacking[0] as NodeConnection);
  request.awaiting(`${namesOf(lacking)} to load the image`);
  await settleAll(lacking.map((node) => node.engine.loadImage(archive, signal)));
}

function namesOf(nodes: readonly NodeConnection[]): string {
  return nodes.map(({ machine }) => machine).join(', ');
}

async function pull(node: NodeConnection, reference: string, signal: AbortSignal): Promise<void> {
  try {
    await node.engine.pullImage(reference, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw new LabError({
      code: 'image.pull',
      message: `${node.machine} could not get ${reference}: ${messageOf(error)}`,
      hint: `image: built-in needs no registry. To hand one in: swarmlab up --retain, then for each node docker save ${reference} | swarmlab exec ${node.machine} docker load, then swarmlab up again`,
      cause: error,
    });
  }
}

async function builtInArchive(request: ImageRequest, builder: NodeConnection): Promise<Uint8Array> {
  const { signal, cacheDir } = request;
  const architecture = (await builder.exec(['uname', '-m'], { signal })).stdout.toString().trim();
  const path = join(cacheDir, `${builtInImage.replace(/[/:]/g, '-')}-${architecture}.tar`);
  const cached = await readFile(path).catch(() => null);
  if (cached !== null) return cached;
  request.awaiting(`${builder.machine} to build the image`);
  const script = { stdin: await provisionText('image-rootfs.sh'), signal, timeoutMs: buildTimeoutMs };
  const built = await builder.exec(['sh', '-s'], script);
  if (built.exitStatus !== 0) {
    throw new LabError({
      code: 'image.build',
      message: `${builder.machine} could not build the image from its busybox: ${built.stderr.trim()}`,
      hint: 'the package busybox must be installed on the node',
    });
  }
  await builder.engine.importImage(built.stdout, builtInImage, signal);
  const archive = await builder.engine.saveImage(builtInImage, signal);
  await mkdir(cacheDir, { recursive: true, mode: 0o700 });
  await writeFile(`${path}.${process.pid}`, archive, { mode: 0o600 });
  await rename(`${path}.${process.pid}`, path);
  return archive;
}

import { type Duplex, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import Docker from 'dockerode';
import { deadline, raceSignal } from '../core/deadline.ts';
import { LabError, messageOf } from '../core/errors.ts';
import { containerBody, networkBody } from './engine-bodies.ts';
import type { Engine, EngineInfo, EngineWork } from './engine-port.ts';
import type { SendRequest } from './engine-request.ts';
import { containerView, engineInfo, networkView, swarmNodeView } from './engine-views.ts';
import { engineWork } from './engine-work.ts';
import { leaveAgainWhileStopping } from './leave-swarm.ts';
import { createStreamAgent, dropIdle } from './stream-agent.ts';

const callTimeoutMs = 120_000;
const streamsAtOnce = 24;

/** The engine behind a stream to its socket, and how to let go of the streams. */
export function createEngine(
  machine: string,
  open: () => Promise<Duplex>,
): { engine: Engine; work: EngineWork; close(): void } {
  const agent = createStreamAgent(open, streamsAtOnce);
  const docker = new Docker({ protocol: 'http', host: 'docker', port: 80, agent } as Docker.DockerOptions);
  const call = <T>(what: string, signal: AbortSignal, run: (abortSignal: AbortSignal) => Promise<T>) =>
    callEngine(machine, what, signal, run);
  /**
   * A question: put again, on a new connection, where one that was kept open had ended meanwhile (a restarted engine ends all).
   * Twice, since one on a busy machine was seen to end too.
   */
  const ask = <T>(what: string, signal: AbortSignal, run: (abortSignal: AbortSignal) => Promise<T>) =>
    call(what, signal, async (abortSignal) => {
      for (let again = 2; ; again -= 1) {
        try {
          return await run(abortSignal);
        } catch (error) {
          if (again === 0 || !isHangUp(error)) throw error;
          dropIdle(agent);
        }
      }
    });
  /** What the engine does not know is an answer, not a failure. */
  const orNull = <T>(promise: Promise<T>) =>
    promise.catch((error: unknown) => {
      if (statusOf(error) === 404) return null;
      throw error;
    });
  const post = (path: string, body: object, statusCodes: Record<string, unknown>, abortSignal: AbortSignal) =>
    dial(docker, { path, method: 'POST', options: body, abortSignal, statusCodes });

  const engine: Engine = {
    info: (signal) =>
      ask('tell about itself', signal, async (): Promise<EngineInfo> => engineInfo(await docker.info())),

    createNetwork: (spec, signal) =>
      call(`create network ${spec.name}`, signal, async (abortSignal) => {
        const network = await docker.createNetwork({
          ...networkBody(spec),
          abortSignal,
        } as Docker.NetworkCreateOptions);
        return network.id;
      }),
    inspectNetwork: (name, signal) =>
      ask(`inspect network ${name}`, signal, async () => {
        const found = await orNull(docker.getNetwork(name).inspect());
        return found === null ? null : networkView(found);
      }),
    listNetworks: (label, signal) =>
      ask('list networks', signal, async (abortSignal) => {
        const filters = label === null ? {} : { filters: { label: [label] } };
        return (await docker.listNetworks({ ...filters, abortSignal })).map(networkView);
      }),
    removeNetwork: (name, signal) =>
      call(`remove network ${name}`, signal, async (abortSignal) => {
        await orNull(docker.getNetwork(name).remove({ abortSignal }));
      }),

    createContainer: (spec, signal) =>
      call(`create container ${spec.name}`, signal, async (abortSignal) => {
        const container = await docker.createContainer({
          ...containerBody(spec),
          abortSignal,
        } as Docker.ContainerCreateOptions);
        return container.id;
      }),
    startContainer: (name, signal) =>
      call(`start container ${name}`, signal, async (abortSignal) => {
        await docker.getContainer(name).start({ abortSignal });
      }),
    inspectContainer: (name, signal) =>
      ask(`inspect container ${name}`, signal, async (abortSignal) => {
        const found = await orNull(docker.getContainer(name).inspect({ abortSignal }));
        return found === null ? null : containerView(found);
      }),
    listContainers: (label, signal) =>
      ask('list containers', signal, async (abortSignal) => {
        const filters = label === null ? {} : { filters: { label: [label] } };
        const found = await docker.listContainers({ all: true, ...filters, abortSignal });
        return found.map(({ Id, Names }) => ({ id: Id, name: (Names[0] ?? Id).replace(/^\//, '') }));
      }),
    removeContainer: (name, signal) =>
      call(`remove container ${name}`, signal, async (abortSignal) => {
        await orNull(docker.getContainer(name).remove({ force: true, v: true, abortSignal }));
      }),

    hasImage: (reference, signal) =>
      ask(`look for image ${reference}`, signal, async () => {
        return (await orNull(docker.getImage(reference).inspect())) !== null;
      }),
    importImage: (rootfs, reference, signal) =>
      call(`import image ${reference}`, signal, async (abortSignal) => {
        const [repo, tag] = reference.split(':');
        const options = { fromSrc: '-', repo, tag };
        await finished(await docker.importImage(Readable.from([rootfs]), options), abortSignal);
      }),
    saveImage: (reference, signal) =>
      call(`save image ${reference}`, signal, async (abortSignal) => {
        const archive = await docker.getImage(reference).get();
        abortSignal.throwIfAborted();
        return buffer(archive);
      }),
    loadImage: (archive, signal) =>
      call('load an image', signal, async (abortSignal) => {
        await finished(await docker.loadImage(Buffer.from(archive) as never, { abortSignal }), abortSignal);
      }),
    pullImage: (reference, signal) =>
      call(`pull image ${reference}`, signal, async (abortSignal) => {
        await finished(await docker.pull(reference, { abortSignal }), abortSignal);
      }),

    initSwarm: (options, signal) =>
      call('form a swarm', signal, async (abortSignal) => {
        await docker.swarmInit({
          AdvertiseAddr: options.advertiseAddress,
          ListenAddr: options.listenAddress,
          DataPathAddr: options.dataPathAddress,
          DataPathPort: options.dataPathPort,
          DefaultAddrPool: [options.addressPool],
          SubnetSize: options.subnetPrefixLength,
          abortSignal,
        } as never);
      }),
    joinSwarm: (options, signal) =>
      call('join the swarm', signal, async (abortSignal) => {
        await docker.swarmJoin({
          AdvertiseAddr: options.advertiseAddress,
          ListenAddr: options.listenAddress,
          DataPathAddr: options.dataPathAddress,
          RemoteAddrs: options.remoteAddresses,
          JoinToken: options.joinToken,
          abortSignal,
        } as never);
      }),
    leaveSwarm: (signal) =>
      call('leave its swarm', signal, async (abortSignal) => {
        const statusCodes = { 200: true, 406: 'not part of a swarm', 500: 'server error' };
        await leaveAgainWhileStopping(() => post('/swarm/leave?force=true', {}, statusCodes, abortSignal), abortSignal);
      }),
    joinTokens: (signal) =>
      ask('hand out join tokens', signal, async () => {
        const { JoinTokens } = await docker.swarmInspect();
        return { manager: JoinTokens.Manager, worker: JoinTokens.Worker };
      }),
    listSwarmNodes: (signal) =>
      ask('list the swarm', signal, async (abortSignal) => {
        return (await docker.listNodes({ abortSignal })).map(swarmNodeView);
      }),
    removeSwarmNode: (id, signal) =>
      call(`remove swarm node ${id}`, signal, async (abortSignal) => {
        await orNull(docker.getNode(id).remove({ force: true, abortSignal }));
      }),
  };
  const send: SendRequest = ({ what, method, path, query = {}, body = {} }, signal) =>
    (method === 'GET' ? ask : call)(what, signal, (abortSignal) => {
      // 304: a container that was stopped, or started, already.
      const statusCodes = { 200: true, 201: true, 204: true, 304: true };
      const options = { _query: query, _body: body };
      return orNullUnlessPost(method, dial(docker, { path: `${path}?`, method, options, abortSignal, statusCodes }));
    });
  const orNullUnlessPost = (method: string, promise: Promise<unknown>) =>
    method === 'POST' ? promise : orNull(promise);
  return { engine, work: engineWork(send), close: () => agent.destroy() };
}

async function callEngine<T>(
  machine: string,
  what: string,
  signal: AbortSignal,
  run: (abortSignal: AbortSignal) => Promise<T>,
): Promise<T> {
  using limit = deadline({ signal, timeoutMs: callTimeoutMs, awaiting: `the engine of ${machine} to ${what}` });
  try {
    return await raceSignal(run(limit), limit);
  } catch (error) {
    if (limit.aborted) throw limit.reason;
    throw engineError(machine, what, error);
  }
}

function engineError(machine: string, what: string, error: unknown): LabError {
  if (error instanceof LabError) return error;
  const status = statusOf(error);
  const said = (error as { json?: { message?: string } }).json?.message ?? messageOf(error);
  return new LabError({
    code: status === null ? 'engine.unreachable' : 'engine.refused',
    message:
      status === null
        ? `the engine of ${machine} did not answer when asked to ${what}: ${said}`
        : `the engine of ${machine} refused to ${what}: ${said} (HTTP ${status})`,
    ...(status === null ? { hint: 'swarmlab status shows it; swarmlab up starts an engine that died' } : {}),
    cause: error,
  });
}

/** Node's words for a connection that ended before the answer came (http.ClientRequest, `reusedSocket`). */
function isHangUp(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === 'ECONNRESET' || code === 'EPIPE';
}

function statusOf(error: unknown): number | null {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : null;
}

function dial(docker: Docker, options: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    docker.modem.dial(options as never, (error: unknown, data: unknown) => (error ? reject(error) : resolve(data)));
  });
}

/** Reads an engine's progress stream to its end; a failure is a line of it, not a status. */
async function finished(stream: NodeJS.ReadableStream, signal: AbortSignal): Promise<void> {
  const lines = (await buffer(stream)).toString().split('\n');
  signal.throwIfAborted();
  for (const line of lines) {
    if (!line.includes('"error"')) continue;
    const { error } = JSON.parse(line) as { error?: string };
    if (error !== undefined) throw new Error(error);
  }
}

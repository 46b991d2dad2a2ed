import { endpointBody, serviceBody } from './engine-bodies.ts';
import { parseOutput } from './engine-output.ts';
import type { EngineWork } from './engine-port.ts';
import type { SendRequest } from './engine-request.ts';
import { serviceView, taskView } from './engine-views.ts';

type Json = Record<string, unknown>;

/** Once in a while two changes of one swarm object meet: the engine says "update out of sequence", and one tries again. */
const updateTries = 5;

/** Experiments' calls to one engine. */
export function engineWork(send: SendRequest): EngineWork {
  const container = (name: string) => `/containers/${encodeURIComponent(name)}`;
  const network = (name: string) => `/networks/${encodeURIComponent(name)}`;
  const service = (name: string) => `/services/${encodeURIComponent(name)}`;

  /** Reads an object of the swarm, changes its spec, and writes it back at the version that was read. */
  const update = async (what: string, path: string, change: (spec: Json) => Json, signal: AbortSignal) => {
    for (let left = updateTries; ; left -= 1) {
      const found = (await send({ what, method: 'GET', path }, signal)) as {
        Spec: Json;
        Version: { Index: number };
      } | null;
      if (found === null) return;
      try {
        const query = { version: `${found.Version.Index}` };
        await send({ what, method: 'POST', path: `${path}/update`, query, body: change(found.Spec) }, signal);
        return;
      } catch (error) {
        if (left <= 1 || !String(error).includes('out of sequence')) throw error;
      }
    }
  };

  return {
    connectContainer: async (name, target, endpoint, signal) => {
      const body = { Container: target, EndpointConfig: endpointBody(endpoint) };
      await send(
        { what: `connect ${target} to ${name}`, method: 'POST', path: `${network(name)}/connect`, body },
        signal,
      );
    },
    disconnectContainer: async (name, target, signal) => {
      const body = { Container: target, Force: false };
      const path = `${network(name)}/disconnect`;
      await send({ what: `disconnect ${target} from ${name}`, method: 'POST', path, body }, signal);
    },
    stopContainer: async (name, graceSeconds, signal) => {
      const query = { t: `${graceSeconds}` };
      await send({ what: `stop container ${name}`, method: 'POST', path: `${container(name)}/stop`, query }, signal);
    },
    restartContainer: async (name, graceSeconds, signal) => {
      const query = { t: `${graceSeconds}` };
      await send(
        { what: `restart container ${name}`, method: 'POST', path: `${container(name)}/restart`, query },
        signal,
      );
    },
    execInContainer: async (name, argv, signal) => {
      const what = `run ${argv.join(' ')} in container ${name}`;
      const body = { AttachStdout: true, AttachStderr: true, Cmd: argv };
      const made = (await send({ what, method: 'POST', path: `${container(name)}/exec`, body }, signal)) as {
        Id?: string;
      } | null;
      if (made?.Id === undefined) throw new Error(`cannot ${what}: the engine does not know it`);
      const run = { Detach: false, Tty: false };
      const output = parseOutput(
        await send({ what, method: 'POST', path: `/exec/${made.Id}/start`, body: run }, signal),
      );
      const ended = (await send({ what, method: 'GET', path: `/exec/${made.Id}/json` }, signal)) as {
        ExitCode?: number;
      };
      return { exitStatus: ended.ExitCode ?? -1, output };
    },
    containerLogs: async (name, signal) => {
      const query = { stdout: '1', stderr: '1' };
      const what = `show the logs of container ${name}`;
      return parseOutput(await send({ what, method: 'GET', path: `${container(name)}/logs`, query }, signal));
    },

    createService: async (spec, signal) => {
      const what = `create service ${spec.name}`;
      const made = await send({ what, method: 'POST', path: '/services/create', body: serviceBody(spec) }, signal);
      return (made as { ID: string }).ID;
    },
    inspectService: async (name, signal) => {
      const found = await send({ what: `inspect service ${name}`, method: 'GET', path: service(name) }, signal);
      return found === null ? null : serviceView(found);
    },
    listServices: async (label, signal) => {
      const query = { filters: JSON.stringify({ label: [label] }) };
      const found = await send({ what: 'list services', method: 'GET', path: '/services', query }, signal);
      return Array.isArray(found) ? found.map(serviceView) : [];
    },
    scaleService: (name, replicas, signal) =>
      update(
        `scale service ${name}`,
        service(name),
        (spec) => ({ ...spec, Mode: { Replicated: { Replicas: replicas } } }),
        signal,
      ),
    removeService: async (name, signal) => {
      await send({ what: `remove service ${name}`, method: 'DELETE', path: service(name) }, signal);
    },
    listTasks: async (name, signal) => {
      const query = { filters: JSON.stringify({ service: [name] }) };
      const found = await send({ what: `list the tasks of ${name}`, method: 'GET', path: '/tasks', query }, signal);
      return Array.isArray(found) ? found.map(taskView) : [];
    },
    updateSwarmNode: (id, { availability, role }, signal) =>
      update(
        `change swarm node ${id}`,
        `/nodes/${id}`,
        (spec) => ({
          ...spec,
          ...(availability === undefined ? {} : { Availability: availability }),
          ...(role === undefined ? {} : { Role: role }),
        }),
        signal,
      ),
  };
}

import { waitFor } from '../core/deadline.ts';
import { LabError } from '../core/errors.ts';
import type { Awaiting } from '../core/steps.ts';
import type { Connections } from '../fabric/connection.ts';

const startTimeoutMs = 30_000;
export const storePort = 2379;

/**
 * etcd with its API of version 2, the only one that engines with a `cluster-store` speak (libkv), on one machine of the lab:
 * it ends with that machine, and keeps its data in a folder of the machine's own /run.
 */
export async function startStore(
  store: { machine: string; address: string },
  connections: Connections,
  signal: AbortSignal,
  awaiting: Awaiting,
): Promise<void> {
  const connection = connections.get(store.machine);
  if (connection === undefined)
    throw new LabError({ code: 'run.not-connected', message: `there is no connection to ${store.machine}` });
  const url = `http://${store.address}:${storePort}`;
  const log = '/run/swarmlab-etcd.log';
  const script = [
    'mkdir -p /run/swarmlab-etcd && chmod 700 /run/swarmlab-etcd',
    `ETCD_UNSUPPORTED_ARCH=$(uname -m) setsid etcd --name store --data-dir /run/swarmlab-etcd --enable-v2 --log-level warn --listen-client-urls ${url} --advertise-client-urls ${url} --listen-peer-urls http://127.0.0.1:2380 </dev/null >${log} 2>&1 &`,
  ].join('\n');
  await connection.exec(['sh', '-c', script], { signal });
  awaiting(`etcd on ${store.machine}`);
  await waitFor(
    { signal, timeoutMs: startTimeoutMs, awaiting: `etcd on ${store.machine} to listen`, pollMs: 200 },
    async () => {
      const listening = await connection.exec(['sh', '-c', `ss -Hltn 'sport = :${storePort}'`], { signal });
      if (listening.stdout.length > 0) return { value: null };
      const said = await connection.exec(['tail', '-n', '1', log], { signal });
      return { pending: said.stdout.toString().trim().slice(-200) || 'it said nothing' };
    },
  );
}

import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LabPlan } from '../../plan/types.ts';
import type { Vagrant } from './command.ts';
import { explainFailure } from './failures.ts';
import { gatewayNode, vagrantDir, worldSshPort } from './layout.ts';
import { parseMachineReadable } from './machine-readable.ts';

export interface Endpoint {
  host: string;
  port: number;
}

/** Where each machine's SSH server was last known to listen for this computer. */
export type Endpoints = Readonly<Record<string, readonly Endpoint[]>>;

/** Asks Vagrant, and keeps it: asking takes seconds. */
export async function learnEndpoints(plan: LabPlan, stateDir: string, vagrant: Vagrant): Promise<void> {
  const config = await vagrant.run(['ssh-config']);
  if (config.exitStatus !== 0) {
    const stderr = config.stderr.toString();
    throw explainFailure('vagrant ssh-config', [], { exitStatus: config.exitStatus, stderr });
  }
  const hosts = parseSshConfig(config.stdout.toString());
  const gateway = gatewayNode(plan).name;
  const world = await worldEndpoint(gateway, hosts, vagrant);
  const endpoints: Endpoints = {
    ...Object.fromEntries(plan.nodes.map(({ name }) => [name, [hosts.get(name)].filter((one) => one !== undefined)])),
    [plan.world.name]: world === null ? [] : [world],
  };
  const path = endpointsPath(stateDir);
  await writeFile(`${path}.new`, `${JSON.stringify(endpoints, null, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** What was kept; a machine that nobody asked about has none. */
export async function knownEndpoints(stateDir: string): Promise<Endpoints> {
  const text = await readFile(endpointsPath(stateDir), 'utf8').catch(() => '{}');
  return JSON.parse(text) as Endpoints;
}

function endpointsPath(stateDir: string): string {
  return join(vagrantDir(stateDir), 'endpoints.json');
}

/** Behind VirtualBox's NAT a port is forwarded to it; where the guest's own address is known, it is there. */
async function worldEndpoint(
  gateway: string,
  hosts: ReadonlyMap<string, Endpoint>,
  vagrant: Vagrant,
): Promise<Endpoint | null> {
  const host = hosts.get(gateway);
  if (host === undefined) return null;
  if (host.port === 22) return { host: host.host, port: worldSshPort };
  const { stdout } = await vagrant.run(['port', gateway, '--machine-readable']);
  const line = parseMachineReadable(stdout.toString()).find(
    ({ type, data }) => type === 'forwarded_port' && Number(data[0]) === worldSshPort,
  );
  return line === undefined ? null : { host: '127.0.0.1', port: Number(line.data[1]) };
}

/** `Host`, `HostName` and `Port` of an OpenSSH configuration, whatever its line endings. */
export function parseSshConfig(text: string): ReadonlyMap<string, Endpoint> {
  const hosts = new Map<string, Endpoint>();
  let [name, host] = ['', '127.0.0.1'];
  for (const line of text.split(/\r?\n/)) {
    const [key = '', value = ''] = line.trim().split(/\s+/);
    if (key === 'Host') [name, host] = [value, '127.0.0.1'];
    if (key === 'HostName') host = value;
    if (key === 'Port') hosts.set(name, { host, port: Number(value) });
  }
  return hosts;
}

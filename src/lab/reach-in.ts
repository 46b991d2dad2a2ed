import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { wrongInput } from '../core/errors.ts';
import { nearMiss } from '../core/near-miss.ts';
import type { NodeConnection } from '../fabric/connection.ts';
import type { SshRoute } from '../provider/provider.ts';
import type { PortsDocument } from '../report/documents.ts';
import type { LabContext } from './context.ts';
import { connect, connectAll, type OpenLab, openLab } from './open.ts';
import { labDir, loginKeyPath } from './state.ts';
import { portsOf } from './status.ts';

/** The swarm's ports, each node to each node, measured now. */
export async function ports(context: LabContext): Promise<PortsDocument> {
  const startedAt = performance.now();
  const lab = await openLab(context);
  await using open = await connectAll(context, lab);
  return {
    schema: 'swarmlab/ports@1',
    lab: lab.plan.lab,
    ports: await portsOf(context, lab, open),
    durationMs: Math.round(performance.now() - startedAt),
  };
}

/** A connection to one machine of the lab; the caller disposes it. */
export async function connectMachine(context: LabContext, machine: string): Promise<NodeConnection> {
  const lab = await openLab(context);
  refuseUnknownMachine(lab, machine);
  return connect(context, lab, machine);
}

/** A configuration for OpenSSH's `ssh -F`: every machine by its name, with the lab's key and pinned host keys. */
export async function sshConfig(context: LabContext): Promise<string> {
  const lab = await openLab(context);
  const knownHosts = join(labDir(context.stateHome, context.lab), 'known_hosts');
  const machines = machinesOf(lab);
  const pinned = machines.map((machine) => `${machine} ${lab.provider.access(machine).hostPublicKey}\n`);
  await writeFile(knownHosts, pinned.join(''), { mode: 0o600 });
  const blocks = await Promise.all(
    machines.map(async (machine) => {
      const access = lab.provider.access(machine);
      return [
        `Host ${machine}`,
        `  User ${access.user}`,
        `  IdentityFile ${quoted(loginKeyPath(context.stateHome, context.lab))}`,
        '  IdentitiesOnly yes',
        `  UserKnownHostsFile ${quoted(knownHosts)}`,
        '  StrictHostKeyChecking yes',
        ...routeLines(await access.route(), machine),
      ].join('\n');
    }),
  );
  return `${blocks.join('\n\n')}\n`;
}

/** The host key is pinned by the machine's name, whatever its address is (HostKeyAlias, ssh_config(5)). */
function routeLines(route: SshRoute, machine: string): readonly string[] {
  switch (route.kind) {
    case 'proxy':
      return [`  ProxyCommand ${escaped(route.command)}`];
    case 'address':
      return [`  HostName ${route.host}`, `  Port ${route.port}`, `  HostKeyAlias ${machine}`];
    default:
      return route satisfies never;
  }
}

/** Variables that point Docker's own client at a node's engine. */
export async function engineEnvironment(context: LabContext, node: string): Promise<Record<string, string>> {
  const lab = await openLab(context);
  refuseUnknownMachine(lab, node);
  const socket = await lab.provider.engineSocket(node);
  const runsEngine = lab.plan.nodes.some(({ name, containerPool }) => name === node && containerPool !== null);
  if (runsEngine && socket === null && lab.provider.kind !== 'netns') {
    throw wrongInput(
      'env.no-socket',
      `the engine of ${node} has no socket on this computer: it is in a virtual machine`,
      [],
      `swarmlab exec ${node} docker ps; or swarmlab ssh-config --output lab.conf, and ssh -F lab.conf ${node}`,
    );
  }
  if (socket === null || !runsEngine) {
    throw wrongInput(
      runsEngine ? 'node.missing' : 'node.no-engine',
      runsEngine ? `${node} is not running` : `${node} has no Docker Engine`,
      [],
      runsEngine ? 'swarmlab up starts what is missing' : 'managers and workers have one',
    );
  }
  return { DOCKER_HOST: `unix://${socket}` };
}

function machinesOf(lab: OpenLab): readonly string[] {
  return [...lab.plan.nodes.map(({ name }) => name), lab.plan.world.name];
}

function refuseUnknownMachine(lab: OpenLab, machine: string): void {
  const machines = machinesOf(lab);
  if (machines.includes(machine)) return;
  const near = nearMiss(machine, machines);
  throw wrongInput(
    'node.unknown',
    `lab ${lab.plan.lab} has no machine named ${machine}`,
    [],
    near === null ? `it has ${machines.join(', ')}` : `did you mean ${near}?`,
  );
}

/** ssh_config(5): an argument with spaces goes in double quotes. */
function quoted(path: string): string {
  return `"${escaped(path)}"`;
}

/** ssh_config(5), TOKENS: a percent sign of its own is written twice. */
function escaped(text: string): string {
  return text.replaceAll('%', '%%');
}

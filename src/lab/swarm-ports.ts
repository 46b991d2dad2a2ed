import { LabError, type Problem } from '../core/errors.ts';
import type { LabPlan } from '../plan/types.ts';
import { measurePorts } from '../probe/measure-ports.ts';
import type { PortResult } from '../report/documents.ts';
import { setSwarmPorts, swarmPorts } from '../swarm/firewall.ts';
import type { SwarmMember } from '../swarm/form.ts';
import type { LabContext } from './context.ts';

/** Emulated machines, and those beside Hyper-V, take a minute to start an agent; without a result the lab is taken down. */
const portsTimeoutMs = 240_000;

/** Shut for everybody first, so that nothing but what the plan opens is open; an existing swarm keeps its ports open. */
export async function openAndMeasurePorts(
  context: LabContext,
  plan: LabPlan,
  members: readonly SwarmMember[],
): Promise<readonly PortResult[]> {
  const { signal } = context;
  const { dataPathPort } = plan.swarm;
  const infos = await Promise.all(members.map(({ connection }) => connection.engine.info(signal)));
  if (infos.every(({ swarm }) => swarm.state === 'inactive')) {
    await setSwarmPorts(
      members.map(({ connection }) => ({ connection, peers: [] })),
      dataPathPort,
      signal,
    );
  }
  const opening = members.map(({ connection, address }) => ({
    connection,
    peers: members.map((member) => member.address).filter((peer) => peer !== address),
  }));
  await setSwarmPorts(opening, dataPathPort, signal);
  return measurePorts({
    connections: new Map(members.map(({ name, connection }) => [name, connection])),
    nodes: members.map(({ name, address }) => ({ name, address })),
    ports: swarmPorts(dataPathPort),
    signal,
    timeoutMs: portsTimeoutMs,
  });
}

/** Everything that is shut or could not be measured, at once. */
export function refuseShutPorts(ports: readonly PortResult[]): void {
  const unmeasured = ports.filter(({ outcome }) => outcome === 'not-measured');
  const shut = ports.filter(({ outcome }) => outcome !== 'reached' && outcome !== 'not-measured');
  if (shut.length > 0) {
    throw new LabError({
      code: 'swarm.ports',
      message: `${shut.length} of ${ports.length} measured ways between the nodes' swarm ports are not open`,
      hint: 'something between the nodes filters them; swarmlab up --retain keeps the lab, swarmlab ports measures again',
      problems: shut.map((result) => portProblem('swarm.port-shut', result)),
    });
  }
  if (unmeasured.length > 0) {
    throw new LabError({
      code: 'swarm.ports-not-measured',
      message: `${unmeasured.length} of ${ports.length} ways between the nodes' swarm ports could not be measured`,
      hint: 'that says nothing about the ports; swarmlab up --retain keeps the lab, swarmlab ports measures again',
      problems: unmeasured.map((result) => portProblem('swarm.port-not-measured', result)),
    });
  }
}

function portProblem(code: string, { from, to, port, protocol, outcome, detail }: PortResult): Problem {
  const what = port === null ? protocol : `${port}/${protocol}`;
  return { code, message: `${from} to ${to}, ${what}: ${outcome}${detail === '' ? '' : ` (${detail})`}` };
}

import type { NodeConnection } from '../fabric/connection.ts';
import type { EngineInfo } from '../fabric/engine-port.ts';
import type { NodePlan } from '../plan/types.ts';
import type { NodeStatus } from '../report/documents.ts';

/** What is recorded of a node with every result, because it changes what containers reach. */
export interface NodeFacts {
  engine: EngineInfo | null;
  kernel: string | null;
  /** `ACCEPT` or `DROP`; null when iptables could not say. */
  forwardPolicy: string | null;
}

/**
 * In lines: the kernel, FORWARD's policy, the state of the engine's process (proc(5), stat), where it has one. The shell reads
 * files itself: each program less is one less for every node, and a lab may have twenty.
 */
const question = `line=; read -r line </proc/sys/kernel/osrelease; echo "$line"
iptables -w 5 -S FORWARD | { line=; read -r line; echo "$line"; }
{ pid=; read -r pid </run/docker.pid; [ -n "$pid" ] && read -r line <"/proc/$pid/stat" && echo "\${line##*) }"; } 2>/dev/null || :`;

export async function nodeFacts(node: NodePlan, connection: NodeConnection, signal: AbortSignal): Promise<NodeFacts> {
  const standsStill = new AbortController();
  const patience = AbortSignal.any([signal, standsStill.signal]);
  const engine = node.containerPool === null ? null : connection.engine.info(patience).catch(() => null);
  const { stdout } = await connection.exec(['sh', '-c', question], { signal });
  const [kernel = '', policy = '', state = ''] = stdout.toString().split('\n');
  // One that a signal has stopped takes the question, and never answers.
  if (state.startsWith('T')) standsStill.abort();
  return {
    engine: await engine,
    kernel: kernel === '' ? null : kernel,
    forwardPolicy: /^-P FORWARD (\w+)$/.exec(policy)?.[1] ?? null,
  };
}

export function nodeStatus(node: NodePlan, facts: NodeFacts): NodeStatus {
  return {
    name: node.name,
    role: node.role,
    address: node.address,
    engine: facts.engine?.version ?? null,
    kernel: facts.kernel,
    forwardPolicy: facts.forwardPolicy,
    state: node.containerPool !== null && facts.engine === null ? 'engine-down' : 'running',
  };
}

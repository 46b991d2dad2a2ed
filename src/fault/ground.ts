import { LabError, messageOf } from '../core/errors.ts';
import { quoteCommand } from '../core/quote.ts';
import type { Awaiting } from '../core/steps.ts';
import type { Connections, NodeConnection } from '../fabric/connection.ts';
import type { LabPlan } from '../plan/types.ts';
import type { Tampering } from '../provider/provider.ts';
import type { Line, Spot } from './types.ts';

/** What changes are made on: a lab's machines, and who made them. */
export interface Ground {
  plan: LabPlan;
  connections: Connections;
  tampering: Tampering;
  signal: AbortSignal;
  awaiting: Awaiting;
}

const commandTimeoutMs = 60_000;

export async function runLines(ground: Ground, at: Spot, lines: readonly Line[]): Promise<void> {
  if (lines.length === 0) return;
  const text = lines.map(({ argv, mayFail }) =>
    mayFail ? `${commandText(argv)} >/dev/null 2>&1 || :` : `${commandText(argv)} || exit 1`,
  );
  await runScript(ground, at, `${text.join('\n')}\n`);
}

export const commandText = (argv: readonly string[]) => quoteCommand(argv);

export async function runScript(ground: Ground, at: Spot, script: string): Promise<string> {
  if (at.place === 'port') {
    const port = await ground.tampering.segmentPort(at.node);
    if (port === null) throw new Error(`the segment's end of ${at.node}'s cable is out of reach`);
    return port.run(script).catch((error: unknown) => {
      // The provider names its own command first, of which nobody here has heard.
      throw notDone(at.node, messageOf(error).replace(/^".*?" failed on this machine: /s, ''), error);
    });
  }
  const connection = connectionTo(ground, at.node);
  const options = { stdin: script, signal: ground.signal, timeoutMs: commandTimeoutMs };
  const { exitStatus, stdout, stderr } = await connection.exec(['sh', '-s'], options);
  if (exitStatus === 0) return stdout.toString();
  throw notDone(at.node, stderr.trim() || `exit status ${exitStatus}`);
}

export function exec(ground: Ground, node: string, argv: readonly string[], stdin = '') {
  return connectionTo(ground, node).exec(argv, { stdin, signal: ground.signal, timeoutMs: commandTimeoutMs });
}

export function connectionTo({ connections }: Ground, node: string): NodeConnection {
  const connection = connections.get(node);
  if (connection !== undefined) return connection;
  throw new LabError({
    code: 'node.missing',
    message: `${node} is not running`,
    hint: 'swarmlab up starts what is missing',
  });
}

/** What tc and iptables say of a kernel without the module, and what that module is. */
const features: readonly (readonly [said: RegExp, feature: string])[] = [
  [/qdisc kind is unknown/, 'netem (sch_netem)'],
  [/classifier not found|Failed to load TC/, 'the BPF classifier of tc (cls_bpf)'],
  [/No chain\/target\/match|Couldn't load match|can't initialize iptables table/, 'a match of iptables'],
];

export function notDone(node: string, said: string, cause?: unknown): LabError {
  const feature = features.find(([pattern]) => pattern.test(said))?.[1];
  if (feature !== undefined) {
    return new LabError({
      code: 'fault.kernel',
      message: `the kernel of ${node} lacks ${feature}, so this fault cannot be made there: ${said}`,
      hint: 'a lab of virtual machines has a kernel of its own: swarmlab up --provider vagrant',
      cause,
    });
  }
  return new LabError({
    code: 'fault.not-done',
    message: `${node} did not take the change: ${said}`,
    hint: 'swarmlab fault list shows what is in force, swarmlab fault clear takes it back',
    cause,
  });
}

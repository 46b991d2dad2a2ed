import { LabError } from '../core/errors.ts';
import { settleAll } from '../core/pool.ts';
import { quoteCommand } from '../core/quote.ts';
import type { Awaiting } from '../core/steps.ts';
import type { NodeConnection } from '../fabric/connection.ts';
import type { Preparation } from '../provider/provider.ts';
import type { LabContext } from './context.ts';
import { connect, type OpenLab } from './open.ts';

/** Exit statuses of provision/vagrant/prepare.sh. */
const failures: ReadonlyMap<number, { code: string; hint: string }> = new Map([
  [
    10,
    {
      code: 'node.packages',
      hint: 'without internet take a box that has them: swarmlab box build, or the box of a bundle, in swarmlab.yaml',
    },
  ],
  [11, { code: 'node.no-segment', hint: 'swarmlab down, then swarmlab up makes the machine anew' }],
  [
    12,
    {
      code: 'node.address-taken',
      hint: 'halt the other lab (swarmlab halt --lab NAME), or give this one other addresses: segment.subnet in swarmlab.yaml',
    },
  ],
  [
    13,
    { code: 'engine.unreachable', hint: 'swarmlab up --retain keeps the lab; swarmlab ssh NODE journalctl -u docker' },
  ],
]);

/** A clock further off than this is set: certificates of the swarm count in seconds, and files in time stamps. */
const clockToleranceMs = 1_000;

/** Where packages are missing they come over the network. */
const prepareTimeoutMs = 15 * 60_000;

/** All machines at once made nodes of the lab, where the provider asks for it; does nothing for machines born as nodes. */
export async function prepareMachines(context: LabContext, lab: OpenLab, awaiting: Awaiting): Promise<void> {
  const pending = new Set<string>();
  await settleAll(
    lab.plan.nodes.map(async ({ name }) => {
      const preparation = await lab.provider.preparation(name);
      if (preparation === null) return;
      pending.add(name);
      awaiting([...pending].join(', '));
      await using connection = await connect(context, lab, name);
      await setClock(connection, context.signal);
      await prepare(connection, preparation, context.signal);
      pending.delete(name);
      if (pending.size > 0) awaiting([...pending].join(', '));
    }),
  );
}

async function prepare(connection: NodeConnection, preparation: Preparation, signal: AbortSignal): Promise<void> {
  const options = { stdin: wholeScript(preparation), signal, timeoutMs: prepareTimeoutMs };
  const { exitStatus, stderr } = await connection.exec(['sh', '-s'], options);
  if (exitStatus === 0) return;
  const said = stderr.trim().split('\n').slice(-3).join('; ') || 'it said nothing';
  const known = failures.get(exitStatus ?? -1);
  throw new LabError({
    code: known?.code ?? 'node.not-prepared',
    message: `${connection.machine} could not be made a node (exit status ${exitStatus}): ${said}`,
    hint: known?.hint ?? 'swarmlab down removes the lab; swarmlab up --retain keeps one that fails, to look at it',
  });
}

/** A machine with a clock of its own may come out of a snapshot or a sleeping laptop with a time long past. */
async function setClock(connection: NodeConnection, signal: AbortSignal): Promise<void> {
  const askedAt = Date.now();
  const { stdout } = await connection.exec(['date', '+%s.%N'], { signal });
  const middle = (askedAt + Date.now()) / 2;
  const offMs = Number(stdout.toString().trim()) * 1_000 - middle;
  const uncertainMs = Date.now() - askedAt;
  if (Number.isFinite(offMs) && Math.abs(offMs) <= clockToleranceMs + uncertainMs) return;
  await connection.exec(['date', '-u', '-s', `@${(Date.now() / 1000).toFixed(3)}`], { signal });
}

/** Files and script as one script: every command that is sent by itself costs an emulated or slow machine a second. */
export function wholeScript({ files, script }: Preparation): string {
  const writes = files.map(({ path, text, mode }) => {
    const quoted = quoteCommand([path]);
    const lines = Buffer.from(text).toString('base64');
    return `mkdir -p "$(dirname ${quoted})"\nbase64 -d >${quoted} <<'END' && chmod ${mode.toString(8)} ${quoted} || exit 1\n${lines}\nEND\n`;
  });
  return `${writes.join('')}${script}`;
}

import {
  askedProbe,
  bothMachines,
  crosses,
  diagnose,
  engineOf,
  isNameless,
  machinesOnTheWay,
  onNode,
  seen,
  upLine,
} from '../diagnosis.ts';
import type { Diagnosis, EngineFacts, Facts, Judge } from '../facts.ts';

/** A clock that differs by more makes certificates and logs wrong; less may be a machine that was slow to answer. */
const largestSkewMs = 2000;

export const notRunning: Judge = (facts) => {
  const end = [facts.to, facts.from].find(({ running }) => !running);
  if (end === undefined || engineOf(facts, end.machine)?.state !== 'answers') return null;
  return diagnose(
    'container.not-running',
    end.machine,
    'certain',
    `${end.name} does not run`,
    [seen(end.machine, `container ${end.name}`, 'not running')],
    onNode(facts, end.machine, 'docker', 'start', end.name),
  );
};

/** A dead or hanging engine of one of the two: names and news come from it, and what ran may have ended with it. */
export const engineSilent: Judge = (facts) => {
  const silent = bothMachines(facts)
    .map((machine) => engineOf(facts, machine))
    .filter((engine): engine is EngineFacts => engine !== null && engine.state !== 'answers');
  const [engine] = silent.toSorted((left, right) => rank(left) - rank(right));
  if (engine === undefined) return null;
  const { node, state } = engine;
  const gone = [facts.from, facts.to].filter(({ machine, running }) => machine === node && !running);
  const fate = gone.length > 0 ? `, and ${gone.map(({ name }) => name).join(' and ')} ended with it` : '';
  if (state === 'paused') {
    const sentence = `the Docker Engine of ${node} does not answer: its process is stopped by a signal${fate}`;
    const evidence = [seen(node, 'process of dockerd', 'state T (stopped)')];
    return diagnose('engine.paused', node, 'certain', sentence, evidence, onNode(facts, node, ...continueEngine));
  }
  if (state === 'silent') {
    const sentence = `the Docker Engine of ${node} has a process, and does not answer${fate}`;
    return diagnose('engine.paused', node, 'likely', sentence, [seen(node, 'its socket', 'no answer')], upLine(facts));
  }
  const evidence = [seen(node, 'process of dockerd', 'none'), seen(node, 'its socket', 'no answer')];
  return diagnose('engine.down', node, 'certain', `no Docker Engine runs on ${node}${fate}`, evidence, upLine(facts));
};

const continueEngine = ['sh', '-c', 'kill -CONT "$(cat /var/run/docker.pid)"'];
const rank = ({ state }: EngineFacts) => ['down', 'paused', 'silent', 'answers'].indexOf(state);

export const linkDown: Judge = (facts) => {
  if (!crosses(facts) && facts.way.kind !== 'parent') return null;
  for (const { machine, address, links, segment } of machinesOnTheWay(facts)) {
    if (links === null || segment?.up === true) continue;
    const lost = segment === null;
    const said = lost ? `no interface has ${address}` : `${segment.name} is down`;
    const sentence = lost
      ? `no interface of ${machine} has its address ${address} on the segment any more`
      : `${segment.name}, the interface of ${machine} on the segment, is down`;
    // `up` gives a node its interface and address back, and does nothing to one that is whole.
    const remedy = lost ? upLine(facts) : onNode(facts, machine, 'ip', 'link', 'set', segment.name, 'up');
    return diagnose('segment.link-down', machine, 'certain', sentence, [seen(machine, 'interface', said)], remedy);
  }
  return null;
};

/** Only where the swarm carries packets or names does it matter what a node says of itself there. */
export const wrongAddress: Judge = (facts) =>
  facts.way.kind === 'overlay' ? wronglyAdvertised(facts, bothMachines(facts), 'certain') : null;

/**
 * A container that runs and has no address, on a node that told the swarm a wrong one: to tell it that the node left the swarm
 * and came again, which takes its containers off their overlays (moby, daemon/cluster, `Leave`). It may have had none before.
 */
export const addressLost: Judge = (facts) => {
  const without = [facts.from, facts.to].filter(
    ({ kind, running, address }) => kind === 'container' && running && address === null,
  );
  return wronglyAdvertised(
    facts,
    without.map(({ machine }) => machine),
    'likely',
  );
};

function wronglyAdvertised(
  facts: Facts,
  machines: readonly string[],
  confidence: 'certain' | 'likely',
): Diagnosis | null {
  for (const machine of machines) {
    const advertised = engineOf(facts, machine)?.advertised ?? null;
    const address = [facts.from, facts.to].find((end) => end.machine === machine)?.machineAddress;
    if (advertised === null || advertised === address) continue;
    return diagnose(
      'swarm.wrong-address',
      machine,
      confidence,
      `${machine} tells the swarm the address ${advertised}; on the segment it is ${address}, so the others send to nobody or to somebody else`,
      [seen(machine, 'docker info: NodeAddr', `${advertised}, and its address on the segment is ${address}`)],
      `${onNode(facts, machine, 'docker', 'swarm', 'leave', '--force')} && ${upLine(facts)}`,
    );
  }
  return null;
}

/** Skew as far as it is certain: each clock is known to lie between two bounds. */
export const clockSkewed: Judge = (facts) => {
  const clocks = [...facts.machines.values()].filter(({ machine }) => engineOf(facts, machine) !== null);
  const pair = clocks.filter(({ machine }) => bothMachines(facts).includes(machine));
  for (const one of pair) {
    for (const other of clocks) {
      if (other === one) continue;
      const ahead = one.clockMs.from - other.clockMs.to;
      const behind = other.clockMs.from - one.clockMs.to;
      const skew = Math.max(ahead, behind);
      if (skew <= largestSkewMs) continue;
      const odd = oddClock(clocks) ?? one.machine;
      const seconds = Math.round(skew / 1000);
      const sentence = `the clocks of ${one.machine} and ${other.machine} are ${seconds} s apart: a swarm's certificates are not valid yet, or no more, for one of them`;
      const text = `${seconds} s ${ahead > behind ? 'ahead of' : 'behind'} ${other.machine}`;
      return diagnose('clock.skewed', odd, 'certain', sentence, [seen(one.machine, 'clock', text)], upLine(facts));
    }
  }
  return null;
};

/** Whose clock is the farthest from this machine's, which is the controller's. */
function oddClock(clocks: readonly { machine: string; clockMs: { from: number; to: number } }[]): string | null {
  const off = ({ clockMs: { from, to } }: (typeof clocks)[number]) => Math.abs((from + to) / 2);
  return clocks.toSorted((left, right) => off(right) - off(left))[0]?.machine ?? null;
}

/** Names come from engines, and what an engine started may end with it. */
export const engineNeeded: Judge = (facts) => {
  const ended = [facts.from, facts.to].some(({ running }) => !running);
  return ended || isNameless(askedProbe(facts)) ? engineSilent(facts) : null;
};

/** Where the swarm carries packets, or an engine publishes the port, they end some time after the engine does. */
export const engineCarries: Judge = (facts) =>
  facts.way.kind === 'overlay' || facts.asked.by === 'published' ? engineSilent(facts) : null;

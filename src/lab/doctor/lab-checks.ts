import type { Finding } from '../../provider/finding.ts';
import { portName } from '../../report/ports.ts';
import { count, list } from '../../report/words.ts';
import { refusedVersions } from '../engines.ts';
import { execLine, type LabCheck, upLine } from './check.ts';
import { clocksAgree, disksHaveRoom, firewallsAreOne, neighboursFit } from './node-checks.ts';

const nodesRun: LabCheck = {
  id: 'nodes',
  about: 'every node is there',
  look({ nodes, lab }) {
    const missing = nodes.filter(({ state }) => state === 'missing').map(({ name }) => name);
    if (missing.length === 0) return [];
    const all = missing.length === nodes.length;
    return [
      {
        code: 'lab.node-missing',
        severity: 'blocks',
        symptom: `${all ? 'No node' : list(missing)} of lab ${lab} ${all ? 'answers' : missing.length === 1 ? 'does not answer' : 'do not answer'}.`,
        cause: 'It was stopped, ended or was deleted, or this computer was restarted.',
        remedy: upLine(lab),
      },
    ];
  },
};

const enginesRun: LabCheck = {
  id: 'engines',
  about: 'every engine answers',
  look: ({ nodes, lab }) =>
    nodes
      .filter(({ state }) => state === 'engine-down')
      .map(({ name }) => ({
        code: 'lab.engine-down',
        severity: 'blocks',
        symptom: `The Docker Engine of ${name} does not answer.`,
        cause: 'dockerd has ended there or does not start; its disk may be full.',
        remedy: upLine(lab),
      })),
};

const enginesAreSound: LabCheck = {
  id: 'engine-versions',
  about: 'no engine has known faults, and all are alike',
  look({ nodes }) {
    const engines = nodes.flatMap(({ name, engine }) => (engine === null ? [] : [{ name, version: engine }]));
    const refused = engines
      .filter(({ version }) => refusedVersions.includes(version))
      .map(
        ({ name, version }): Finding => ({
          code: 'lab.engine-version',
          severity: 'blocks',
          symptom: `Names of containers are not resolved on ${name}, now and then or always.`,
          cause: `Docker ${version} has faults in its DNS for containers.`,
          remedy: 'install a later 29.x, or 28.5',
        }),
      );
    const versions = [...new Set(engines.map(({ version }) => version))];
    if (versions.length < 2) return refused;
    return [
      ...refused,
      {
        code: 'lab.engines-differ',
        severity: 'warns',
        symptom: 'Encrypted overlays are silent between some nodes, or options are refused on some.',
        cause: `The engines differ: ${engines.map(({ name, version }) => `${name} has ${version}`).join(', ')}. 29.1 and 28.5 do not share encrypted overlays.`,
        remedy: 'install one version everywhere',
      },
    ];
  },
};

const membersReady: LabCheck = {
  id: 'swarm',
  about: 'every manager and worker is Ready in one swarm',
  look({ wantsSwarm, memberships, members, nodes, lab }) {
    if (!wantsSwarm) return [];
    const outside = memberships.filter(({ state }) => state !== 'active');
    if (members === null && outside.length === 0) return null;
    const known = new Map((members ?? []).map((member) => [member.id, member]));
    const findings = memberships.flatMap(({ node, state, nodeId, error }): Finding[] => {
      const member = known.get(nodeId);
      const isOutside = state !== 'active' || (members !== null && member === undefined);
      if (!isOutside && (member === undefined || member.state === 'ready')) return [];
      const complaint = error === '' ? '' : ` It says: ${error}`;
      return [
        {
          code: isOutside ? 'lab.not-in-swarm' : 'lab.not-ready',
          severity: 'blocks',
          symptom: isOutside
            ? `${node} is not in the swarm: overlays and services do not reach it.`
            : `${node} is ${member?.state} in the swarm: its containers are out of the overlays.`,
          cause: `${isOutside ? `Its engine's swarm state is ${state}.` : 'The managers do not hear from it: 7946 or 2377 closed, its engine hung, or a clock that jumped.'}${complaint}`,
          remedy: upLine(lab),
        },
      ];
    });
    const own = new Set(memberships.map(({ nodeId }) => nodeId));
    // An engine that is down cannot say which entry is its own.
    const silent = new Set(nodes.filter(({ engine }) => engine === null).map(({ name }) => name));
    const stale = (members ?? []).filter(
      ({ id, state, hostname }) => !own.has(id) && state !== 'ready' && !silent.has(hostname),
    );
    const manager = memberships.find(({ nodeId }) => known.get(nodeId)?.role === 'manager');
    if (stale.length === 0) return findings;
    return [
      ...findings,
      {
        code: 'lab.stale-members',
        severity: 'warns',
        symptom: `"docker node ls" lists ${count(stale.length, 'node')} that nobody has: ${stale.map(({ hostname }) => hostname).join(', ')}.`,
        cause: 'A node joined anew, and its old entry stayed. One of a manager counts for the quorum.',
        remedy: execLine(lab, manager?.node ?? 'm1', `docker node rm --force ${stale.map(({ id }) => id).join(' ')}`),
      },
    ];
  },
};

const portsOpen: LabCheck = {
  id: 'ports',
  about: "the swarm's ports are open, node to node",
  look({ ports, wantsSwarm, lab }) {
    if (ports === null) return null;
    const shut = ports.filter(({ outcome }) => outcome !== 'reached' && outcome !== 'not-measured');
    if (shut.length === 0) {
      return ports.some(({ outcome }) => outcome === 'not-measured') ? null : [];
    }
    const shown = shut.slice(0, 3).map((port) => `${port.from} -> ${port.to} ${portName(port)} (${port.outcome})`);
    return [
      {
        code: 'lab.ports-shut',
        severity: wantsSwarm ? 'blocks' : 'warns',
        symptom: 'Nodes become Down, or overlays are silent though all nodes are Ready.',
        cause: `${shut.length} of ${count(ports.length, 'way')} between the nodes' swarm ports ${shut.length === 1 ? 'is' : 'are'} not open: ${shown.join(', ')}${shut.length > 3 ? ' and more' : ''}.`,
        remedy: `${upLine(lab)} sets the nodes' firewalls again; what still filters shows in: ${execLine(lab, shut[0]?.to ?? '', 'iptables -S INPUT')}`,
      },
    ];
  },
};

export const labChecks: readonly LabCheck[] = [
  nodesRun,
  enginesRun,
  enginesAreSound,
  membersReady,
  portsOpen,
  clocksAgree,
  disksHaveRoom,
  neighboursFit,
  firewallsAreOne,
];

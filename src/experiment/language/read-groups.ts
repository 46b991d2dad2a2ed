import type { PathPart } from '../../config/locate.ts';
import { parseSubnet } from '../../plan/ipv4.ts';
import type { ContainerDefinition, NetworkDefinition } from './definition.ts';
import { type Member, memberName, spreadOver } from './members.ts';
import { isSwarmWide } from './read-networks.ts';
import { isBroken, type Reading, report } from './reading.ts';

/** Docker takes names of at most 63 characters where they are to be labels of DNS (RFC 1035). */
const longestName = 63;
/** Of a /24, which the lab's plan gives a network without a subnet: 256 less its own address, broadcast and gateway. */
const planned = 253;

/** What cannot hold of many containers alike; `members` are those of one entry of the file. */
export function checkGroup(reading: Reading, members: readonly Member[]): void {
  const [first] = members;
  if (first === undefined) return;
  const { entry, said, group } = first;
  const wrong = (key: readonly PathPart[], message: string, hint: string) =>
    report(reading, ['containers', entry, ...key], { code: 'experiment.contradiction', message, hint });
  if (said.node === 'spread') {
    if (group === null) wrong(['node'], 'it is one container: there is nothing to spread', 'give it a "count"');
    if (!saysHowMany(reading))
      wrong(['node'], 'the file does not say over how many nodes', 'say it, such as "needs: {nodes: 3}"');
  }
  if (group === null) return;
  const last = memberName(group, members.length);
  if (last.length > longestName)
    wrong([], `${last} is a name of more than ${longestName} characters`, 'give it a shorter name');
  const taken = members.find(({ name }) => Object.hasOwn(reading.document.containers ?? {}, name));
  if (taken !== undefined)
    wrong([], `it has a container ${taken.name}, which is there by itself as well`, 'give one of them another name');
  if (members.length < 2) return;
  for (const [index, attachment] of (said.networks ?? []).entries()) {
    if (typeof attachment === 'string') continue;
    for (const key of ['ip', 'mac'] as const) {
      const value = attachment[key];
      if (value !== undefined)
        wrong(['networks', index, key], `${members.length} containers cannot all have ${value}`, 'take it out');
    }
  }
  const nodes = new Set(members.map(({ node }) => node)).size;
  if ((said.publish ?? []).length > 0 && members.length > nodes)
    wrong(['publish'], 'several of them are on one node, and a port of a node is published once', 'take it out');
}

function saysHowMany(reading: Reading): boolean {
  if (isBroken(reading, ['needs']) || isBroken(reading, ['lab'])) return true;
  return reading.document.lab !== undefined || reading.document.needs?.nodes !== undefined;
}

/** Whether networks have an address for each: an engine says that too, after hundreds of containers were made. */
export function checkRoom(
  reading: Reading,
  containers: readonly ContainerDefinition[],
  networks: readonly NetworkDefinition[],
): void {
  if (reading.roster.groups.size === 0) return;
  for (const network of networks) {
    if (network.configOnly || network.configFrom !== null || isBroken(reading, ['networks', network.name])) continue;
    const on = containers.filter(
      ({ node, attach }) =>
        attach.kind === 'networks' &&
        attach.networks.some((each) => each.network === network.name) &&
        (isSwarmWide(network) || network.nodes.includes(node)),
    );
    // The engines take one for each node on an overlay, and one for the gateway.
    const own = network.driver === 'overlay' ? new Set(on.map(({ node }) => node)).size : 0;
    const room = (network.subnet === null ? planned : parseSubnet(network.subnet).size - 3) - own;
    if (on.length <= room) continue;
    const where = network.subnet ?? 'the /24 that the plan gives it';
    report(reading, ['networks', network.name], {
      code: 'experiment.contradiction',
      message: `${on.length} containers are on ${network.name}, and ${where} has addresses for ${room}`,
      hint: `give ${network.name} a subnet with room, such as "subnet: 10.80.0.0/16"`,
    });
  }
}

/** The nodes of a file that spreads containers: it needs all of them, also where the last has none. */
export function spreadNodes({ roster, document }: Reading): number {
  return roster.members.some(({ said }) => said.node === 'spread') ? spreadOver(document).length : 0;
}

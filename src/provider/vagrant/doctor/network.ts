import { contains, overlaps, parseAddress, parseSubnet } from '../../../plan/ipv4.ts';
import type { Finding } from '../../finding.ts';
import { type Check, onVirtualBox } from './check.ts';
import type { HostFacts, HostInput, InterfaceFact } from './facts.ts';

/** VirtualBox on Linux and macOS allows 192.168.56.0/21 and what /etc/vbox/networks.conf says (manual, 6.7; since 6.1.28). */
export const rangeAllowed: Check = {
  id: 'host-only-range',
  about: "the segment lies in VirtualBox's host-only range",
  applies: onVirtualBox,
  look({ allowedRanges }, { plan }) {
    if (allowedRanges === null) return [];
    const ranges = allowedRanges.map(parseSubnet);
    const outside = addresses(plan).filter((one) => !ranges.some((range) => contains(range, parseAddress(one))));
    if (outside.length === 0) return [];
    return [
      {
        code: 'network.range',
        severity: 'blocks',
        symptom: `VirtualBox refuses the host-only network of ${plan.segment.subnet}: E_ACCESSDENIED, not an allowed range.`,
        cause: `VirtualBox allows host-only addresses in ${allowedRanges.join(' and ') || 'no range at all'} only (/etc/vbox/networks.conf).`,
        remedy: `echo '* ${plan.segment.subnet}' | sudo tee -a /etc/vbox/networks.conf, or a segment inside 192.168.56.0/21`,
      },
    ];
  },
};

/** Vagrant refuses a host-only network that equals a real one; one that overlaps sends packets the wrong way. */
export const segmentFree: Check = {
  id: 'segment',
  about: 'no other network of this machine overlaps the segment',
  applies: onVirtualBox,
  look(facts, { plan }) {
    const segment = parseSubnet(plan.segment.subnet);
    const others = facts.interfaces.filter((one) => !isHostOnly(one, facts));
    const meeting = others.filter((one) => overlaps(segment, parseSubnet(`${one.address}/${one.prefixLength}`)));
    const own = new Set(others.flatMap(({ name, address }) => [name, address]));
    // The narrower route wins: a wider one, such as a VPN's to 192.168.0.0/16, leaves the segment alone.
    const routes = (facts.routes ?? []).filter(
      ({ subnet, through }) =>
        own.has(through) &&
        !meeting.some(({ name, address }) => name === through || address === through) &&
        parseSubnet(subnet).prefixLength >= segment.prefixLength &&
        overlaps(segment, parseSubnet(subnet)),
    );
    return [
      ...meeting.map(({ name, address, prefixLength }): Finding => {
        const blocks = prefixLength === segment.prefixLength || contains(segment, parseAddress(address));
        return overlapping(plan, `${name} has ${address}/${prefixLength}`, blocks);
      }),
      ...routes.map(({ subnet, through }) => overlapping(plan, `a route to ${subnet} goes through ${through}`, true)),
    ];
  },
};

/** VirtualBox gives the segment's first address to this machine, unless an interface has another one there. */
export const addressesFree: Check = {
  id: 'addresses',
  about: "this machine has none of the lab's addresses",
  applies: onVirtualBox,
  look(facts, { plan }) {
    const segment = parseSubnet(plan.segment.subnet);
    const own = facts.interfaces.filter(
      (one) => isHostOnly(one, facts) && contains(segment, parseAddress(one.address)),
    );
    const wanted = addresses(plan);
    const first = wanted.filter((one) => parseAddress(one) === segment.base + 1);
    const taken = [...new Set([...first, ...own.map(({ address }) => address).filter((one) => wanted.includes(one))])];
    return taken.map(
      (address): Finding => ({
        code: 'network.address-taken',
        severity: 'blocks',
        symptom: `The node with ${address} is not reached, or answers now and then.`,
        cause: `${address} is this machine's own on the host-only network.`,
        remedy: `give the node another address in swarmlab.yaml, not ${address}`,
      }),
    );
  },
};

function overlapping(plan: HostInput['plan'], what: string, blocks: boolean): Finding {
  return {
    code: 'network.overlap',
    severity: blocks ? 'blocks' : 'warns',
    symptom: blocks
      ? 'The nodes are not reached from this machine, or Vagrant says that the host network collides.'
      : `What lies behind the other network in ${plan.segment.subnet} is not reached while the lab is up.`,
    cause: `The segment ${plan.segment.subnet} overlaps a network of this machine: ${what}.`,
    remedy: `write "segment: {subnet: 192.168.${plan.segment.subnet.startsWith('192.168.60.') ? 61 : 60}.0/24}" into swarmlab.yaml`,
  };
}

/** Names are VirtualBox's where it could not be asked; on macOS its networks are bridge100 and up. */
function isHostOnly({ name, address }: InterfaceFact, { hostOnly }: HostFacts): boolean {
  if (hostOnly?.some((one) => one.address === address) === true) return true;
  return /^(vboxnet\d+|bridge1\d\d|VirtualBox Host-Only\b.*)$/.test(name);
}

function addresses({ nodes, segment }: HostInput['plan']): readonly string[] {
  return [...nodes.map(({ address }) => address), segment.gateway];
}

import type { Finding } from '../../finding.ts';
import type { HostFacts, HostInput } from './facts.ts';

/** One question about a machine. Pure. */
export interface Check {
  id: string;
  /** What it looks at, in a few words. */
  about: string;
  /** Whether it has a meaning for this plan and platform. */
  applies(input: HostInput): boolean;
  /** What is wrong, nothing when all is well, null when it could not be found out. */
  look(facts: HostFacts, input: HostInput): readonly Finding[] | null;
}

export const onVirtualBox = ({ plan }: HostInput) => plan.vagrant.provider === 'virtualbox';
export const onLibvirt = ({ plan }: HostInput) => plan.vagrant.provider === 'libvirt';
export const always = () => true;

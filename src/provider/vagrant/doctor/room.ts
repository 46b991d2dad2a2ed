import type { Finding } from '../../finding.ts';
import { always, type Check } from './check.ts';
import type { FolderFact, HostInput } from './facts.ts';

/** What the system and the person's own programs need beside the VMs. */
const ownMemoryMb = 1024;
/** The box is kept unpacked in Vagrant's folder, once more in VirtualBox's for linked clones; each clone grows a little. */
const boxMb = 1200;
const cloneMb = 400;
/** Below this not even a converging `up` gets on. */
const leastMb = 300;

export const memoryFits: Check = {
  id: 'memory',
  about: 'memory for the VMs',
  applies: always,
  look({ totalMemoryMb, freeMemoryMb }, { plan }) {
    const wantedMb = plan.nodes.reduce((sum, { role }) => sum + plan.vagrant.memoryMb[role], 0);
    const remedy =
      'close programs (browsers above all), or ask for less: "memoryMb: {manager: 768, worker: 512, outsider: 256}" below "vagrant:" in swarmlab.yaml';
    const finding = (severity: Finding['severity'], cause: string): Finding => ({
      code: 'memory.too-small',
      severity,
      symptom: 'VMs are aborted, or everything becomes slow because the system swaps.',
      cause,
      remedy,
    });
    if (totalMemoryMb < wantedMb + ownMemoryMb)
      return [finding('blocks', `The VMs ask for ${wantedMb} MB; this machine has ${totalMemoryMb} MB in all.`)];
    if (freeMemoryMb < wantedMb)
      return [finding('warns', `The VMs ask for ${wantedMb} MB; ${freeMemoryMb} MB are free now.`)];
    return [];
  },
};

export const diskFits: Check = {
  id: 'disk',
  about: 'room on the disks for box and VMs',
  applies: always,
  look({ folders }, { plan }) {
    const measured = folders.filter((folder) => folder.freeMb !== null);
    if (measured.length === 0) return null;
    const devices = [...new Set(measured.map(({ device }) => device))];
    return devices.flatMap((device): Finding[] => {
      const here = measured.filter((folder) => folder.device === device);
      const freeMb = Math.min(...here.map((folder) => folder.freeMb ?? 0));
      const wantedMb = here.reduce((sum, folder) => sum + neededMb(folder, plan), 0);
      if (freeMb >= wantedMb) return [];
      return [
        {
          code: 'disk.too-small',
          severity: freeMb < leastMb ? 'blocks' : 'warns',
          symptom: 'The box cannot be unpacked, or VMs pause with "disk full".',
          cause: `${here.map(({ path }) => path).join(', ')}: ${freeMb} MB are free, a new lab takes about ${wantedMb} MB there.`,
          remedy:
            'free some room (vagrant box prune removes old boxes), or put VAGRANT_HOME and the machine folder elsewhere',
        },
      ];
    });
  },
};

function neededMb({ what }: FolderFact, plan: HostInput['plan']): number {
  switch (what) {
    case 'state':
      return 20;
    case 'vagrant-home':
      return boxMb;
    case 'machines':
      return boxMb + plan.nodes.length * cloneMb;
  }
}

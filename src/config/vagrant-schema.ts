import { z } from '../core/zod.ts';
import { vagrantProviders } from './vagrant-providers.ts';

/** What runs the processors of libvirt's machines (libvirt.org/formatdomain.html, `domain type`). */
export const domainTypes = ['kvm', 'qemu'] as const;

/** A whole number in a range, with one rule in words for whatever is wrong with it. */
export function wholeNumber(least: number, most: number) {
  const rule = `must be a whole number from ${least} to ${most}`;
  return z.int({ error: rule }).min(least, { error: rule }).max(most, { error: rule });
}

const text = (rule: string) => z.string({ error: rule }).min(1, { error: rule }).max(1024, { error: rule });
const memory = (least: number) => wholeNumber(least, 65_536);
const memoryRule = 'must be such as {manager: 1024, worker: 768, outsider: 384}';

/** `vagrant` in swarmlab.yaml: what the virtual machines are made of. */
export const vagrantSchema = z
  .strictObject(
    {
      provider: z
        .enum(vagrantProviders, { error: `must be one of: ${vagrantProviders.join(', ')}` })
        .describe('What Vagrant makes the machines with. Default virtualbox.')
        .optional(),
      domainType: z
        .enum(domainTypes, { error: `must be one of: ${domainTypes.join(', ')}` })
        .describe(
          'With libvirt: kvm, or qemu, which emulates the processors. Default: kvm where /dev/kvm can be opened. ' +
            'A computer that is itself a virtual machine may have a /dev/kvm that no machine boots on.',
        )
        .optional(),
      box: text('must be the name of a box such as debian/bookworm64, or a .box file')
        .describe(
          'The box: a name, or a .box file beside this config. Default debian/bookworm64, which gets its engine from Debian.',
        )
        .optional(),
      boxUrl: text('must be a .box file or an address such as http://mirror.lan/debian12.box')
        .describe('Where the box is: a file (relative to this config) or an address, such as that of a LAN mirror.')
        .optional(),
      boxVersion: text('must be a version such as 12.20250126.1')
        .describe('Version of the box, for one that has a catalogue. Default: the newest.')
        .optional(),
      sha256: z
        .string({ error: 'must be the SHA-256 of the .box file: 64 hexadecimal digits' })
        .regex(/^[0-9a-fA-F]{64}$/, { error: 'must be the SHA-256 of the .box file: 64 hexadecimal digits' })
        .describe('SHA-256 of the .box file at boxUrl; a file that differs is refused.')
        .optional(),
      cpus: wholeNumber(1, 16).describe('Virtual CPUs of each machine. Default 1.').optional(),
      memoryMb: z
        .strictObject(
          {
            manager: memory(512).describe('Memory of a manager in MB. Default 1024.').optional(),
            worker: memory(512).describe('Memory of a worker in MB. Default 768.').optional(),
            outsider: memory(256).describe('Memory of an outsider in MB. Default 384.').optional(),
          },
          { error: memoryRule },
        )
        .describe('Memory by role, in MB. Default 1024, 768 and 384.')
        .optional(),
    },
    { error: 'must be such as {box: swarmlab/debian12, boxUrl: debian12.box, cpus: 1}' },
  )
  .describe('Virtual machines, for provider vagrant.');

import { formatOvf, type OvfDisk } from './ovf.ts';
import { type BoxHardware, type BoxProvider, boxHardware } from './types.ts';

export interface BoxPlan {
  /** Name of the disk's file in the box. */
  disk: string;
  /** What makes that file of the raw disk. */
  convert(raw: string, target: string): string[];
  /** How hard gzip tries, 1 to 9: a VMDK is compressed already. */
  gzipLevel: number;
  /** The other files of the box, text by name. */
  files(disk: Omit<OvfDisk, 'file'>): Readonly<Record<string, string>>;
}

/**
 * What is in a box, by provider: Vagrant's "Box File Format" and "Creating a Base Box" of its provider virtualbox
 * (developer.hashicorp.com/vagrant/docs), and the README of vagrant-libvirt ("Box Format").
 */
export function planBox(provider: BoxProvider): BoxPlan {
  switch (provider) {
    case 'virtualbox':
      return {
        disk: 'box-disk001.vmdk',
        convert: (raw, target) => convert('vmdk', ['-o', 'subformat=streamOptimized'], raw, target),
        gzipLevel: 1,
        files: (disk) => ({
          'box.ovf': formatOvf(boxHardware, { ...disk, file: 'box-disk001.vmdk' }),
          'metadata.json': json({ provider, architecture: 'amd64' }),
          Vagrantfile: virtualboxDefaults(boxHardware),
        }),
      };
    case 'libvirt':
      return {
        disk: 'box.img',
        convert: (raw, target) => convert('qcow2', [], raw, target),
        gzipLevel: 6,
        files: ({ capacityMb }) => ({
          'metadata.json': json({
            provider,
            architecture: 'amd64',
            format: 'qcow2',
            virtual_size: Math.ceil(capacityMb / 1024),
          }),
          Vagrantfile: libvirtDefaults(boxHardware),
        }),
      };
    default:
      return provider satisfies never;
  }
}

function convert(format: string, options: readonly string[], raw: string, target: string): string[] {
  return ['qemu-img', 'convert', '-f', 'raw', '-O', format, ...options, raw, target];
}

/** The command line that packs a box: an archive of tar(1), compressed, with the names at its top and no one's in it. */
export function planPacking(target: string, folder: string, names: readonly string[], gzipLevel: number): string[] {
  const nobody = ['--format=ustar', '--owner=0', '--group=0', '--numeric-owner', '--mode=0644'];
  return ['tar', '-c', '-f', target, '-I', `gzip -n -${gzipLevel}`, ...nobody, '-C', folder, '--', ...names];
}

/** Settings that an OVF file cannot carry; the project's Vagrantfile is read after this one and may override all. */
function virtualboxDefaults({ mac, memoryMb, cpus }: BoxHardware): string {
  return `Vagrant.configure("2") do |config|
  config.vm.base_mac = "${mac}"
  config.vm.synced_folder ".", "/vagrant", disabled: true
  config.vm.provider "virtualbox" do |virtualbox|
    virtualbox.check_guest_additions = false
    virtualbox.memory = ${memoryMb}
    virtualbox.cpus = ${cpus}
  end
end
`;
}

function libvirtDefaults({ memoryMb, cpus }: BoxHardware): string {
  return `Vagrant.configure("2") do |config|
  config.vm.synced_folder ".", "/vagrant", disabled: true
  config.vm.provider "libvirt" do |libvirt|
    libvirt.memory = ${memoryMb}
    libvirt.cpus = ${cpus}
    libvirt.disk_bus = "virtio"
  end
end
`;
}

function json(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

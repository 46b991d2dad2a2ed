import type { BoxHardware } from './types.ts';

export interface OvfDisk {
  /** Name of the VMDK beside the OVF file. */
  file: string;
  /** Of that file. */
  bytes: number;
  /** What the machine sees, in MiB. */
  capacityMb: number;
  /** What of it is in use, in bytes: an upper bound of what an importer needs. */
  populatedBytes: number;
}

/** Where VMware describes a VMDK that is written front to back, as OVF files name it. */
const streamOptimized = 'http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized';

/**
 * The descriptor of the virtual machine that VirtualBox imports. OVF 1.0 (DMTF DSP0243); resource types are those of
 * CIM_ResourceAllocationSettingData (3 processor, 4 memory, 10 Ethernet, 17 disk, 20 other storage: SATA), and operating
 * system 96 is CIM's 64-bit Debian. The `vbox` element names VirtualBox's own type of guest, which other readers skip.
 */
export function formatOvf(hardware: BoxHardware, disk: OvfDisk): string {
  const { name, cpus, memoryMb } = hardware;
  return `<?xml version="1.0" encoding="UTF-8"?>
<Envelope ovf:version="1.0" xml:lang="en-US" xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1" xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData" xmlns:vssd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:vbox="http://www.virtualbox.org/ovf/machine">
  <References>
    <File ovf:id="file1" ovf:href="${disk.file}" ovf:size="${disk.bytes}"/>
  </References>
  <DiskSection>
    <Info>Virtual disks of the machine</Info>
    <Disk ovf:diskId="vmdisk1" ovf:fileRef="file1" ovf:capacity="${disk.capacityMb * 1024 * 1024}" ovf:populatedSize="${disk.populatedBytes}" ovf:format="${streamOptimized}"/>
  </DiskSection>
  <NetworkSection>
    <Info>Networks that the machine is connected to</Info>
    <Network ovf:name="NAT">
      <Description>Network address translation of the host</Description>
    </Network>
  </NetworkSection>
  <VirtualSystem ovf:id="${name}">
    <Info>A node of a lab</Info>
    <OperatingSystemSection ovf:id="96">
      <Info>The guest</Info>
      <Description>Debian_64</Description>
      <vbox:OSType ovf:required="false">Debian_64</vbox:OSType>
    </OperatingSystemSection>
    <VirtualHardwareSection>
      <Info>What the machine is made of</Info>
      <System>
        <vssd:ElementName>Virtual Hardware Family</vssd:ElementName>
        <vssd:InstanceID>0</vssd:InstanceID>
        <vssd:VirtualSystemIdentifier>${name}</vssd:VirtualSystemIdentifier>
        <vssd:VirtualSystemType>virtualbox-2.2</vssd:VirtualSystemType>
      </System>
${items(cpus, memoryMb).map(formatItem).join('\n')}
    </VirtualHardwareSection>
  </VirtualSystem>
</Envelope>
`;
}

type Item = Readonly<Record<string, string | number | boolean>>;

function items(cpus: number, memoryMb: number): Item[] {
  return [
    { ElementName: `${cpus} virtual CPU`, InstanceID: 1, ResourceType: 3, VirtualQuantity: cpus },
    {
      AllocationUnits: 'MegaBytes',
      ElementName: `${memoryMb} MB of memory`,
      InstanceID: 2,
      ResourceType: 4,
      VirtualQuantity: memoryMb,
    },
    { Address: 0, ElementName: 'sataController0', InstanceID: 3, ResourceSubType: 'AHCI', ResourceType: 20 },
    {
      AddressOnParent: 0,
      ElementName: 'disk1',
      HostResource: '/disk/vmdisk1',
      InstanceID: 4,
      Parent: 3,
      ResourceType: 17,
    },
    {
      AutomaticAllocation: true,
      Connection: 'NAT',
      ElementName: 'Ethernet adapter on NAT',
      InstanceID: 5,
      ResourceSubType: 'E1000',
      ResourceType: 10,
    },
  ];
}

/** Children in the alphabetical order that the schema of OVF 1.0 asks for. */
function formatItem(item: Item): string {
  const children = Object.keys(item)
    .sort()
    .map((name) => `        <rasd:${name}>${item[name]}</rasd:${name}>`);
  return ['      <Item>', ...children, '      </Item>'].join('\n');
}

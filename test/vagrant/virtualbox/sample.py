"""A small appliance for tests: an OVF and a VMDK whose boot sector writes a line to the first serial port."""

import pathlib
import subprocess

GREETING = b'booted from its disk\r\n'
# 16-bit code at 0x7C00: writes the text behind it, byte after byte, to port 0x3F8, then halts.
CODE = bytes.fromhex('31c0 8ed8 be157c ac 08c0 7406 baf803 ee ebf5 f4 ebfd')
SIZE = 8 << 20

OVF = """<?xml version="1.0"?>
<Envelope ovf:version="1.0" xml:lang="en-US" xmlns="http://schemas.dmtf.org/ovf/envelope/1"
 xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1"
 xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData"
 xmlns:vssd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData">
  <References><File ovf:id="file1" ovf:href="box-disk001.vmdk"/></References>
  <DiskSection>
    <Info>Disks</Info>
    <Disk ovf:capacity="8388608" ovf:diskId="vmdisk1" ovf:fileRef="file1"
     ovf:format="http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized"/>
  </DiskSection>
  <NetworkSection><Info>Networks</Info><Network ovf:name="NAT"><Description>NAT</Description></Network></NetworkSection>
  <VirtualSystem ovf:id="sample">
    <Info>A machine</Info>
    <OperatingSystemSection ovf:id="96"><Info>Guest</Info></OperatingSystemSection>
    <VirtualHardwareSection>
      <Info>Hardware</Info>
      <System>
        <vssd:ElementName>Virtual Hardware Family</vssd:ElementName>
        <vssd:InstanceID>0</vssd:InstanceID>
        <vssd:VirtualSystemIdentifier>sample</vssd:VirtualSystemIdentifier>
        <vssd:VirtualSystemType>virtualbox-2.2</vssd:VirtualSystemType>
      </System>
      <Item>
        <rasd:ElementName>1 virtual CPU</rasd:ElementName><rasd:InstanceID>1</rasd:InstanceID>
        <rasd:ResourceType>3</rasd:ResourceType><rasd:VirtualQuantity>1</rasd:VirtualQuantity>
      </Item>
      <Item>
        <rasd:AllocationUnits>MegaBytes</rasd:AllocationUnits><rasd:ElementName>64 MB of memory</rasd:ElementName>
        <rasd:InstanceID>2</rasd:InstanceID><rasd:ResourceType>4</rasd:ResourceType>
        <rasd:VirtualQuantity>64</rasd:VirtualQuantity>
      </Item>
      <Item>
        <rasd:Address>0</rasd:Address><rasd:ElementName>sataController0</rasd:ElementName>
        <rasd:InstanceID>3</rasd:InstanceID><rasd:ResourceSubType>AHCI</rasd:ResourceSubType>
        <rasd:ResourceType>20</rasd:ResourceType>
      </Item>
      <Item>
        <rasd:AddressOnParent>0</rasd:AddressOnParent><rasd:ElementName>disk1</rasd:ElementName>
        <rasd:HostResource>/disk/vmdisk1</rasd:HostResource><rasd:InstanceID>4</rasd:InstanceID>
        <rasd:Parent>3</rasd:Parent><rasd:ResourceType>17</rasd:ResourceType>
      </Item>
      <Item>
        <rasd:AutomaticAllocation>true</rasd:AutomaticAllocation><rasd:Connection>NAT</rasd:Connection>
        <rasd:ElementName>Ethernet adapter on NAT</rasd:ElementName><rasd:InstanceID>5</rasd:InstanceID>
        <rasd:ResourceSubType>E1000</rasd:ResourceSubType><rasd:ResourceType>10</rasd:ResourceType>
      </Item>
    </VirtualHardwareSection>
  </VirtualSystem>
</Envelope>
"""

# Name of a broken descriptor: what is replaced in the good one.
BROKEN = {
    'no-such-file': ('ovf:fileRef="file1"', 'ovf:fileRef="file9"'),
    'no-such-disk': ('/disk/vmdisk1', '/disk/vmdisk9'),
    'no-such-controller': ('<rasd:Parent>3<', '<rasd:Parent>33<'),
    'no-such-resource': ('<rasd:ResourceType>4<', '<rasd:ResourceType>99<'),
    'no-namespace': (' xmlns="http://schemas.dmtf.org/ovf/envelope/1"', ''),
    'not-there': ('box-disk001', 'other-disk'),
    'not-a-vmdk': ('box-disk001', 'text'),
    'cut-short': ('box-disk001', 'short'),
}


def make_sample(folder):
    """Writes sample.ovf, its disk, and the broken descriptors into a folder."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    raw = folder / 'disk.raw'
    sector = (CODE + GREETING + b'\0').ljust(510, b'\0') + b'\x55\xaa'
    raw.write_bytes(sector + bytes(4096) + b'\xa5' * 65536)
    with open(raw, 'r+b') as file:
        file.truncate(SIZE)
    disk = folder / 'box-disk001.vmdk'
    options = ['-O', 'vmdk', '-o', 'subformat=streamOptimized']
    subprocess.run(['qemu-img', 'convert', '-f', 'raw', *options, raw, disk], check=True)
    raw.unlink()
    (folder / 'sample.ovf').write_text(OVF)
    (folder / 'text.vmdk').write_text('hello\n')
    (folder / 'short.vmdk').write_bytes(disk.read_bytes()[:66000])
    for name, (old, new) in BROKEN.items():
        assert old in OVF, name
        (folder / f'{name}.ovf').write_text(OVF.replace(old, new))
    (folder / 'empty.ovf').write_text('')
    (folder / 'text.ovf').write_text('hello\n')
    (folder / 'other.ovf').write_text('<x/>\n')
    (folder / 'truncated.ovf').write_text(OVF[:1800])
    return folder / 'sample.ovf'

import { describe, expect, it } from 'vitest';
import { formatOvf } from '../../src/box/ovf.ts';
import { boxHardware } from '../../src/box/types.ts';

const disk = { file: 'box-disk001.vmdk', bytes: 203_009_536, capacityMb: 10_240, populatedBytes: 669_716_480 };
const ovf = formatOvf(boxHardware, disk);
const all = (pattern: RegExp) => [...ovf.matchAll(pattern)].map(([, found]) => found);

describe('the OVF descriptor', () => {
  it('closes every element that it opens, in order', () => {
    const open: string[] = [];
    for (const [, end, name, empty] of ovf.matchAll(/<(\/?)([A-Za-z:]+)[^>]*?(\/?)>/g)) {
      if (end === '/') expect(open.pop()).toBe(name);
      else if (empty === '') open.push(name ?? '');
    }
    expect(open).toEqual([]);
  });

  it('names the disk with its sizes, in bytes', () => {
    expect(ovf).toContain('<File ovf:id="file1" ovf:href="box-disk001.vmdk" ovf:size="203009536"/>');
    expect(ovf).toContain('ovf:capacity="10737418240"');
    expect(ovf).toContain('ovf:populatedSize="669716480"');
    expect(ovf).toContain('vmdk.html#streamOptimized"');
  });

  it('refers to nothing that is not there', () => {
    expect(all(/ovf:fileRef="(.+?)"/g)).toEqual(all(/<File ovf:id="(.+?)"/g));
    expect(all(/<rasd:HostResource>\/disk\/(.+?)</g)).toEqual(all(/ovf:diskId="(.+?)"/g));
    expect(all(/<rasd:InstanceID>(.+?)</g)).toEqual(expect.arrayContaining(all(/<rasd:Parent>(.+?)</g)));
    expect(all(/<rasd:Connection>(.+?)</g)).toEqual(all(/<Network ovf:name="(.+?)"/g));
  });

  it('lists the properties of an item in the order of the schema, and each item once', () => {
    for (const item of all(/<Item>(.*?)<\/Item>/gs)) {
      const names = [...(item ?? '').matchAll(/<rasd:([A-Za-z]+)>/g)].map(([, name]) => name);
      expect(names).toEqual([...names].sort());
      expect(names).toEqual(expect.arrayContaining(['ElementName', 'InstanceID', 'ResourceType']));
    }
    expect(all(/<rasd:ResourceType>(\d+)</g)).toEqual(['3', '4', '20', '17', '10']);
    expect(ovf).toContain('<rasd:ResourceSubType>AHCI</rasd:ResourceSubType>');
    expect(ovf).toContain('<OperatingSystemSection ovf:id="96">');
    expect(ovf).toContain('>virtualbox-2.2<');
  });
});

import { describe, expect, it } from 'vitest';
import { planBox, planPacking } from '../../src/box/box-files.ts';
import { missingPrograms } from '../../src/box/programs.ts';
import { parsePackages, planTree } from '../../src/box/recipe.ts';
import { boxProviders } from '../../src/box/types.ts';

const sizes = { bytes: 1, capacityMb: 10_240, populatedBytes: 1 };

describe('the tree', () => {
  const argv = planTree({ tree: '/w/tree', prepare: '/w/prepare.sh', finish: '/w/finish.sh' });

  it('has what a node needs, and a kernel for more than clouds', () => {
    const include = argv
      .find((word) => word.startsWith('--include='))
      ?.slice('--include='.length)
      .split(',');
    expect(include).toEqual(expect.arrayContaining(['docker.io', 'python3', 'openssh-server', 'dnsmasq-base', 'tini']));
    expect(include).toContain('linux-image-amd64');
    expect(include).not.toContain('linux-image-cloud-amd64');
  });

  it('leaves drivers out first and takes the needed ones in afterwards: the last filter counts', () => {
    const out = argv.indexOf('--dpkgopt=path-exclude=/lib/modules/*/kernel/drivers/*');
    for (const kept of ['ata/*', 'net/vxlan/*', 'net/macvlan.ko', 'net/ipvlan/*', 'net/ethernet/intel/e1000/*']) {
      expect(argv.indexOf(`--dpkgopt=path-include=/lib/modules/*/kernel/drivers/${kept}`)).toBeGreaterThan(out);
    }
    expect(out).toBeGreaterThan(0);
  });

  it('names no mirror: the one that the machine uses', () => {
    expect(argv.join(' ')).not.toContain('://');
    expect(argv.slice(-2)).toEqual(['bookworm', '/w/tree']);
  });
});

describe('the box', () => {
  it.each(boxProviders)('for %s says so, and how its disk is made', (provider) => {
    const plan = planBox(provider);
    const files = plan.files(sizes);
    expect(JSON.parse(files['metadata.json'] ?? '')).toMatchObject({ provider });
    expect(files.Vagrantfile).toContain(`config.vm.provider "${provider}"`);
    expect(plan.convert('a.raw', plan.disk).at(-1)).toBe(plan.disk);
  });

  it('for virtualbox has a MAC address and an OVF file with the disk that is in it', () => {
    const plan = planBox('virtualbox');
    const files = plan.files(sizes);
    expect(files.Vagrantfile).toMatch(/base_mac = "080027[0-9A-F]{6}"/);
    expect(files.Vagrantfile).toContain('check_guest_additions = false');
    expect(files['box.ovf']).toContain(`ovf:href="${plan.disk}"`);
  });

  it('for libvirt says how large its disk is, in GB', () => {
    const metadata = JSON.parse(planBox('libvirt').files(sizes)['metadata.json'] ?? '');
    expect(metadata).toMatchObject({ format: 'qcow2', virtual_size: 10 });
  });

  it('is packed with the names at the top of the archive', () => {
    const argv = planPacking('/w/done.box', '/w', ['box.ovf', 'disk'], 1);
    expect(argv.slice(argv.indexOf('-C'))).toEqual(['-C', '/w', '--', 'box.ovf', 'disk']);
    expect(argv).toContain('gzip -n -1');
  });
});

it('names all missing programs at once, and their packages in one line', () => {
  expect(missingPrograms([])).toBeNull();
  expect(missingPrograms(['qemu-img', 'unshare', 'setpriv', 'mmdebstrap'])).toMatchObject({
    code: 'box.program-missing',
    message: expect.stringContaining('qemu-img, unshare, setpriv, mmdebstrap'),
    hint: 'apt-get install --no-install-recommends mmdebstrap qemu-utils util-linux',
  });
});

it('reads versions as dpkg-query gives them', () => {
  expect(parsePackages('tini\t0.19.0-1\n\nzstd\t1.5.4\n')).toEqual({ tini: '0.19.0-1', zstd: '1.5.4' });
});

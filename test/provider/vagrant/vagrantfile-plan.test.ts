import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../../../src/config/resolve.ts';
import { planLab } from '../../../src/plan/plan-lab.ts';
import { titlePrefix } from '../../../src/provider/vagrant/layout.ts';
import { nodeFiles } from '../../../src/provider/vagrant/preparation.ts';
import { vagrantfilePlan } from '../../../src/provider/vagrant/vagrantfile-plan.ts';

const plan = planLab(resolveConfig({ provider: 'vagrant' }));
const at = {
  titlePrefix: 'swarmlab-',
  libvirtDriver: 'kvm',
  admitScript: 'admit.sh',
  loginKeyFile: null,
  hostKeyFile: null,
} as const;

describe('what the Vagrantfile reads', () => {
  it('is, without a lab, the plan of the default one: vitest run -u writes it anew', async () => {
    await expect(`${JSON.stringify(vagrantfilePlan(plan, at), null, 2)}\n`).toMatchFileSnapshot(
      '../../../provision/vagrant/default-plan.json',
    );
  });

  it('has a manager, a worker and an outsider of less than 2.5 GB together', () => {
    const { machines } = vagrantfilePlan(plan, at);
    expect(machines.map(({ name }) => name)).toEqual(['m1', 'w1', 'o1']);
    expect(machines.reduce((sum, { memoryMb }) => sum + memoryMb, 0)).toBeLessThanOrEqual(2560);
  });

  it('forwards the port of the world on the outsider only', () => {
    const { machines } = vagrantfilePlan(plan, at);
    expect(machines.map(({ worldSshPort }) => worldSshPort)).toEqual([null, null, 2222]);
  });

  it('waits for a boot no longer than the whole may take', () => {
    expect(vagrantfilePlan({ ...plan, timeoutMs: 100_000 }, at).bootTimeoutSeconds).toBe(50);
    expect(vagrantfilePlan({ ...plan, timeoutMs: 86_400_000 }, at).bootTimeoutSeconds).toBe(900);
  });
});

describe('the mark of a lab in the names of its machines', () => {
  it('differs for labs of one name in two folders, and no lab has the beginning of another', () => {
    const names = [titlePrefix('a', '/x/labs/a'), titlePrefix('a', '/y/labs/a'), titlePrefix('a-b', '/x/labs/a-b')];
    expect(new Set(names).size).toBe(3);
    for (const one of names) expect(names.filter((other) => other.startsWith(one))).toEqual([one]);
  });
});

describe('the files of a node', () => {
  const filesOf = (name: string) => {
    const node = plan.nodes.find((one) => one.name === name);
    if (node === undefined) throw new Error(name);
    return new Map(nodeFiles(plan, node).map(({ path, text }) => [path.replace('/etc/swarmlab/', ''), text]));
  };

  it('give a worker ways to the other containers and to the world, and an engine with its own ranges', () => {
    const files = filesOf('w1');
    expect(files.get('routes')).toBe(
      '10.128.0.0/16 via 192.168.56.11\n203.0.113.0/24 via 192.168.56.254\n10.129.0.0/17 via 192.168.56.254\n',
    );
    expect(JSON.parse(files.get('daemon.json') ?? '')).toEqual({
      bip: '10.129.0.1/24',
      'default-address-pools': [{ base: '10.129.128.0/17', size: 24 }],
    });
    expect(files.get('node.env')).toContain('WORLD_ADDRESS=\n');
  });

  it('make the outsider the gateway, the DNS and the world', () => {
    const files = filesOf('o1');
    expect(files.get('routes')).toBe(
      '10.128.0.0/16 via 192.168.56.11\n10.129.0.0/16 via 192.168.56.12\n10.64.0.0/12 via 192.168.56.11\n',
    );
    expect(files.has('daemon.json')).toBe(false);
    expect(files.get('node.env')).toContain('GATEWAY_ADDRESS=192.168.56.254/24\n');
    expect(files.get('world/names')).toContain('192.168.56.11 m1\n');
  });

  it('have values that a shell reads as they stand', () => {
    for (const { name } of plan.nodes) {
      const lines = (filesOf(name).get('node.env') ?? '').trimEnd().split('\n');
      expect(lines.filter((line) => !/^[A-Z_]+=[A-Za-z0-9.:/-]*$/.test(line))).toEqual([]);
    }
  });
});

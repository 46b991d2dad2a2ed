// A real lab: containers on an attachable overlay of three nodes, names by Docker's own DNS.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));

/** `swarmlab probe` of so many containers, and `ssh node docker exec ping` for a sample of pairs. */
export function measureLab({ containers, sample }) {
  const home = mkdtempSync(join(tmpdir(), 'swarmlab-bench-'));
  const env = { ...process.env, SWARMLAB_HOME: home };
  const run = (command, argv) => {
    const done = spawnSync(command, argv, { env, cwd: home, encoding: 'utf8', maxBuffer: 1 << 29, timeout: 300_000 });
    if (done.status !== 0) throw new Error(`${argv.slice(0, 6).join(' ')}: ${done.stderr.trim().split('\n').at(-1)}`);
    return done.stdout;
  };
  const swarmlab = (...argv) => run(process.execPath, [cli, ...argv]);
  const seconds = (work) => {
    const startedAt = performance.now();
    work();
    return (performance.now() - startedAt) / 1000;
  };
  try {
    swarmlab('up', '--quiet');
    const config = join(home, 'ssh_config');
    const shared = ['ControlMaster auto', `ControlPath ${home}/%n.sock`, 'ControlPersist 60'];
    writeFileSync(config, `${swarmlab('ssh-config')}\nHost *\n${shared.map((line) => `  ${line}\n`).join('')}`);
    const nodes = JSON.parse(swarmlab('status', '--json')).nodes.filter(({ role }) => role !== 'outsider');
    const ssh = (node, line) => run('ssh', ['-F', config, node, line]);
    const manager = nodes.find(({ role }) => role === 'manager').name;
    ssh(manager, 'docker network create -d overlay --attachable --subnet 10.80.0.0/16 bench');
    const image = ssh(manager, "docker images --format '{{.Repository}}:{{.Tag}}' | head -1").trim();
    const nodeOf = (at) => nodes[at % nodes.length].name;
    const startedS = seconds(() => {
      nodes.forEach(({ name }, index) => {
        const own = Array.from({ length: containers }, (_, at) => at).filter((at) => at % nodes.length === index);
        const start = `docker run -d --name {} --network bench ${image} tail -f /dev/null`;
        ssh(name, `printf 'c%s\\n' ${own.map((at) => at + 1).join(' ')} | xargs -P 4 -I{} ${start} >/dev/null`);
      });
    });
    const probes = [];
    for (let round = 0; round < 2; round += 1) {
      let document;
      const wallS = seconds(() => {
        document = JSON.parse(swarmlab('probe', '--network', 'bench', '--json'));
      });
      const outcomes = {};
      for (const { outcome } of document.probes) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      probes.push({ wallS, probes: document.probes.length, outcomes });
    }
    const pingS = [];
    for (let at = 0; at < sample; at += 1) {
      const from = (at * 7) % containers;
      const to = (at * 11 + 1) % containers;
      const node = nodeOf(from);
      if (at < nodes.length) ssh(nodeOf(at), 'true');
      pingS.push(seconds(() => ssh(node, `docker exec c${from + 1} ping -c 1 -W 2 c${to + 1}`)));
    }
    for (const { name } of nodes) spawnSync('ssh', ['-F', config, '-O', 'exit', name], { env, stdio: 'ignore' });
    const sorted = pingS.sort((a, b) => a - b);
    return { containers, startedS, probes, execPingS: sorted[Math.floor(sorted.length / 2)] };
  } catch (error) {
    return { containers, missing: error.message };
  } finally {
    spawnSync(process.execPath, [cli, 'down', '--all', '--quiet'], { env, cwd: home });
    rmSync(home, { recursive: true, force: true });
  }
}

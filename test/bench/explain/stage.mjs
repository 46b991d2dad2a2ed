// The containers that the diagnosis benchmark asks about: every driver that this kernel has, on every node.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));
export const image = 'swarmlab/built-in:1';
const idle = ['tail', '-f', '/dev/null'];

/** The built command line on one lab; `json` gives its document whatever the exit status is. */
export function createTool(lab, env) {
  const run = (...argv) => {
    const given = [cli, ...argv.slice(0, 1), '--lab', lab, '--quiet', ...argv.slice(1)];
    return spawnSync(process.execPath, given, { env, encoding: 'utf8', maxBuffer: 2 ** 28, timeout: 120_000 });
  };
  const must = (...argv) => {
    const { status, stdout, stderr } = run(...argv);
    if (status !== 0) throw new Error(`swarmlab ${argv.join(' ')} ended with ${status}: ${stdout}${stderr}`);
    return stdout;
  };
  const json = (...argv) => {
    const { stdout, stderr, status } = run(...argv, '--json');
    try {
      return JSON.parse(stdout);
    } catch {
      throw new Error(`swarmlab ${argv.join(' ')} ended with ${status} and said no JSON: ${stdout}${stderr}`);
    }
  };
  return { run, must, json, docker: (node, ...argv) => must('exec', node, 'docker', ...argv) };
}

function startContainer({ docker }, node, name, network, ...options) {
  docker(node, 'run', '-d', '--name', name, '--network', network, ...options, image, ...idle);
}

/** Networks and containers; `plan` is what `up --dry-run --json` says of the lab. */
export function build(tool, plan) {
  const { docker } = tool;
  const of = (name) => plan.nodes.find((node) => node.name === name);
  docker('m1', 'network', 'create', '-d', 'overlay', '--attachable', 'mesh');
  startOverlay(tool, ['m1', 'w1', 'w2']);
  for (const node of ['m1', 'w1']) {
    docker(node, 'network', 'create', 'red');
    startContainer(tool, node, `red-${node}`, 'red');
    const segment = ['--subnet', plan.segment.subnet, '--gateway', plan.segment.gateway];
    const range = ['--ip-range', of(node).segmentRange, '-o', 'parent=eth1'];
    docker(node, 'network', 'create', '-d', 'macvlan', ...segment, ...range, 'lan-net');
    startContainer(tool, node, `mac-${node}`, 'lan-net');
    startContainer(tool, node, `host-${node}`, 'host');
  }
  docker('m1', 'network', 'create', 'blue');
  startContainer(tool, 'm1', 'red2-m1', 'red');
  startContainer(tool, 'm1', 'blue-m1', 'blue');
  startContainer(tool, 'm1', 'mac2-m1', 'lan-net');
  startContainer(tool, 'm1', 'plain-m1', 'bridge');
  startContainer(tool, 'm1', 'plain2-m1', 'bridge');
  startContainer(tool, 'm1', 'none-m1', 'none');
  startContainer(tool, 'w1', 'web-w1', 'red', '-p', '8080:80');
}

/** Overlay containers, one on each of the nodes. */
export function startOverlay(tool, nodes) {
  for (const node of nodes) startContainer(tool, node, `ov-${node}`, 'mesh');
}

export function removeContainer({ run }, node, name) {
  run('exec', node, 'docker', 'rm', '-f', name);
}

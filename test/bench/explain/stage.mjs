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

/** All of them on the node, one after the other: a program of its own for each would take longer than what they do. */
function onNode({ must }, node, commands) {
  const words = (argv) => ['docker', ...argv].map((word) => `'${word}'`).join(' ');
  must('exec', node, 'sh', '-ec', commands.map(words).join('\n'));
}

const container = (name, network, ...options) => [
  ...['run', '-d', '--name', name, '--network', network],
  ...[...options, image, ...idle],
];

/** Networks and containers; `plan` is what `up --dry-run --json` says of the lab. */
export function build(tool, plan) {
  const segment = ['--subnet', plan.segment.subnet, '--gateway', plan.segment.gateway, '-o', 'parent=eth1'];
  const common = (node) => {
    const { segmentRange } = plan.nodes.find(({ name }) => name === node);
    return [
      container(`ov-${node}`, 'mesh'),
      ['network', 'create', 'red'],
      container(`red-${node}`, 'red'),
      ['network', 'create', '-d', 'macvlan', ...segment, '--ip-range', segmentRange, 'lan-net'],
      container(`mac-${node}`, 'lan-net'),
      container(`host-${node}`, 'host'),
    ];
  };
  onNode(tool, 'm1', [
    ['network', 'create', '-d', 'overlay', '--attachable', 'mesh'],
    ...common('m1'),
    ['network', 'create', 'blue'],
    container('red2-m1', 'red'),
    container('blue-m1', 'blue'),
    container('mac2-m1', 'lan-net'),
    container('plain-m1', 'bridge'),
    container('plain2-m1', 'bridge'),
    container('none-m1', 'none'),
  ]);
  onNode(tool, 'w1', [...common('w1'), container('web-w1', 'red', '-p', '8080:80')]);
}

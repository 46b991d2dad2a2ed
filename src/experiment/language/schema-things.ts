import { z } from '../../core/zod.ts';
import { kernelFeatures } from '../types.ts';
import {
  address,
  command,
  flag,
  listOf,
  mac,
  name,
  node,
  nodeOrSpread,
  port,
  publish,
  subnet,
  text,
  values,
  versionRange,
  wholeNumber,
} from './schema-parts.ts';
import { nodeLetters } from './vocabulary.ts';

// What an experiment needs and builds.

const kernelRule = `must be one of: ${kernelFeatures.join(', ')}`;

export const needsSchema = z
  .strictObject(
    {
      nodes: wholeNumber(1, nodeLetters.length)
        .describe('Nodes with an engine. Default: as many as the file names.')
        .optional(),
      outsider: flag().describe('A machine on the LAN outside the swarm. Default: whether `lan` is probed.').optional(),
      kernel: listOf(z.enum(kernelFeatures, { error: kernelRule }), 'features')
        .describe("What every node's kernel must be able to do. Without it the experiment is skipped, with the reason.")
        .optional(),
      engine: versionRange().describe('Versions of Docker Engine, such as ">=20.10 <27".').optional(),
      programs: listOf(text('the name of a program'), 'programs')
        .describe('Programs on the machine that runs the lab, such as etcd.')
        .optional(),
    },
    { error: 'must be such as {nodes: 2, kernel: [macvlan], engine: ">=20.10"}' },
  )
  .describe('What must be there for it to run; it is skipped, with the reason, where something is missing.');

export const labSchema = z
  .strictObject(
    {
      managers: wholeNumber(1, 5).describe('Default 1.').optional(),
      workers: wholeNumber(0, nodeLetters.length - 1)
        .describe('Default 0.')
        .optional(),
      outsiders: wholeNumber(0, 1).describe('Default: 1 where `lan` is probed.').optional(),
      daemon: z
        .record(z.string(), z.unknown(), { error: 'must be keys of daemon.json, such as {icc: false}' })
        .describe('Keys of daemon.json on its engines, such as {icc: false}.')
        .optional(),
      swarm: z
        .union(
          [
            z.literal(false),
            z.strictObject({
              dataPathPort: wholeNumber(1024, 49151).describe('UDP port of VXLAN. Default 4789.').optional(),
            }),
          ],
          { error: 'must be false, or such as {dataPathPort: 4790}' },
        )
        .describe('false: engines without a swarm. Default: a swarm on port 4789.')
        .optional(),
      clusterStore: z
        .enum(['etcd'], { error: 'must be etcd' })
        .describe('The key-value store of overlays before swarm mode (engines up to 20.10).')
        .optional(),
    },
    { error: 'must be such as {workers: 1, daemon: {icc: false}}' },
  )
  .describe('A lab of its own, made for this experiment and removed; without it, it runs in the lab that is up.');

const parentRule = 'must be segment, none, or the number of a VLAN';
const parent = () =>
  z
    .union(
      [
        z.enum(['segment', 'none'], { error: parentRule }),
        z.int({ error: parentRule }).min(1, { error: parentRule }).max(4094, { error: parentRule }),
      ],
      { error: parentRule },
    )
    .describe("For macvlan and ipvlan: the node's interface on the segment (default), that of a VLAN on it, or none.");

const perNode = {
  subnet: subnet().describe('Default: one from the plan, on each node another for local drivers.').optional(),
  gateway: address()
    .describe("Default: the plan's with the plan's subnet; none is asked for with one of yours.")
    .optional(),
  ipRange: subnet().describe('Where addresses are handed out from.').optional(),
  options: values('options of the driver, such as {encrypted: ""}').describe('Driver options (-o).').optional(),
  parent: parent().optional(),
};

export const networkSchema = z
  .strictObject(
    {
      driver: z
        .enum(['bridge', 'overlay', 'macvlan', 'ipvlan'], { error: 'must be bridge, overlay, macvlan or ipvlan' })
        .describe('Network driver. Default bridge.')
        .optional(),
      nodes: z
        .union(
          [
            listOf(node(), 'nodes'),
            z.record(
              node(),
              z.strictObject(perNode, { error: 'must be what differs there, such as {subnet: 10.0.42.0/24}' }),
            ),
          ],
          { error: 'must be a list such as [A, B], or a map such as {A: {subnet: 10.0.42.0/24}}' },
        )
        .describe(
          'Where it is made, with what differs there. Default: the nodes of its containers; swarm-wide ones once.',
        )
        .optional(),
      scope: z
        .enum(['local', 'swarm', 'global'], { error: 'must be local, swarm or global' })
        .describe('Asked of the engine (--scope). Default: left to the driver.')
        .optional(),
      ...perNode,
      internal: flag().describe('No way out (--internal).').optional(),
      attachable: flag().describe('Plain containers may join a swarm-wide network (--attachable).').optional(),
      labels: values('labels').describe('Labels beside those of the lab.').optional(),
      configOnly: flag().describe('Only a configuration, for others to take (--config-only).').optional(),
      configFrom: name().describe('The network whose configuration it takes (--config-from).').optional(),
    },
    { error: 'must be such as {driver: bridge}, or empty' },
  )
  .nullable();

export const attachmentKeys = {
  network: name().describe('A network of this file, or bridge.'),
  ip: address().describe('A fixed address (--ip).').optional(),
  mac: mac().describe('A fixed MAC address (--mac-address).').optional(),
  aliases: listOf(name(), 'names').describe('More names on this network (--network-alias).').optional(),
};

const attachmentRule = 'must be a network, or such as {network: red, ip: 172.20.0.5}';
const modeRule = 'must be host, none or container:NAME; networks of the file go under "networks"';

/** Beyond any machine of today; a bridge takes 1,023 on one node. */
const mostOfGroup = 5000;

export const containerSchema = z
  .strictObject(
    {
      node: nodeOrSpread().describe('A letter, or spread: with a count, each node in turn. Default A.').optional(),
      count: wholeNumber(1, mostOfGroup)
        .describe('So many alike, NAME-1, NAME-2 and so on; in probes its name stands for all of them.')
        .optional(),
      image: text('an image, such as alpine:3.20').describe("Default: the lab's image.").optional(),
      networks: listOf(z.union([name(), z.strictObject(attachmentKeys)], { error: attachmentRule }), 'networks')
        .describe('The first is given at creation, the others are connected before the start. Default [bridge].')
        .optional(),
      network: z
        .string({ error: modeRule })
        .regex(/^(?:host|none|container:.+)$/, { error: modeRule })
        .describe('host, none or container:NAME, instead of networks (--network).')
        .optional(),
      links: listOf(text('a container, or container:alias'), 'links')
        .describe('Legacy links, such as a1 or a1:alpine1 (--link).')
        .optional(),
      publish: listOf(publish(), 'ports').describe('Such as 8080:80 or 127.0.0.1:8080:80/udp (-p).').optional(),
      env: values('variables, such as {GREETING: hello}').describe('Environment (-e).').optional(),
      command: command().describe('Words, or text for sh -c. Default: it idles.').optional(),
      entrypoint: command().describe("Default: the image's.").optional(),
      expose: listOf(port(), 'ports')
        .describe('Ports that its engine is told of without publishing them (--expose).')
        .optional(),
      listen: listOf(port(), 'ports')
        .describe('Ports on which the lab answers in the container, such as 80 or 53/udp.')
        .optional(),
      capabilities: listOf(text('a capability, such as NET_ADMIN'), 'capabilities').describe('--cap-add.').optional(),
      restart: z
        .enum(['no', 'always', 'on-failure', 'unless-stopped'], {
          error: 'must be no, always, on-failure or unless-stopped',
        })
        .describe('Default no.')
        .optional(),
      labels: values('labels').describe('Labels beside those of the lab.').optional(),
      start: flag().describe('false: a step creates it. Default true.').optional(),
    },
    { error: 'must be such as {node: A, networks: [red]}, or empty' },
  )
  .nullable();

export const serviceSchema = z
  .strictObject(
    {
      image: text('an image, such as alpine:3.20').describe("Default: the lab's image.").optional(),
      command: command().describe('Words, or text for sh -c. Default: it idles.').optional(),
      replicas: wholeNumber(0, 50).describe('Default 1.').optional(),
      nodes: listOf(node(), 'nodes').describe('Tasks stay on these. Default: anywhere.').optional(),
      endpointMode: z
        .enum(['vip', 'dnsrr'], { error: 'must be vip or dnsrr' })
        .describe('What its name resolves to: one virtual IP (default), or the tasks.')
        .optional(),
      publish: listOf(
        z.union(
          [
            publish(),
            z.strictObject({
              port: port().describe('In the container.'),
              hostPort: wholeNumber(1, 65535).describe('On the nodes.'),
              mode: z
                .enum(['ingress', 'host'], { error: 'must be ingress or host' })
                .describe('ingress: on every node (default). host: on those that have a task.')
                .optional(),
            }),
          ],
          { error: 'must be such as 8080:80, or {hostPort: 8080, port: 80, mode: host}' },
        ),
        'ports',
      )
        .describe('Such as 8080:80, or {hostPort: 8080, port: 80, mode: host}.')
        .optional(),
      networks: listOf(name(), 'networks').describe('Networks of its tasks.').optional(),
      start: flag().describe('false: a step creates it. Default true.').optional(),
    },
    { error: 'must be such as {replicas: 2, networks: [web]}, or empty' },
  )
  .nullable();

import { LabError } from '../../core/errors.ts';
import { provisionText } from '../../core/provision.ts';
import { connectionTo } from '../build/bench.ts';
import type { ActorState, Scene } from '../build/scene.ts';
import { actorPlaces, placeIdOf } from './places.ts';

const lookTimeoutMs = 60_000;

export interface InsideLink {
  name: string;
  mtu: number;
  mac: string;
  addresses: readonly string[];
}

/** A container's running namespace, with the files that it resolves names by; throws with the reason where there is none. */
function placeOf(scene: Scene, actor: ActorState) {
  const place = actorPlaces(scene).find(({ id }) => id === placeIdOf(actor));
  if (place?.namespacePath != null) return { ...place, namespacePath: place.namespacePath };
  throw new LabError({
    code: 'run.not-running',
    message: `${actor.name} is not running`,
    hint: `swarmlab exec ${actor.node} docker logs ${actor.name} may say why`,
  });
}

/** What `ip addr` shows in a container's namespace, asked from its node: the image needs no such program. */
export async function linksInside(scene: Scene, actor: ActorState): Promise<readonly InsideLink[]> {
  const place = placeOf(scene, actor);
  return links(scene, place.machine, ['nsenter', `--net=${place.namespacePath}`]);
}

/** The same of a node itself. */
export function linksOfNode(scene: Scene, machine: string): Promise<readonly InsideLink[]> {
  return links(scene, machine, []);
}

async function links(scene: Scene, machine: string, prefix: readonly string[]): Promise<readonly InsideLink[]> {
  const argv = [...prefix, 'ip', '-j', 'addr', 'show'];
  const found = JSON.parse(await output(scene, machine, argv)) as readonly {
    ifname: string;
    mtu: number;
    address: string;
    addr_info: readonly { family: string; local: string }[];
  }[];
  return found.map(({ ifname, mtu, address, addr_info }) => ({
    name: ifname.split('@')[0] ?? ifname,
    mtu,
    mac: address,
    addresses: addr_info.filter(({ family }) => family === 'inet').map(({ local }) => local),
  }));
}

export async function hostsFile(scene: Scene, actor: ActorState): Promise<string> {
  const place = placeOf(scene, actor);
  return output(scene, place.machine, ['cat', place.hostsPath]);
}

/** The environment of its first process, as it was started with. */
export async function environment(scene: Scene, actor: ActorState): Promise<ReadonlyMap<string, string>> {
  placeOf(scene, actor);
  const text = await output(scene, actor.node, ['cat', `/proc/${actor.view?.pid ?? 0}/environ`]);
  const pairs = text.split('\0').filter((pair) => pair.includes('='));
  return new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const));
}

/** One list of addresses for each look-up, in the resolver's order; null where it was silent. */
export async function lookUp(
  scene: Scene,
  actor: ActorState,
  name: string,
  lookups: number,
): Promise<readonly (readonly string[] | null)[]> {
  const place = placeOf(scene, actor);
  const stdin = await provisionText('dns-answers.py');
  const argv = ['python3', '-', place.namespacePath, place.resolvConfPath, name, `${lookups}`];
  return JSON.parse(await output(scene, place.machine, argv, stdin)) as readonly (readonly string[] | null)[];
}

async function output(scene: Scene, machine: string, argv: readonly string[], stdin?: string): Promise<string> {
  const options = { signal: scene.signal, timeoutMs: lookTimeoutMs, ...(stdin === undefined ? {} : { stdin }) };
  const result = await connectionTo(scene.bench, machine).exec(argv, options);
  if (result.exitStatus === 0) return result.stdout.toString();
  const said = result.stderr.trim().split('\n').at(-1) ?? '';
  throw new LabError({
    code: 'run.look',
    message: `${machine}: ${argv[0]} said ${said || `exit status ${result.exitStatus}`}`,
    hint: 'run it there by hand',
  });
}

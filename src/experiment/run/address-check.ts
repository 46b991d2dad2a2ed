import { LabError } from '../../core/errors.ts';
import { contains, parseAddress, parseSubnet } from '../../plan/ipv4.ts';
import type { Scene } from '../build/scene.ts';
import type { CheckDefinition } from '../language/definition.ts';
import { actorNamed } from './actors.ts';
import { onMachine } from './by-hand.ts';
import type { Looked } from './checks.ts';
import { actorsOf, ownerOf } from './places.ts';
import { subjectOf } from './subjects.ts';

/** A container's address on a network, as its engine tells it, against all that the check says of it. */
export function lookAtAddress(scene: Scene, check: Extract<CheckDefinition, { kind: 'address' }>): Looked {
  const actor = actorNamed(scene, check.container);
  const holder = ownerOf(actor, actorsOf(scene)) ?? actor;
  const endpoint = holder.view?.addresses[check.network];
  if (holder.view?.running !== true)
    throw new LabError({ code: 'run.not-running', message: `${check.container} is not running` });
  const { ip = '', gateway = '', prefixLength = 0 } = endpoint ?? {};
  const expected: string[] = [];
  const seen: string[] = [ip === '' ? 'no address' : check.prefixLength === null ? ip : `${ip}/${prefixLength}`];
  let holds = ip !== '';
  if (check.equals !== null) {
    expected.push(check.equals);
    holds &&= ip === check.equals;
  }
  if (check.within !== null) {
    expected.push(`within ${check.within}`);
    holds &&= ip !== '' && contains(parseSubnet(check.within), parseAddress(ip));
  }
  if (check.prefixLength !== null) {
    expected.push(`/${check.prefixLength}`);
    holds &&= prefixLength === check.prefixLength;
  }
  if (check.gateway !== null) {
    expected.push(check.gateway === '' ? 'no gateway' : `gateway ${check.gateway}`);
    seen.push(gateway === '' ? 'no gateway' : `gateway ${gateway}`);
    holds &&= gateway === check.gateway;
  }
  if (check.changed !== null) {
    const first = scene.firstAddresses.get(`${check.container} ${check.network}`);
    if (first === undefined)
      throw new LabError({ code: 'run.look', message: `${check.container} had no address on ${check.network} before` });
    expected.push(check.changed ? `another than ${first}` : `still ${first}`);
    holds &&= (ip !== first) === check.changed;
  }
  const by = onMachine(scene.bench, actor.node, [
    'docker',
    'inspect',
    '-f',
    '{{json .NetworkSettings.Networks}}',
    actor.name,
  ]);
  return { subject: subjectOf(check), expected: expected.join(', ') || 'an address', seen: seen.join(', '), holds, by };
}

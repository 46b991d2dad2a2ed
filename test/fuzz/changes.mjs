// What happens in a random lab between the two times that it is asked. Each change is kept on record in `standing`; one that
// has nothing to change, or that the engines would refuse, is left out. Pure but for that record.
import { pick } from './words.mjs';

/** `{ after, action }`, or null. */
export function changeOf({ kind, of, to, swarm, port, direction }, lab, standing) {
  if (kind === 'swarm') return swarmChangeOf(swarm, { of, port, direction }, lab, standing);
  const { containers, networks, services } = lab;
  const { running, joined, replicas } = standing;
  const there = containers.filter(({ name }) => joined.has(name));
  const own = there.filter(({ name }) => joined.get(name) !== null);
  const made = (after, action) => ({ after, action });
  switch (kind) {
    case 'connect': {
      const one = pick(own, of);
      const free =
        one === undefined
          ? []
          : networks.filter(
              ({ name, nodes, joinable }) =>
                joinable && nodes.includes(one.node) && !joined.get(one.name).includes(name),
            );
      const network = pick(free, to)?.name;
      if (network === undefined) return null;
      joined.get(one.name).push(network);
      return made(`connected ${one.name} to ${network}`, { connect: { container: one.name, network } });
    }
    case 'disconnect': {
      const one = pick(own, of);
      const network = one === undefined ? undefined : pick(joined.get(one.name), to);
      if (network === undefined) return null;
      joined.set(
        one.name,
        joined.get(one.name).filter((name) => name !== network),
      );
      return made(`disconnected ${one.name} from ${network}`, { disconnect: { container: one.name, network } });
    }
    case 'stop':
    case 'restart': {
      const name = pick(
        there.filter((one) => running.has(one.name)),
        of,
      )?.name;
      if (name === undefined) return null;
      if (kind === 'stop') running.delete(name);
      return made(kind === 'stop' ? `stopped ${name}` : `restarted ${name}`, { [kind]: name });
    }
    case 'start': {
      const one = pick(
        there.filter(
          ({ name, lodgesWith }) => !running.has(name) && (lodgesWith === undefined || running.has(lodgesWith)),
        ),
        of,
      );
      if (one === undefined) return null;
      running.add(one.name);
      return made(`started ${one.name}`, { start: one.name });
    }
    case 'remove': {
      // Who lodges with it, or is linked to it, could not be started again, and not be asked for its address.
      const needed = (name) => there.some(({ lodgesWith, linked }) => lodgesWith === name || linked === name);
      const name = pick(
        there.filter((one) => !needed(one.name)),
        of,
      )?.name;
      if (name === undefined) return null;
      running.delete(name);
      joined.delete(name);
      return made(`removed ${name}`, { remove: name });
    }
    case 'create': {
      const one = pick(
        containers.filter(
          ({ name, said, lodgesWith }) =>
            said.start === false && !joined.has(name) && (lodgesWith === undefined || running.has(lodgesWith)),
        ),
        of,
      );
      if (one === undefined || (one.linked !== undefined && !running.has(one.linked))) return null;
      running.add(one.name);
      joined.set(one.name, one.joins === null ? null : [...one.joins]);
      return made(`created ${one.name}`, { create: one.name });
    }
    case 'scale': {
      const service = pick(services, of);
      if (service === undefined) return null;
      const count = to % (service.port === null ? 4 : service.nodes.length + 1);
      replicas.set(service.name, count);
      return made(`scaled ${service.name} to ${count}`, { scale: { service: service.name, replicas: count } });
    }
  }
}

/** To the nodes of the swarm. The first is its only manager, and stays. */
function swarmChangeOf(kind, { of, port, direction }, { nodes, swarm }, standing) {
  const { faults } = standing;
  const worker = pick(nodes.slice(1), of);
  const made = (after, action) => {
    standing.disturbed = true;
    return { after, action };
  };
  switch (kind) {
    case 'block': {
      const node = pick(nodes, of);
      const action = { node, port, direction };
      const key = JSON.stringify(action);
      if (faults.has(key)) return null;
      faults.add(key);
      return made(`closed ${port} on node ${node}, ${direction}`, { block: action });
    }
    case 'open': {
      const key = pick(
        [...faults].filter((fault) => fault.startsWith('{')),
        of,
      );
      if (key === undefined) return null;
      faults.delete(key);
      const action = JSON.parse(key);
      return made(`opened ${action.port} on node ${action.node}, ${action.direction}`, { open: action });
    }
    default:
      if (!swarm || [...faults].some((fault) => !fault.startsWith('{'))) return null;
      faults.add(kind);
      return made(`node ${worker}: ${kind}`, { [kind]: worker });
  }
}

import type { CheckDefinition } from '../language/definition.ts';

/** What is looked at, in words. Pure. */
export function subjectOf(check: CheckDefinition): string {
  switch (check.kind) {
    case 'address':
      return `${check.container}'s address on ${check.network}`;
    case 'interfaces':
      return `${check.container}'s interfaces`;
    case 'same-address':
      return `addresses of ${check.containers.join(' and ')}`;
    case 'hosts-file':
      return `${check.container}'s /etc/hosts`;
    case 'environment':
      return `${check.container}'s environment`;
    case 'scope':
      return `scope of ${check.network} on ${check.node}`;
    case 'members':
      return `containers on ${check.network} on ${check.node}`;
    case 'listed':
      return `${check.network} among the networks of ${check.node}`;
    case 'answers':
      return `what ${check.container} is told for ${check.name}`;
    case 'running':
      return check.container;
    case 'logs':
      return `${check.container}'s logs`;
    case 'published':
      return `ports that ${check.container} publishes`;
    case 'mtu':
      return `MTU of ${check.container} on ${check.network}`;
    case 'node-state':
      return `node ${check.node}`;
  }
}

import type { ProbeDocument, ProbedContainer, RunEngine } from './run-types.ts';

/** What the ends of probes are called, so that the same thing has one word in both documents. */
export interface Ends {
  nodes: readonly { a: string; b: string }[];
  /** `m1/web`, `node:m1`, `lan` or `world` of one document. */
  ofA(end: string): string;
  ofB(end: string): string;
}

/**
 * A container is the same where its bare name is unique in both documents, wherever it runs, and of a service's task
 * the name without its id; otherwise node and name make it. A node is the same where its name is; those left over are
 * paired by role, in the order that the labs have them.
 */
export function matchEnds(a: ProbeDocument, b: ProbeDocument): Ends {
  const nodes = pairNodes(a.engines, b.engines);
  const called = new Map(nodes.map((pair) => [pair.b, pair.a]));
  const unique = new Set(
    a.containers
      .map(plainName)
      .filter((name) =>
        [a, b].every(({ containers }) => containers.filter((one) => plainName(one) === name).length <= 1),
      ),
  );
  const nodeOf = { a: (node: string) => node, b: (node: string) => called.get(node) ?? node };
  const namer = (document: ProbeDocument, side: 'a' | 'b') => {
    const own = new Map(
      document.containers.map((one) => {
        const name = plainName(one);
        const alone = document.containers.filter((each) => plainName(each) === name).length === 1;
        const bare =
          !['lan', 'world'].includes(name) &&
          (unique.has(name) || (alone && !a.containers.some((each) => plainName(each) === name)));
        return [one.id, bare ? name : `${nodeOf[side](one.node)}/${name}`];
      }),
    );
    return (end: string) => own.get(end) ?? end.replace(/^node:(.*)$/, (_all, node) => `node:${nodeOf[side](node)}`);
  };
  return { nodes, ofA: namer(a, 'a'), ofB: namer(b, 'b') };
}

/** `web.1` of the task `web.1.` and 25 letters, which Docker draws anew for each. */
function plainName({ name }: ProbedContainer): string {
  return name.replace(/^(.+\.\w+)\.[a-z0-9]{25}$/, '$1');
}

/** Those whose names are not the same; of one role, in order. */
function pairNodes(a: readonly RunEngine[], b: readonly RunEngine[]): readonly { a: string; b: string }[] {
  const left = a.filter(({ node }) => !b.some((other) => other.node === node));
  const right = b.filter(({ node }) => !a.some((other) => other.node === node));
  return [...new Set(left.map(({ role }) => role))].flatMap((role) => {
    const others = right.filter((one) => one.role === role);
    return left
      .filter((one) => one.role === role)
      .flatMap(({ node }, index) => {
        const other = others[index];
        return other === undefined ? [] : [{ a: node, b: other.node }];
      });
  });
}

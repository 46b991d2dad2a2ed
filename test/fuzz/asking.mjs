// Steps of a random lab that ask everybody for everybody who can be asked for now. Pure.
import { aliasOf, linkAliasOf } from './words.mjs';

const any = (from, to) => `${from.join(', ')} -> ${to.join(', ')}: any`;

export function asking(lab, standing, when) {
  const { containers, services, nodes, networks } = lab;
  const there = containers.filter(({ name }) => standing.joined.has(name));
  const running = there.filter(({ name }) => standing.running.has(name)).map(({ name }) => name);
  const tasks = services.filter(({ name }) => standing.replicas.get(name) > 0).map(({ name }) => `svc:${name}`);
  const machines = [...nodes.map((letter) => `node:${letter}`), 'lan', 'world'];
  const askers = [...running, ...tasks];
  const networksOf = ({ name, lodgesWith }) => standing.joined.get(lodgesWith ?? name) ?? [];
  // Who has one address is asked for with the others of that kind: every step waits for what does not answer.
  const plain = [...hostedOf(there), ...there.filter((one) => networksOf(one).length === 1).map(({ name }) => name)];
  if (askers.length === 0) return [];
  const step = (title, probe) => ({ title: `${title}, ${when}`, probe });
  const named = [
    ...there.map(({ name }) => name),
    ...services.map(({ name }) => `svc:${name}`),
    `node:${nodes[1]}`,
    'lan',
    'world',
  ];
  return [
    step('By name', { by: 'name', expect: [any([...askers, 'node:A', 'lan'], named)] }),
    ...otherNames(lab, there, askers).map(({ name, lines }) =>
      step(`By the name ${name}`, { by: 'name', name, expect: lines }),
    ),
    step('By address', {
      by: 'ip',
      expect: [any(askers, [...machines, ...plain]), ...(plain.length === 0 ? [] : [any(machines, plain)])],
    }),
    ...[...networks.map(({ name }) => name), 'bridge'].flatMap((network) => {
      const on = there.filter((one) => networksOf(one).length > 1 && networksOf(one).includes(network));
      if (on.length === 0) return [];
      const to = on.map(({ name }) => name);
      return step(`By address on ${network}`, { by: 'ip', network, expect: [any([...askers, ...machines], to)] });
    }),
    ...publishedOf(lab, there).map(({ port, to }) =>
      step(`Port ${port}`, { by: 'published', port, expect: [any([...askers, ...machines], to)] }),
    ),
  ];
}

/** On the host network, or with somebody who is. */
function hostedOf(there) {
  const onHost = (name) => there.find((one) => one.name === name)?.said.network === 'host';
  return there.filter(({ name, lodgesWith }) => onHost(lodgesWith ?? name)).map(({ name }) => name);
}

/** An alias that several may have, the names of links, and those of a service's tasks. */
function otherNames({ mark, services }, there, askers) {
  const aliased = there.find(({ alias }) => alias != null);
  const linking = there.filter(({ name, linked }) => linked !== undefined && askers.includes(name));
  const others = askers.filter((name) => !linking.some((one) => one.name === name));
  return [
    ...(aliased === undefined ? [] : [{ name: aliasOf(mark), lines: [any(askers, [aliased.name])] }]),
    ...(linking.length === 0
      ? []
      : [
          {
            name: linkAliasOf(mark),
            lines: [
              ...linking
                .filter(({ linked }) => there.some(({ name }) => name === linked))
                .map(({ name, linked }) => any([name], [linked])),
              ...(others.length === 0 || !there.some(({ name }) => name === linking[0].linked)
                ? []
                : [any(others, [linking[0].linked])]),
            ],
          },
        ].filter(({ lines }) => lines.length > 0)),
    ...services.map(({ name }) => ({ name: `tasks.${name}`, lines: [any(askers, [`svc:${name}`])] })),
  ];
}

function publishedOf({ services, nodes }, there) {
  return [
    ...there
      .filter(({ port }) => port != null)
      .map(({ port, name, node }) => ({
        port,
        to: [
          name,
          ...nodes
            .filter((letter) => letter !== node)
            .slice(0, 1)
            .map((letter) => `node:${letter}`),
        ],
      })),
    ...services
      .filter(({ port }) => port !== null)
      .map(({ port }) => ({ port, to: nodes.map((letter) => `node:${letter}`) })),
  ];
}

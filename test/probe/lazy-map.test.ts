import { expect, it } from 'vitest';
import { lazyMap } from '../../src/probe/lazy-map.ts';

it.each([[[0, 1, 2]], [[7, 3, 9]], [[]]])('is a map by id: %j', (ids) => {
  const map = lazyMap(
    ids.map((id) => ({ id })),
    ({ id }) => id * 10,
  );
  const expected = ids.map((id): [number, number] => [id, id * 10]);
  expect([...map]).toEqual(expected);
  expect([...map.keys()]).toEqual(ids);
  expect(new Map(map)).toEqual(new Map(expected));
  expect(map.size).toBe(ids.length);
  expect([map.get(5), map.has(5), map.get(ids[1] ?? 4)]).toEqual([undefined, false, expected[1]?.[1]]);
});

it.each([[[0, 1, 2]], [[7, 3, 9]]])('tells the place in the list: %j', (ids) => {
  const map = lazyMap(
    ids.map((id) => ({ id })),
    (_, at) => at,
  );
  expect(ids.map((id) => map.get(id))).toEqual([0, 1, 2]);
  expect([...map.values()]).toEqual([0, 1, 2]);
});

it('has the last of several with one id', () => {
  const things = [
    { id: 4, name: 'a' },
    { id: 4, name: 'b' },
  ];
  expect([...lazyMap(things, ({ name }) => name)]).toEqual([[4, 'b']]);
});

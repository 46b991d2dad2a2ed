/**
 * A map from the ids of things to what `make` gives for each, made anew whenever it is read; `make` must be pure.
 * Of several with one id the last one counts.
 */
export function lazyMap<T extends { id: number }, V>(
  things: readonly T[],
  make: (thing: T) => V,
): ReadonlyMap<number, V> {
  // Where ids count from 0, as they mostly do, no table of them is needed.
  const counted = things.every(({ id }, at) => id === at);
  const byId = counted ? null : new Map(things.map((thing) => [thing.id, thing]));
  const find = (id: number) => (byId === null ? things[id] : byId.get(id));
  function* each<R>(give: (id: number, thing: T) => R): Generator<R, undefined, unknown> {
    for (const thing of byId?.values() ?? things) yield give(thing.id, thing);
  }
  const map: ReadonlyMap<number, V> = {
    size: byId?.size ?? things.length,
    has: (id) => find(id) !== undefined,
    get: (id) => {
      const thing = find(id);
      return thing === undefined ? undefined : make(thing);
    },
    keys: () => each((id) => id),
    values: () => each((_, thing) => make(thing)),
    entries: () => each((id, thing): [number, V] => [id, make(thing)]),
    forEach: (call) => {
      for (const [id, value] of map) call(value, id, map as Map<number, V>);
    },
    [Symbol.iterator]: () => map.entries(),
  };
  return map;
}

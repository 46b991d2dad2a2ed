/**
 * A map from the ids of things to what `make` gives for each and its place in the list, made anew whenever it is read;
 * `make` must be pure. Of several with one id the last one counts.
 */
export function lazyMap<T extends { id: number }, V>(
  things: readonly T[],
  make: (thing: T, at: number) => V,
): ReadonlyMap<number, V> {
  // Where ids count from 0, as they mostly do, no table of them is needed.
  const counted = things.every(({ id }, at) => id === at);
  const places = counted ? null : new Map(things.map(({ id }, at) => [id, at]));
  const give = (at: number | undefined): V | undefined => {
    const thing = at === undefined ? undefined : things[at];
    return thing === undefined || at === undefined ? undefined : make(thing, at);
  };
  const placeOf = (id: number) => (places === null ? id : places.get(id));
  function* entries(): Generator<[number, V], undefined, unknown> {
    for (const at of places?.values() ?? things.keys()) {
      const thing = things[at];
      if (thing !== undefined) yield [thing.id, make(thing, at)];
    }
  }
  function* values(): Generator<V, undefined, unknown> {
    for (const [, value] of entries()) yield value;
  }
  function* keys(): Generator<number, undefined, unknown> {
    if (places !== null) yield* places.keys();
    else yield* things.keys();
  }
  const map: ReadonlyMap<number, V> = {
    size: places?.size ?? things.length,
    has: (id) => things[placeOf(id) ?? -1] !== undefined,
    get: (id) => give(placeOf(id)),
    keys,
    values,
    entries,
    forEach: (call) => {
      for (const [id, value] of map) call(value, id, map as Map<number, V>);
    },
    [Symbol.iterator]: () => map.entries(),
  };
  return map;
}

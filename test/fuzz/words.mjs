// What the pieces of a random lab are called, and how one is chosen by a drawn number. Pure.

export const letters = ['A', 'B', 'C', 'D'];

export const pick = (list, number) => (list.length === 0 ? undefined : list[number % list.length]);

/** The letters whose bit is set; the first of them where none is. */
export function lettersOf(bits, all) {
  const chosen = all.filter((_letter, at) => Math.floor(bits / 2 ** at) % 2 === 1);
  return chosen.length === 0 ? all.slice(0, 1) : chosen;
}

/** Of a lab's number: keeps its names apart from those of labs that run beside it. */
export const markOf = (number) => `x${number.toString(36)}`;
export const aliasOf = (mark) => `a${mark}`;
export const linkAliasOf = (mark) => `l${mark}`;
export const hostPort = (number, at) => 20_000 + (number % 400) * 10 + at;

const address = /\b(?:\d{1,3}\.){3}\d{1,3}\b|\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b|\b[0-9a-f]{12}(?:[0-9a-f]{52})?\b/gi;

/**
 * What a check saw, less what is another with every run: IPv4 and MAC addresses and Docker's ids (12 or 64 hexadecimal
 * digits) become `[1]`, `[2]`, ... in the order that they appear, so that which of them are equal can still be seen;
 * nodes become the letters that the experiment calls them by; the items of a list are put in order.
 */
export function plainSeen(seen: string, nodes: readonly { letter: string; name: string }[]): string {
  const numbers = new Map<string, number>();
  const numbered = seen.replace(address, (found) => {
    const number = numbers.get(found) ?? numbers.size + 1;
    numbers.set(found, number);
    return `[${number}]`;
  });
  const letters = new Map(nodes.map(({ letter, name }) => [name, letter]));
  return numbered
    .split(', ')
    .map((item) => letters.get(item) ?? item)
    .sort()
    .join(', ');
}

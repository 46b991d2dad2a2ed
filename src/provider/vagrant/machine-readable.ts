/** A line of `vagrant --machine-readable`: `TIMESTAMP,TARGET,TYPE,DATA...` (developer.hashicorp.com/vagrant/docs/cli/machine-readable). */
export interface MachineLine {
  /** The machine; empty for the whole. */
  target: string;
  type: string;
  data: readonly string[];
}

/** Reads every line that has the form; others (a plugin's warning, an empty one) are left out. Commas and line breaks are unescaped. */
export function parseMachineReadable(output: string): readonly MachineLine[] {
  return output.split(/\r?\n/).flatMap((line): MachineLine[] => {
    const [timestamp = '', target = '', type, ...data] = line.split(',');
    if (type === undefined || !/^\d+$/.test(timestamp)) return [];
    return [{ target, type, data: data.map(unescaped) }];
  });
}

function unescaped(text: string): string {
  return text
    .replaceAll('%!(VAGRANT_COMMA)', ',')
    .replace(/(\\r)?\\n/g, '\n')
    .replaceAll('\\r', '');
}

/** Why Vagrant gave up, in its own words and with its own name for it; null where it did not say. */
export function errorExit(lines: readonly MachineLine[]): { name: string; message: string } | null {
  const line = lines.findLast(({ type }) => type === 'error-exit');
  return line === undefined ? null : { name: line.data[0] ?? '', message: (line.data[1] ?? '').trim() };
}

/** What Vagrant tells its user, the newest last. */
export function uiTexts(lines: readonly MachineLine[]): readonly string[] {
  return lines.filter(({ type }) => type === 'ui').map(({ data }) => (data[1] ?? '').replace(/^==> \S+: /, '').trim());
}

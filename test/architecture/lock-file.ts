export interface LockEntry {
  os?: string[];
  cpu?: string[];
  resolved?: string;
  optionalDependencies?: Record<string, string>;
}

/** Packages for one system alone, which need no counterpart elsewhere: a kernel interface that only macOS has. */
const oneSystemOnly = new Set(['fsevents']);

/**
 * Packages whose native parts the lock file lacks for Windows or macOS. An `npm ci` there would install them
 * incomplete: this happens when the lock was made against a registry that did not have them.
 */
export function findMissingSystems(packages: Readonly<Record<string, LockEntry>>): string[] {
  const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const native = Object.entries(packages).filter(([, entry]) => entry.os !== undefined || entry.cpu !== undefined);
  const systemsOf = new Map(native.map(([path, entry]) => [nameOf(path), entry.os ?? []]));
  const parents = Object.entries(packages).flatMap(([path, entry]) => {
    const parts = Object.keys(entry.optionalDependencies ?? {}).filter((name) => systemsOf.has(name));
    return parts.filter((name) => !oneSystemOnly.has(name)).length > 0 ? [{ name: nameOf(path), parts }] : [];
  });
  const owned = new Set(parents.flatMap((parent) => parent.parts));
  const orphans = [...systemsOf.keys()].filter((name) => !owned.has(name) && !oneSystemOnly.has(name));
  return [
    ...parents.flatMap(({ name, parts }) => {
      const systems = parts.flatMap((part) => systemsOf.get(part) ?? []);
      return ['win32', 'darwin'].filter((system) => !systems.includes(system)).map((system) => `${name}: no ${system}`);
    }),
    ...orphans.map((name) => `${name}: native, and no package names it as one of its parts`),
  ];
}

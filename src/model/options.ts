// Options that change nothing of who reaches whom, or whose effect the rules know. Any other makes what it touches unknown.

const bridge = 'com.docker.network.bridge.';

export const optionNames = {
  icc: `${bridge}enable_icc`,
  masquerade: `${bridge}enable_ip_masquerade`,
} as const;

const known: Readonly<Record<string, readonly string[]>> = {
  bridge: [optionNames.icc, optionNames.masquerade, `${bridge}name`, 'com.docker.network.container_iface_prefix'],
  overlay: ['encrypted', 'com.docker.network.driver.overlay.vxlanid_list'],
  macvlan: ['parent', 'macvlan_mode'],
  ipvlan: ['parent', 'ipvlan_mode', 'ipvlan_flag'],
};
/** Probes are small: no MTU that an engine takes keeps them from passing. */
const everywhere = ['com.docker.network.driver.mtu', 'com.docker.network.mtu'];

/** The first of a network's options that the rules do not know; null where they know all. */
export function strangeOption(driver: string, options: Readonly<Record<string, string>>): string | null {
  const names = [...(known[driver] ?? []), ...everywhere];
  return Object.keys(options).find((name) => !names.includes(name)) ?? null;
}

const knownDaemonKeys = /^(icc|mtu|debug|log-.*|labels|metrics-addr|live-restore|max-.*|storage-.*|data-root|exec-.*)$/;

/** The same for the keys of daemon.json. */
export function strangeDaemonKey(options: Readonly<Record<string, unknown>>): string | null {
  return Object.keys(options).find((name) => !knownDaemonKeys.test(name)) ?? null;
}

/** As Docker reads a boolean option (Go, strconv.ParseBool); `fallback` where it is not given. */
export function booleanOption(text: string | undefined, fallback: boolean): boolean {
  if (text === undefined) return fallback;
  return ['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text);
}

import { vboxManageEnv } from '../vbox-manage.ts';
import type { Asker } from './ask.ts';
import type { InterfaceFact } from './facts.ts';

/** Answers of VBoxManage; all null where there is none. */
export interface VirtualBoxAnswers {
  hardwareVirtualization: boolean | null;
  hostOnly: readonly InterfaceFact[] | null;
  machineFolder: string | null;
}

export async function askVirtualBox(asker: Asker, file: string | null): Promise<VirtualBoxAnswers> {
  const list = async (what: string) => (file === null ? null : asker.text(file, ['list', what], vboxManageEnv));
  // One after the other: each starts VirtualBox's server, and two at once start two of them.
  const hostInfo = await list('hostinfo');
  const hostOnly = await list('hostonlyifs');
  const properties = await list('systemproperties');
  return {
    hardwareVirtualization: parseHardwareVirtualization(hostInfo),
    hostOnly: hostOnly === null ? null : parseHostOnlyInterfaces(hostOnly),
    machineFolder: properties === null ? null : field(properties, 'Default machine folder'),
  };
}

function parseHardwareVirtualization(text: string | null): boolean | null {
  const value = text === null ? null : field(text, 'Processor supports HW virtualization');
  return value === null ? null : value === 'yes';
}

/** `VBoxManage list hostonlyifs`: blocks of `Key: value`, with an empty line between them. */
export function parseHostOnlyInterfaces(text: string): readonly InterfaceFact[] {
  return text.split(/\n\s*\n/).flatMap((block) => {
    const [name, address, mask] = ['Name', 'IPAddress', 'NetworkMask'].map((key) => field(block, key));
    if (typeof name !== 'string' || typeof address !== 'string' || typeof mask !== 'string') return [];
    const prefixLength = prefixOfMask(mask);
    return prefixLength === null || address === '' ? [] : [{ name, address, prefixLength }];
  });
}

/** 24 of `255.255.255.0`; null for what is no mask. */
export function prefixOfMask(mask: string): number | null {
  if (!/^\d+(\.\d+){3}$/.test(mask)) return null;
  const bits = mask
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('');
  return /^1*0*$/.test(bits) && bits.length === 32 ? bits.lastIndexOf('1') + 1 : null;
}

function field(text: string, key: string): string | null {
  const line = text.split('\n').find((each) => each.startsWith(`${key}:`));
  return line === undefined ? null : line.slice(key.length + 1).trim();
}

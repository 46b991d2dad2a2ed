import path from 'node:path';
import { variable } from '../../../core/program/find-program.ts';
import type { Asker } from './ask.ts';
import type { HostFacts, HostInput, RouteFact } from './facts.ts';
import { prefixOfMask } from './read-virtualbox.ts';

type WindowsFacts = Pick<
  HostFacts,
  'firmwareVirtualization' | 'hypervisorPresent' | 'hypervisorUsers' | 'routes' | 'processor'
>;

const control = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\DeviceGuard';
const services = 'HKLM\\SYSTEM\\CurrentControlSet\\Services';

/** What the registry says of those who bring the hypervisor: a number that means 'on'. */
const registry = [
  {
    user: 'memory-integrity',
    key: `${control}\\Scenarios\\HypervisorEnforcedCodeIntegrity`,
    name: 'Enabled',
    isOn: (value: number) => value === 1,
  },
  { user: 'vbs', key: control, name: 'EnableVirtualizationBasedSecurity', isOn: (value: number) => value === 1 },
  // Start: 4 is 'disabled'; the services exist only where the features are installed.
  { user: 'hyper-v', key: `${services}\\vmms`, name: 'Start', isOn: (value: number) => value !== 4 },
  {
    user: 'virtual-machine-platform',
    key: `${services}\\vmcompute`,
    name: 'Start',
    isOn: (value: number) => value !== 4,
  },
] as const;

/** Names and truth values of WMI are the same in every language of Windows; systeminfo's words are not. */
export async function readWindows(asker: Asker, { env, architecture }: HostInput): Promise<WindowsFacts> {
  const system = (...parts: string[]) =>
    path.win32.join(variable(env, 'SystemRoot', true) ?? 'C:\\Windows', 'System32', ...parts);
  const [wmi, users, routes] = await Promise.all([
    askWmi(asker, system),
    Promise.all(
      registry.map(async ({ user, key, name, isOn }) => {
        const text = await asker.text(system('reg.exe'), ['query', key, '/v', name]);
        const value = text === null ? null : parseRegistryNumber(text, name);
        return value !== null && isOn(value) ? [user] : [];
      }),
    ),
    asker.text(system('route.exe'), ['print', '-4']),
  ]);
  const found = users.flat();
  return {
    firmwareVirtualization: wmi === null ? null : parseTruth(wmi, 'VirtualizationFirmwareEnabled'),
    hypervisorPresent: wmi === null ? null : parseTruth(wmi, 'HypervisorPresent'),
    // Memory integrity is the part of VBS that a person can switch off.
    hypervisorUsers: found.includes('memory-integrity') ? found.filter((user) => user !== 'vbs') : found,
    routes: routes === null ? null : parseRoutePrint(routes),
    // A Node for x64 runs on ARM by emulation; the processor's own name tells.
    processor:
      architecture === 'arm64' || /^ARM/i.test(variable(env, 'PROCESSOR_IDENTIFIER', true) ?? '') ? 'arm64' : 'x64',
  };
}

/** A constant: nothing of a person's comes into it. Only where wmic is gone (Windows 11 24H2). */
export const powershellScript =
  "'HypervisorPresent=' + (Get-CimInstance Win32_ComputerSystem).HypervisorPresent; 'VirtualizationFirmwareEnabled=' + @(Get-CimInstance Win32_Processor)[0].VirtualizationFirmwareEnabled";

async function askWmi(asker: Asker, system: (...parts: string[]) => string): Promise<string | null> {
  const wmic = system('wbem', 'wmic.exe');
  const [computer, processor] = [
    await asker.text(wmic, ['computersystem', 'get', 'HypervisorPresent', '/value']),
    await asker.text(wmic, ['cpu', 'get', 'VirtualizationFirmwareEnabled', '/value']),
  ];
  if (computer !== null && processor !== null) return `${computer}\n${processor}`;
  const powershell = system('WindowsPowerShell', 'v1.0', 'powershell.exe');
  return asker.text(powershell, ['-NoProfile', '-NonInteractive', '-Command', powershellScript]);
}

function parseTruth(text: string, name: string): boolean | null {
  const value = new RegExp(`^${name}=(true|false)\\s*$`, 'im').exec(text)?.[1];
  return value === undefined ? null : value.toLowerCase() === 'true';
}

/** `    Enabled    REG_DWORD    0x1`. */
function parseRegistryNumber(text: string, name: string): number | null {
  const value = new RegExp(`^\\s+${name}\\s+REG_DWORD\\s+(0x[0-9a-f]+)\\s*$`, 'im').exec(text)?.[1];
  return value === undefined ? null : Number(value);
}

/** Rows of `route print -4`: destination, mask, gateway (a word, in any language, on a link), own address, metric. */
export function parseRoutePrint(text: string): readonly RouteFact[] {
  return text.split('\n').flatMap((line) => {
    const [, destination, mask, through] =
      /^\s*(\d+\.\d+\.\d+\.\d+)\s+(\d+\.\d+\.\d+\.\d+)\s+\S.*?\s+(\d+\.\d+\.\d+\.\d+)\s+\d+\s*$/.exec(line) ?? [];
    const prefixLength = mask === undefined ? null : prefixOfMask(mask);
    if (destination === undefined || through === undefined || prefixLength === null) return [];
    return [{ subnet: `${destination}/${prefixLength}`, through }];
  });
}

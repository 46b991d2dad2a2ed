import path from 'node:path';
import { variable } from '../../core/program/find-program.ts';

/**
 * Where VBoxManage may be, in the order in which Vagrant looks (plugins/providers/virtualbox/driver/base.rb): Windows'
 * installer does not put it on PATH but leaves VBOX_MSI_INSTALL_PATH.
 */
export function vboxManageCandidates(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  if (platform !== 'win32') return ['VBoxManage'];
  const { join } = path.win32;
  const named = ['VBOX_INSTALL_PATH', 'VBOX_MSI_INSTALL_PATH'].flatMap((name) =>
    (variable(env, name, true) ?? '').split(';').filter((folder) => folder !== ''),
  );
  const programs = ['ProgramFiles', 'ProgramW6432'].flatMap((name) => variable(env, name, true) ?? []);
  const drive = variable(env, 'SystemDrive', true) ?? 'C:';
  const usual = [join(drive, '\\', 'Program Files'), ...programs].map((folder) => join(folder, 'Oracle', 'VirtualBox'));
  return ['VBoxManage.exe', ...[...new Set([...named, ...usual])].map((folder) => join(folder, 'VBoxManage.exe'))];
}

/** VBoxManage's words are English with this, which is what reads them (Vagrant sets the same). */
export const vboxManageEnv = { LANG: 'C', LC_ALL: 'C' } as const;

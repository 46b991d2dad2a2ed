import type { Finding } from '../../finding.ts';
import type { Check } from './check.ts';
import type { FolderFact, HostFacts, HostInput } from './facts.ts';

/** Paths of Windows' own interfaces without the \\?\ prefix (MAX_PATH is 260 with the final zero). */
const longestPath = 259;
const onWindows = ({ platform }: HostInput) => platform === 'win32';

/**
 * Vagrant's Ruby turns paths into the console's code page and back, and stumbles over letters that it lacks (Vagrant
 * issues 2113, 2465, 11431). Elsewhere paths are UTF-8 throughout.
 */
export const pathsAscii: Check = {
  id: 'paths-ascii',
  about: 'folders of Vagrant and VirtualBox in ASCII',
  applies: onWindows,
  look(facts) {
    return facts.folders
      .filter(({ path }) => !/^[\x20-\x7e]*$/.test(path))
      .map(
        (folder): Finding => ({
          code: 'path.not-ascii',
          severity: folder.what === 'machines' ? 'warns' : 'blocks',
          symptom: 'Vagrant ends with "incompatible character encodings", or does not find its own files.',
          cause: `${described(folder)} has letters outside ASCII: ${folder.path}`,
          remedy: moved(folder, facts),
        }),
      );
  },
};

export const pathsShort: Check = {
  id: 'paths-length',
  about: 'folders with paths that are short enough',
  applies: onWindows,
  look(facts, input) {
    return facts.folders
      .filter(({ what, path }) => path.length + deepest(what, input.plan) > longestPath)
      .map(
        (folder): Finding => ({
          code: 'path.too-long',
          severity: 'warns',
          symptom: 'Files cannot be made, with "No such file or directory" for folders that are there.',
          cause: `${described(folder)} has ${folder.path.length} characters, and files below it would pass Windows' limit of ${longestPath}: ${folder.path}`,
          remedy: moved(folder, facts),
        }),
      );
  },
};

/** VirtualBox's own default, "VirtualBox VMs", has one: it copes. */
export const pathsWithoutSpaces: Check = {
  id: 'paths-spaces',
  about: 'folders of Vagrant without spaces',
  applies: onWindows,
  look(facts) {
    return facts.folders
      .filter(({ what, path }) => what !== 'machines' && path.includes(' '))
      .map(
        (folder): Finding => ({
          code: 'path.spaces',
          severity: 'warns',
          symptom: 'Plugins and tools beside Vagrant may take half of a path for the whole.',
          cause: `${described(folder)} has a space: ${folder.path}`,
          remedy: moved(folder, facts),
        }),
      );
  },
};

function described({ what }: FolderFact): string {
  switch (what) {
    case 'state':
      return "The lab's state folder";
    case 'vagrant-home':
      return "Vagrant's folder (VAGRANT_HOME, else .vagrant.d in the user's)";
    case 'machines':
      return "VirtualBox's machine folder";
  }
}

function moved({ what }: FolderFact, { virtualBox }: HostFacts): string {
  switch (what) {
    case 'state':
      return 'setx SWARMLAB_HOME C:\\swarmlab, then a new terminal';
    case 'vagrant-home':
      return 'setx VAGRANT_HOME C:\\vagrant.d, then a new terminal';
    case 'machines': {
      const program = virtualBox.kind === 'missing' ? 'VBoxManage' : virtualBox.file;
      return `"${program}" setproperty machinefolder C:\\vms`;
    }
  }
}

/** Characters of the longest path below a folder. */
function deepest(what: FolderFact['what'], { lab, nodes }: HostInput['plan']): number {
  const node = Math.max(0, ...nodes.map(({ name }) => name.length));
  switch (what) {
    case 'state':
      return '\\vagrant\\.vagrant\\machines\\'.length + node + '\\virtualbox\\action_cloud_init'.length;
    case 'vagrant-home':
      return '\\boxes\\swarmlab-VAGRANTSLASH-debian12\\10.10.10\\amd64\\virtualbox\\box-disk001.vmdk'.length;
    case 'machines':
      return (
        '\\swarmlab---0123456789\\Snapshots\\{00000000-0000-0000-0000-000000000000}.vmdk'.length + lab.length + node
      );
  }
}

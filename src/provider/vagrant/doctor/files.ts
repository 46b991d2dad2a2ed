import type { Finding } from '../../finding.ts';
import { always, type Check } from './check.ts';

/** A shell on a machine takes the CR for part of the line: `/bin/sh^M: bad interpreter`. */
export const lineEndings: Check = {
  id: 'line-endings',
  about: 'scripts for the machines with LF',
  applies: always,
  look({ crlfScripts }) {
    if (crlfScripts === null) return null;
    if (crlfScripts.length === 0) return [];
    const [first, ...others] = crlfScripts;
    return [
      {
        code: 'checkout.crlf',
        severity: 'warns',
        symptom:
          'A plain "vagrant up" in the checkout fails with "bad interpreter" or "not found" for lines that are there.',
        cause: `git wrote CRLF into scripts for Linux: ${first}${others.length === 0 ? '' : ` and ${others.length} more`}. swarmlab itself sends LF whatever they have.`,
        remedy: 'clone it anew with: git clone -c core.autocrlf=false ADDRESS',
      },
    ];
  },
};

export const boxFile: Check = {
  id: 'box',
  about: 'the box file and its checksum',
  applies: always,
  look({ box }, { plan }): readonly Finding[] {
    const wanted = plan.vagrant.box.sha256?.toLowerCase() ?? null;
    switch (box.kind) {
      case 'not-local':
      case 'added':
        return [];
      case 'missing':
        return [
          {
            code: 'box.missing',
            severity: 'blocks',
            symptom: '"vagrant up" cannot add the box.',
            cause: `There is no file ${box.file}, which the config names as the box.`,
            remedy: 'copy the box there (from the USB stick or share), or correct "box" or "boxUrl" in swarmlab.yaml',
          },
        ];
      case 'file':
        if (wanted === null || box.sha256 === null || box.sha256 === wanted) return [];
        return [
          {
            code: 'box.checksum',
            severity: 'blocks',
            symptom: '"vagrant up" refuses the box, or a VM of it does not boot.',
            cause: `${box.file} has the SHA-256 ${box.sha256}, "sha256" says ${wanted}: the copy is not whole, or of another version.`,
            remedy:
              'copy the box anew and compare: certutil -hashfile FILE SHA256 on Windows, sha256sum FILE elsewhere',
          },
        ];
      default:
        return box satisfies never;
    }
  },
};

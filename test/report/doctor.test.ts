import { expect, it } from 'vitest';
import { doctorExitStatus, renderDoctor, summarizeDoctor } from '../../src/report/doctor.ts';
import { doctorDocumentSchema } from '../../src/report/doctor-schema.ts';
import type { DoctorDocument } from '../../src/report/documents.ts';

const check = { subject: 'machine', id: 'memory', about: 'memory for the VMs', outcome: 'well' } as const;
const lab = { subject: 'lab', id: 'clocks', about: "the nodes' clocks agree", outcome: 'well' } as const;
const finding = {
  subject: 'machine',
  code: 'virtualbox.missing',
  severity: 'blocks',
  symptom: 'No VM can be made: there is no program VBoxManage.',
  cause: 'VirtualBox is not installed, or not where its installer puts it, which is a folder below Program Files.',
  remedy: 'choco install -y virtualbox, as administrator, then a new terminal',
} as const;
const well: DoctorDocument = {
  schema: 'swarmlab/doctor@1',
  lab: 'default',
  provider: 'vagrant',
  platform: 'win32',
  labIsThere: true,
  findings: [],
  checked: [check, lab],
  durationMs: 1234,
};
const found: DoctorDocument = {
  ...well,
  findings: [finding, { ...finding, subject: 'lab', code: 'lab.clock-skew', severity: 'warns' }],
  checked: [
    { ...check, outcome: 'finding' },
    { ...lab, outcome: 'not-examined' },
  ],
};

it.each<[DoctorDocument, number, string]>([
  [well, 0, 'This machine is fit for provider vagrant. The lab is well.'],
  [{ ...well, labIsThere: false }, 0, 'This machine is fit for provider vagrant. There is no lab named default yet.'],
  [
    { ...well, checked: [{ ...check, outcome: 'not-examined' }, lab] },
    3,
    'This machine is fit for provider vagrant, as far as could be examined. The lab is well.',
  ],
  [found, 1, '2 findings, 1 of them blocks: virtualbox.missing, lab.clock-skew.'],
  [{ ...found, findings: found.findings.slice(0, 1) }, 1, '1 finding, it blocks: virtualbox.missing.'],
  [{ ...found, findings: found.findings.slice(1) }, 1, '1 finding, it does not block: lab.clock-skew.'],
])('answers in its first line, %#', (document, exitStatus, line) => {
  expect(summarizeDoctor(document)).toBe(line);
  expect(doctorExitStatus(document)).toBe(exitStatus);
});

it('shows what one sees, why, what to do, and what is not known, in 80 columns', () => {
  expect(renderDoctor(found)).toBe(`2 findings, 1 of them blocks: virtualbox.missing, lab.clock-skew.

BLOCKS  virtualbox.missing
  see  No VM can be made: there is no program VBoxManage.
  why  VirtualBox is not installed, or not where its installer puts it, which is
       a folder below Program Files.
  do   choco install -y virtualbox, as administrator, then a new terminal

WARNS  lab.clock-skew
  see  No VM can be made: there is no program VBoxManage.
  why  VirtualBox is not installed, or not where its installer puts it, which is
       a folder below Program Files.
  do   choco install -y virtualbox, as administrator, then a new terminal

Could not be examined: the nodes' clocks agree.

2 checks in 1.2 s; swarmlab doctor --json lists them.
`);
});

it('has a schema that takes a document whole and refuses an unknown key', () => {
  expect(doctorDocumentSchema.parse(JSON.parse(JSON.stringify(found)))).toEqual(found);
  expect(doctorDocumentSchema.safeParse({ ...found, more: 1 }).success).toBe(false);
});

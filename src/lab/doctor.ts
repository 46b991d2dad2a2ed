import { readFile } from 'node:fs/promises';
import { LabError } from '../core/errors.ts';
import type { LabPlan } from '../plan/types.ts';
import type { DoctorCheck, DoctorDocument } from '../report/documents.ts';
import type { LabContext } from './context.ts';
import { labChecks } from './doctor/lab-checks.ts';
import { collectLabFacts } from './doctor/lab-collect.ts';
import { type Examined, examineMachine, type MachineInput } from './doctor/machine.ts';
import { providerOf } from './open.ts';
import { type LabState, labDir, readState } from './state.ts';

export type { MachineInput } from './doctor/machine.ts';

/** What the config and the command line plan; a lab that is there goes by its own plan unless `insists`. */
export interface Wanted {
  plan(): LabPlan;
  insists: boolean;
}

/** Whether this machine can carry the lab, and whether the lab, where there is one, is well. Changes nothing. */
export async function doctor(context: LabContext, machine: MachineInput, wanted: Wanted): Promise<DoctorDocument> {
  const startedAt = performance.now();
  const known = await readKnown(context);
  const state = known instanceof LabError ? null : known;
  const plan = state === null || wanted.insists ? wanted.plan() : state.plan;
  const stateDir = labDir(context.stateHome, context.lab);
  const [ofMachine, ofLab] = await Promise.all([
    examineMachine(plan, stateDir, machine, context.signal),
    state === null ? [] : examineLab(context, state),
  ]);
  const broken = known instanceof LabError ? [brokenState(known)] : [];
  const parts = [
    ...ofMachine.map((one) => ({ ...one, subject: 'machine' as const })),
    ...[...broken, ...ofLab].map((one) => ({ ...one, subject: 'lab' as const })),
  ];
  return {
    schema: 'swarmlab/doctor@1',
    lab: context.lab,
    provider: plan.provider,
    platform: machine.platform,
    labIsThere: known !== null,
    findings: parts.flatMap(({ subject, findings }) => (findings ?? []).map((finding) => ({ subject, ...finding }))),
    checked: parts.map(({ subject, id, about, findings }): DoctorCheck => {
      const outcome = findings === null ? 'not-examined' : findings.length > 0 ? 'finding' : 'well';
      return { subject, id, about, outcome };
    }),
    durationMs: Math.round(performance.now() - startedAt),
  };
}

async function readKnown(context: LabContext): Promise<LabState | LabError | null> {
  try {
    return await readState(context.stateHome, context.lab);
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
}

function brokenState(error: LabError): Examined {
  return {
    id: 'state',
    about: "the lab's state can be read",
    findings: [
      {
        code: error.code,
        severity: 'blocks',
        symptom: 'No verb can work with the lab.',
        cause: `${error.message}.`,
        remedy: error.hint ?? 'swarmlab down',
      },
    ],
  };
}

async function examineLab(context: LabContext, state: LabState): Promise<readonly Examined[]> {
  const lab = { plan: state.plan, state, provider: await providerOf(context, state) };
  const facts = await collectLabFacts(context, lab, {
    readText: (file) => readFile(file, 'utf8').catch(() => null),
  });
  return labChecks.map(({ id, about, look }) => ({ id, about, findings: look(facts) }));
}

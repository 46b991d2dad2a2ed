import { box } from './box.ts';
import { bundle } from './bundle.ts';
import { completion } from './completion.ts';
import { diff } from './diff.ts';
import { doctor } from './doctor.ts';
import { down } from './down.ts';
import { env } from './env.ts';
import { exec } from './exec.ts';
import { experiments } from './experiments.ts';
import { explain } from './explain.ts';
import { fault } from './fault.ts';
import { halt } from './halt.ts';
import { ports } from './ports.ts';
import { predict } from './predict.ts';
import { probe } from './probe.ts';
import { run } from './run.ts';
import { schema } from './schema.ts';
import { scope } from './scope.ts';
import { snapshot } from './snapshot.ts';
import { ssh } from './ssh.ts';
import { sshConfig } from './ssh-config.ts';
import { status } from './status.ts';
import { up } from './up.ts';
import type { Verb } from './verb.ts';

/** Every verb that is built, in the order of help. */
export const verbs: readonly Verb[] = [
  up,
  status,
  scope,
  experiments,
  run,
  predict,
  probe,
  explain,
  ports,
  fault,
  doctor,
  ssh,
  exec,
  sshConfig,
  env,
  halt,
  snapshot,
  down,
  box,
  bundle,
  diff,
  schema,
  completion,
];

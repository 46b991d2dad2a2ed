/** `blocks`: a lab would not come up. `warns`: it may come up, and hurt later. */
export type Severity = 'blocks' | 'warns';

/** Something about a machine or a lab that a person should mend. All texts are one or two sentences without a line break. */
export interface Finding {
  /** Dotted, stable, listed in docs/doctor.md; scripts may match on it. */
  code: string;
  severity: Severity;
  /** What one would see if nothing were done, with the values of this machine. */
  symptom: string;
  cause: string;
  /** What to do: a line to type where there is one. */
  remedy: string;
}

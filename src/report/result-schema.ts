import { z } from '../core/zod.ts';
import { doctorDocumentSchema } from './doctor-schema.ts';
import { explainDocumentSchema } from './explain-schema.ts';
import { faultsDocumentSchema } from './faults-schema.ts';
import { predictDocumentSchema } from './predict-schema.ts';
import { probeDocumentSchema, runDocumentSchema } from './run-schema.ts';
import { scopeDocumentSchema } from './schema.ts';

/** What `scope`, `run`, `probe`, `doctor`, `predict`, `fault` and `explain` print with --json; `schema` tells them apart. */
export const resultDocumentSchema = z.discriminatedUnion('schema', [
  scopeDocumentSchema,
  runDocumentSchema,
  probeDocumentSchema,
  doctorDocumentSchema,
  predictDocumentSchema,
  faultsDocumentSchema,
  explainDocumentSchema,
]);

/** For editors and readers of results: schema/result.schema.json. */
export function resultJsonSchema(): unknown {
  return z.toJSONSchema(resultDocumentSchema);
}

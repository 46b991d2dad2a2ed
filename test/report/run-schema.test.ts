import { expect, it } from 'vitest';
import { resultDocumentSchema } from '../../src/report/result-schema.ts';
import type { StepResult } from '../../src/verdict/run-types.ts';
import { probeDocument } from './probe-documents.ts';
import { check, checkStep, experiment, probeStep, runDocument, skippedExperiment } from './run-documents.ts';
import { scopeDocument } from './scope-documents.ts';

const withReasons = (step: StepResult): StepResult => ({
  ...step,
  cells: step.cells.map((cell) => ({ ...cell, because: 'they share a bridge', see: null })),
});

const run = runDocument([
  skippedExperiment('ipvlan-l2', 'ipvlan'),
  experiment('one', [withReasons(probeStep('By name', 'name', '  a b\na yes no')), checkStep('Members', [check()])], {
    kept: { undo: 'swarmlab run --undo one' },
    failure: { code: 'engine.api', message: 'no', hint: null },
    containers: [{ name: 'a', node: 'm1', addresses: { bridge: '10.128.0.2' } }],
  }),
]);
const documents = [scopeDocument(), run, probeDocument()];

it.each(documents.map((document) => [document.schema, document] as const))('takes %s whole', (_schema, document) => {
  expect(resultDocumentSchema.parse(JSON.parse(JSON.stringify(document)))).toEqual(document);
});

it.each(documents.map((document) => [document.schema, document] as const))(
  'refuses a key of %s that it does not know',
  (_schema, document) => {
    expect(resultDocumentSchema.safeParse({ ...document, more: 1 }).success).toBe(false);
  },
);

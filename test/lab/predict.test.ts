import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { resolveConfig } from '../../src/config/resolve.ts';
import { runStepsSilently } from '../../src/core/steps.ts';
import { loadCatalogue } from '../../src/experiment/language/catalogue.ts';
import { predict } from '../../src/lab/predict.ts';

it('foretells the whole catalogue for virtual machines, of which none is made for one experiment alone', async () => {
  const stateHome = await mkdtemp(join(tmpdir(), 'swarmlab-predict-'));
  try {
    const context = {
      stateHome,
      lab: 'default',
      signal: new AbortController().signal,
      runSteps: runStepsSilently,
      note: () => undefined,
    };
    const experiments = await loadCatalogue();
    const config = { ...resolveConfig({}), provider: 'vagrant' as const };
    const document = await predict(context, experiments, { config, engine: null });
    expect(document.provider).toBe('vagrant');
    expect(document.totals.disagree).toBe(0);
    const own = experiments.filter(({ ownLab }) => ownLab !== null).map(({ id }) => id);
    expect(own.length).toBeGreaterThan(5);
    const ofOwn = document.experiments.filter(({ id }) => own.includes(id));
    expect(ofOwn.map(({ skipped }) => skipped?.missing[0]?.what)).toEqual(own.map(() => 'a lab of its own'));
    expect(ofOwn.flatMap(({ steps }) => steps.flatMap(({ probes }) => probes)).length).toBeGreaterThan(100);
  } finally {
    await rm(stateHome, { recursive: true, force: true });
  }
});

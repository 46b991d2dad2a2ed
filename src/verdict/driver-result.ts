import type { Fixture, MissingFeature } from '../experiment/scope/fixture.ts';
import type { DriverSeen } from '../experiment/scope/measure.ts';
import type { Circumstances } from '../model/expectation.ts';
import { worstVerdict } from './judge.ts';
import { reachOf } from './reach.ts';
import { cellsOf, emptyRings, fillRings } from './rings.ts';
import { sentenceOf } from './sentence.ts';
import type { DriverResult } from './types.ts';

/** The whole row of a driver that was measured, or that could not be. */
export function judgeDriver(fixture: Fixture, seen: DriverSeen, circumstances: Circumstances): DriverResult {
  const rings = fillRings(seen.cells, circumstances);
  const facts = { id: seen.driver, driver: fixture.dockerDriver, declaredScope: seen.declaredScope, rings };
  const cells = cellsOf(rings);
  const verdict = worstVerdict(cells.map(({ cell }) => cell.verdict));
  const unmeasured = cells.every(({ cell }) => cell.outcome === 'not-measured');
  const reason =
    cells.map(({ cell }) => cell.byProtocol.icmp.detail).find((detail) => detail !== '') ?? 'no reason was given';
  return {
    ...facts,
    options: seen.options,
    reach: reachOf(rings),
    sentence: unmeasured ? `Not measured: ${reason}` : sentenceOf(facts),
    verdict,
    skipped: null,
  };
}

/** The row of a driver that a node's kernel cannot carry: all rings there, every cell null. */
export function skipDriver(fixture: Fixture, missing: readonly MissingFeature[]): DriverResult {
  const rings = emptyRings();
  const sentence = skippedSentence(missing);
  return {
    id: fixture.driver,
    driver: fixture.dockerDriver,
    options: Object.fromEntries(fixture.networks.flatMap(({ spec }) => Object.entries(spec.options))),
    declaredScope: null,
    rings,
    reach: reachOf(rings),
    sentence,
    verdict: 'skipped',
    skipped: { sentence, missing },
  };
}

function skippedSentence(missing: readonly MissingFeature[]): string {
  const features = [...new Set(missing.map((one) => one.feature))];
  const nodes = [...new Set(missing.map((one) => one.node))];
  return `Skipped: the kernel of ${nodes.join(', ')} lacks ${features.join(', ')}.`;
}

import { expect, it } from 'vitest';
import { LabError } from '../../../src/core/errors.ts';
import { parseDriverIds } from '../../../src/experiment/scope/driver-ids.ts';
import { driverIds } from '../../../src/experiment/types.ts';

it('takes all drivers where none is named', () => {
  expect(parseDriverIds([])).toEqual(driverIds);
});

it("keeps the report's order and names each once", () => {
  expect(parseDriverIds(['overlay', 'host', 'overlay'])).toEqual(['host', 'overlay']);
});

it.each([
  ['macvaln', 'macvlan'],
  ['Overlay-encrypt', 'overlay-encrypted'],
  ['user-bridge', 'bridge-user'],
  ['bridge', 'bridge-default'],
  ['ipvlan_l3', 'ipvlan-l3'],
  ['none-network', null],
])('%s is wrong input, and suggests %s', (typed, meant) => {
  const error = thrownBy(() => parseDriverIds(['host', typed]));
  expect(error).toMatchObject({ code: 'scope.unknown-driver', exitStatus: 2 });
  expect(error.problems).toHaveLength(1);
  expect(error.problems[0]?.message).toContain(`"${typed}"`);
  expect(error.problems[0]?.hint).toBe(meant === null ? undefined : `did you mean ${meant}?`);
  expect(error.hint).toContain(meant === null ? 'bridge-default bridge-user host' : meant);
});

it('names every wrong id at once', () => {
  expect(thrownBy(() => parseDriverIds(['hots', 'overlap', 'none'])).problems).toHaveLength(2);
});

function thrownBy(act: () => unknown): LabError {
  try {
    act();
  } catch (error) {
    if (error instanceof LabError) return error;
  }
  throw new Error('no LabError was thrown');
}

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { failedName, restoredName, snapshotName } from '../../../src/core/restore/names.ts';

test.each([
  ['orders', '20261123-abcd', 'orders-rb-20261123-abcd', 'orders-failed-20261123-abcd'],
  ['Orders', 'R_1', 'orders-rb-r-1-ecc032bd', 'orders-failed-r-1-ecc032bd'],
])('%s in run %s becomes %s and %s', (id, run, restored, failed) => {
  expect(restoredName(id, run)).toBe(restored);
  expect(failedName(id, run)).toBe(failed);
});

test('a snapshot names target, purpose and run', () => {
  expect(snapshotName('orders', '20261123-abcd', 'start')).toBe('lockkeeper-orders-start-20261123-abcd');
});

const rdsIdentifier = /^[a-z](?:-?[a-z0-9])*$/;
const anyText = fc.oneof(fc.string({ maxLength: 300 }), fc.string({ unit: 'binary', maxLength: 80 }));
const identifier = fc.stringMatching(/^[a-zA-Z](-?[a-zA-Z0-9]){0,62}$/).filter((text) => text.length <= 63);

test('every name is a valid RDS identifier and keeps its infix, for any run id', () => {
  fc.assert(
    fc.property(identifier, anyText, (id, run) => {
      for (const [name, infix] of [
        [restoredName(id, run), '-rb-'],
        [failedName(id, run), '-failed-'],
      ] as const) {
        expect(name).toMatch(rdsIdentifier);
        expect(name.length).toBeLessThanOrEqual(63);
        expect(name).toContain(infix);
      }
    }),
  );
});

test('even an identifier that RDS would not take gives a valid name', () => {
  fc.assert(
    fc.property(anyText, anyText, (id, run) => {
      expect(restoredName(id, run)).toMatch(rdsIdentifier);
      expect(restoredName(id, run).length).toBeLessThanOrEqual(63);
    }),
  );
});

test('a snapshot name is valid for any target, run and purpose', () => {
  fc.assert(
    fc.property(anyText, anyText, anyText, (target, run, purpose) => {
      const name = snapshotName(target, run, purpose);
      expect(name).toMatch(rdsIdentifier);
      expect(name.length).toBeLessThanOrEqual(255);
    }),
  );
});

test('the same input gives the same name, the three names differ and none is the original', () => {
  fc.assert(
    fc.property(identifier, anyText, (id, run) => {
      expect(restoredName(id, run)).toBe(restoredName(id, run));
      expect(new Set([id.toLowerCase(), restoredName(id, run), failedName(id, run)]).size).toBe(3);
    }),
  );
});

test.each([
  ['a_b', 'a-b'],
  ['A', 'a'],
  ['x'.repeat(100), 'x'.repeat(101)],
  ['', '-'],
])('run ids %s and %s that look alike keep different names', (a, b) => {
  expect(restoredName('orders', a)).not.toBe(restoredName('orders', b));
  expect(snapshotName('orders', a, 'start')).not.toBe(snapshotName('orders', b, 'start'));
});

test('long identifiers that differ at the end keep different names', () => {
  const long = `a${'b'.repeat(61)}`;
  expect(restoredName(`${long}1`, 'run-1')).not.toBe(restoredName(`${long}2`, 'run-1'));
});

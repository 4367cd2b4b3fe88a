import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions } from '../../src/core/migration.ts';

describe('the order of versions', () => {
  it.each([
    ['2', '10', -1],
    ['1.9', '1.10', -1],
    ['042', '42', 0],
    ['1', '1.0', 0],
    ['1', '1.0.1', -1],
    ['1_2', '1.2', 0],
    ['20240101120000', '20240101120001', -1],
    ['99999999999999999998', '99999999999999999999', -1],
    ['abc', 'abd', -1],
    ['abc', 'abc', 0],
    ['9', 'abc', -1],
    ['1.9', '1.beta', -1],
    ['1', '1.beta', -1],
    ['ab12', 'ab2', -1],
  ])('of %s and %s is %s', (a, b, order) => {
    expect(compareVersions(a, b)).toBe(order);
    expect(compareVersions(b, a)).toBe(order === 0 ? 0 : -order);
  });

  it('is total: antisymmetric and transitive', () => {
    const part = fc.oneof(fc.nat(12).map(String), fc.constantFrom('0', '00', '01', 'a', 'b', 'A', 'rc1', ''));
    const version = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'));
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(compareVersions(a, a)).toBe(0);
        expect(compareVersions(a, b) + compareVersions(b, a)).toBe(0);
        const [first, second, third] = [a, b, c].toSorted(compareVersions);
        if (first !== undefined && second !== undefined && third !== undefined) {
          expect(compareVersions(first, second)).toBeLessThanOrEqual(0);
          expect(compareVersions(first, third)).toBeLessThanOrEqual(0);
          if (compareVersions(first, third) === 0) expect(compareVersions(first, second)).toBe(0);
        }
      }),
    );
  });
});

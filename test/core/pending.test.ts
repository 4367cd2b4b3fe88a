import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Applied, pendingDown, pendingUp } from '../../src/core/pending.ts';
import { migration } from '../support/statements.ts';

const version = (name: string, checksum = name) =>
  migration({ version: name, description: `v${name}`, checksum });
const repeatable = (name: string, checksum = name) =>
  migration({ version: '', description: name, repeatable: true, checksum });

const applied = (...names: string[]): Applied[] =>
  names.map((name) => {
    const [text = '', checksum = text.replace(/^R:/, '')] = name.split('@');
    const again = text.startsWith('R:');
    return {
      version: again ? '' : text,
      description: again ? text.slice(2) : `v${text}`,
      repeatable: again,
      checksum,
      appliedAt: '2026-01-01T00:00:00.000Z',
    };
  });

const names = (found: readonly { readonly version: string; readonly description: string }[]) =>
  found.map((each) => each.version || `R:${each.description}`);

const folder = [version('1'), version('2'), version('10'), repeatable('views'), repeatable('grants')];

describe('what is pending on the way up', () => {
  it.each<[string, Applied[], string | undefined, string[]]>([
    [
      'everything in an empty database, repeatable ones last',
      [],
      undefined,
      ['1', '2', '10', 'R:views', 'R:grants'],
    ],
    ['what is newer', applied('1', '2', 'R:views', 'R:grants'), undefined, ['10']],
    ['nothing when all is done', applied('1', '2', '10', 'R:views', 'R:grants'), undefined, []],
    [
      'a repeatable one that has changed',
      applied('1', '2', '10', 'R:views@old', 'R:grants'),
      undefined,
      ['R:views'],
    ],
    ['up to a version, which is no time for repeatable ones', [], '2', ['1', '2']],
    ['up to one that is written otherwise', [], 'V002', ['1', '2']],
    ['what was passed over before', applied('2'), '2', ['1']],
    ['nothing below the version asked for', applied('1', '2'), '1', []],
    ['nothing that is applied under another spelling', applied('001', '02', '10.0'), '10', []],
  ])('%s', (_name, done, to, expected) => {
    expect(names(pendingUp(folder, done, to).migrations)).toEqual(expected);
  });

  it('names what was merged late', () => {
    const { outOfOrder } = pendingUp(folder, applied('2'));
    expect(names(outOfOrder)).toEqual(['1']);
    expect(pendingUp(folder, applied('R:views')).outOfOrder).toEqual([]);
  });

  it('names applied files that were edited, whatever is asked for', () => {
    const { edited, migrations } = pendingUp(folder, applied('001@other', '2'), '1');
    expect(edited.map((each) => [each.migration.version, each.appliedAt])).toEqual([
      ['1', '2026-01-01T00:00:00.000Z'],
    ]);
    expect(migrations).toEqual([]);
  });

  it('names what is applied and has no file', () => {
    expect(names(pendingUp(folder, applied('1', '3', 'R:gone')).missing)).toEqual(['3', 'R:gone']);
  });
});

describe('what is pending on the way down', () => {
  it.each<[string, Applied[], string | undefined, string[]]>([
    [
      'everything that is applied, newest first',
      applied('10', '1', '2', 'R:views'),
      undefined,
      ['10', '2', '1'],
    ],
    ['what is above a version', applied('1', '2', '10'), '1', ['10', '2']],
    ['what is above one that is written otherwise', applied('1', '2', '10'), 'v01', ['10', '2']],
    ['all above nothing', applied('1', '2'), '0', ['2', '1']],
    ['nothing that is not applied', applied('1'), '1', []],
  ])('%s', (_name, done, to, expected) => {
    expect(names(pendingDown(folder, done, to).migrations)).toEqual(expected);
  });

  it('names edited and missing files among those it would take back', () => {
    const pending = pendingDown(folder, applied('1@x', '2@x', '3', '0', 'R:gone'), '1');
    expect(pending.edited.map((each) => each.migration.version)).toEqual(['2']);
    expect(names(pending.missing)).toEqual(['3']);
  });
});

it('goes up and down again to where it was, whatever was applied', () => {
  const versions = ['1', '1.1', '2', '10'];
  fc.assert(
    fc.property(fc.subarray(versions), fc.constantFrom(...versions), (done, to) => {
      const all = versions.map((each) => version(each));
      const up = names(pendingUp(all, applied(...done), to).migrations);
      expect(new Set([...done, ...up]).size).toBe(done.length + up.length);
      const down = names(pendingDown(all, applied(...done, ...up), to).migrations);
      const left = [...done, ...up].filter((each) => !down.includes(each));
      expect(names(pendingUp(all, applied(...left), to).migrations)).toEqual([]);
    }),
  );
});

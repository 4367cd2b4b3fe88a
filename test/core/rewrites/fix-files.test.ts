import { describe, expect, it } from 'vitest';
import { findMigrationRewrites } from '../../../src/app/find-rewrites.ts';
import { diffOf } from '../../../src/core/rewrites/diff.ts';
import { fixFiles } from '../../../src/core/rewrites/fix-files.ts';
import { migrationOf, postgres } from '../../support/planning.ts';

async function fixed(files: Readonly<Record<string, string>>) {
  const migration = migrationOf(files);
  const sources = Object.entries(files).map(([path, text]) => ({ path, text }));
  const changes = fixFiles(migration, sources, await findMigrationRewrites(postgres, migration));
  return Object.fromEntries((changes ?? []).map(({ path, after }) => [path, after]));
}

const down = { 'U1__x.sql': 'SELECT 1;\n' };

describe('the files of a migration, mended', () => {
  it('are its script alone where SQL can say it, cut into transactions where it was one', async () => {
    expect(await fixed({ 'V1__x.sql': 'ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0);\n' })).toEqual({
      'V1__x.sql':
        'BEGIN;\nALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;\nCOMMIT;\nBEGIN;\nALTER TABLE t VALIDATE CONSTRAINT c;\nCOMMIT;\n',
    });
    expect(await fixed({ ...down, 'V1__x.sql': 'CREATE INDEX i ON t (a);\n' })).toEqual({
      'V1__x.sql': 'CREATE INDEX CONCURRENTLY i ON t (a);\n',
    });
  });

  it('are the entries of a manifest, whose comments stay', async () => {
    const manifest = `# why
expand:
  # first
  - CREATE TABLE n (a int)
  - CREATE INDEX n_a ON n (a) # new, so that nobody waits
  - CREATE INDEX t_a ON t (a)
contract:
  after: deployment
  sql:
    - ALTER TABLE t ALTER a SET NOT NULL
    - DROP TABLE old
`;
    expect(await fixed({ ...down, 'V1__x.yaml': manifest })).toEqual({
      'V1__x.yaml': `# why
expand:
  # first
  - CREATE TABLE n (a int)
  - CREATE INDEX n_a ON n (a) # new, so that nobody waits
  - CREATE INDEX CONCURRENTLY t_a ON t (a)
contract:
  after: deployment
  sql:
    - ALTER TABLE t ADD CONSTRAINT t_a_is_set CHECK (a IS NOT NULL) NOT VALID
    - ALTER TABLE t VALIDATE CONSTRAINT t_a_is_set
    - ALTER TABLE t ALTER COLUMN a SET NOT NULL
    - ALTER TABLE t DROP CONSTRAINT t_a_is_set
    - DROP TABLE old
`,
    });
  });

  it('get a backfill where rows are to be filled, in the manifest that is there or a new one', async () => {
    const add = 'ALTER TABLE t ADD COLUMN k uuid DEFAULT gen_random_uuid();\n';
    const fresh = await fixed({ '1_x.up.sql': add, '1_x.down.sql': 'ALTER TABLE t DROP COLUMN k;\n' });
    expect(fresh['1_x.up.sql']).toBe(
      'ALTER TABLE t ADD COLUMN k uuid;\nALTER TABLE t ALTER COLUMN k SET DEFAULT gen_random_uuid();\n',
    );
    expect(fresh['1_x.yaml']).toBe(
      'backfill:\n  - table: t\n    set:\n      k: gen_random_uuid()\n    where: k IS NULL\n    keep_current: false\n' +
        'checks:\n  after:\n    - no_nulls:\n        table: t\n        columns:\n          - k\n',
    );
    const kept = await fixed({
      ...down,
      'V1__x.sql': add.replace(';', ', ADD CHECK (a > 0);'),
      'V1__x.yaml':
        'summary: keys # for all\nchecks: { after: [{ row_count: { table: t, unchanged: true } }] }\n',
    });
    expect(kept['V1__x.yaml']).toMatch(/^summary: keys # for all\n/);
    expect(migrationOf({ ...down, ...kept } as Record<string, string>).manifest).toMatchObject({
      checks: { after: [{ value: { check: 'row_count' } }, { value: { check: 'no_nulls' } }] },
      backfills: [{ set: { k: 'gen_random_uuid()' }, keepCurrent: false }],
    });
  });

  it('stay as they are where there is nothing to mend', async () => {
    expect(await fixed({ ...down, 'V1__x.sql': 'ALTER TABLE t ADD COLUMN a int;\n' })).toEqual({});
    expect(
      await fixed({
        ...down,
        'V1__x.yaml': 'expand: ["CREATE INDEX i ON t (a); CREATE INDEX j ON t (b)"]\n',
      }),
    ).toEqual({});
  });
});

describe('a diff', () => {
  it('keeps two lines around what changes', () => {
    const lines = (text: string) => text.split('').join('\n');
    const shown = diffOf(lines('abcdefgh'), lines('abcXefgY')).map(({ sign, text }) => sign + text);
    expect(shown).toEqual([' b', ' c', '-d', '+X', ' e', ' f', ' g', '-h', '+Y']);
    expect(diffOf('same', 'same')).toEqual([]);
  });
});

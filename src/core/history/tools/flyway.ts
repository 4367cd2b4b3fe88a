import { compareVersions } from '../../migration.ts';
import { type EntryOf, type Found, type HistoryRow, now, type ToolHistory } from '../tool-history.ts';

/** Flyway: a row for each migration, and for what was done about them since. */
export const flyway: ToolHistory<EntryOf<'flyway'>> = {
  table: {
    schema: null,
    name: 'flyway_schema_history',
    columns: ['installed_rank', 'version', 'description', 'type', 'checksum', 'installed_on', 'success'],
    orderBy: ['installed_rank'],
  },
  refuse(rows) {
    const failed = rows.find((row) => row.success === 'f' || row.success === '0');
    if (failed === undefined) return null;
    return `${failed.version ?? failed.description} has failed by its own account; put it right, then: flyway repair`;
  },
  find: (rows, all) => all.map((entry) => findOne(rows, entry)),
  keep(entry, direction) {
    const { version, description, script, checksum } = entry;
    const key = version === null ? { version: null, description } : { version };
    if (direction === 'down') return [{ does: 'remove', where: key }];
    const add = {
      does: 'add',
      values: {
        installed_rank: { is: 'next', column: 'installed_rank' },
        version,
        description,
        type: 'SQL',
        script,
        checksum,
        installed_by: { is: 'user' },
        installed_on: now,
        execution_time: 0,
        success: true,
      },
      unless: key,
    } as const;
    // Of a repeatable one the last checksum counts.
    return version === null ? [{ does: 'remove', where: key }, add] : [add];
  },
};

function findOne(
  rows: readonly HistoryRow[],
  { version, description, checksum }: EntryOf<'flyway'>,
): Found | null {
  const own = rows.filter((row) =>
    version === null
      ? row.version === null && row.description === description
      : typeof row.version === 'string' && compareVersions(row.version, version) === 0,
  );
  const last = own.at(-1);
  if (last === undefined || /^(?:UNDO|DELETE)/.test(last.type ?? '')) {
    const baseline = rows.find((row) => isBaselineOf(row, version));
    return last === undefined && baseline !== undefined
      ? { at: baseline.installed_on ?? null, edited: false }
      : null;
  }
  const known = last.checksum ?? null;
  return { at: last.installed_on ?? null, edited: known !== null && Number(known) !== checksum };
}

/** A baseline stands for every version up to its own. */
const isBaselineOf = ({ type, version }: HistoryRow, wanted: string | null): boolean =>
  /BASELINE$/.test(type ?? '') &&
  typeof version === 'string' &&
  wanted !== null &&
  compareVersions(wanted, version) <= 0;

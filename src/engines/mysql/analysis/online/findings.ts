import type { Finding } from '../../../../core/analysis/statement.ts';
import { finding } from '../findings.ts';
import type { OnlineChoice } from './choose-online.ts';
import { isConditional, type OperationName, type Way, waysOf } from './operations.ts';
import { describeServer, type OnlineServer } from './version.ts';

const spoken = (name: OperationName): string => name.replaceAll('-', ' ');

/**
 * What the server makes of one operation on a table that others use; null where it does not take long.
 * @param server null for what any server may make of it
 */
export function operationFinding(
  table: string,
  name: OperationName,
  server: OnlineServer | null,
): Finding | null {
  const ways = waysOf(name, server);
  const where = (holds: (way: Way) => boolean) => {
    const places = ways.filter(({ way }) => holds(way));
    return server === null && places.length === ways.length
      ? 'every server'
      : places.map((place) => place.where).join(' and ');
  };
  const blocks = ({ algorithm, lock }: Way) => algorithm === 'COPY' || lock === 'SHARED';
  if (isConditional(name)) return dependsOnColumn(table);
  if (ways.some(({ way }) => blocks(way))) {
    return finding(
      'blocks-writers',
      'danger',
      `nobody can write to ${table} while it is worked on, as long as it is large (${spoken(name)}: ${where(blocks)})`,
      'Make a shadow table: a new table of the wanted shape, filled by a backfill and kept current, and swapped by RENAME TABLE in the contract phase.',
    );
  }
  const rebuilds = ({ rebuilds }: Way) => rebuilds;
  if (!ways.some(({ way }) => rebuilds(way))) return null;
  return finding(
    'table-rebuild',
    ways.every(({ way }) => rebuilds(way)) ? 'warning' : 'note',
    `${table} is written anew beside running writes (${spoken(name)}: ${where(rebuilds)}), which takes space and holds up replicas`,
    'Where replicas must not lag, do it in a new table that is filled by a backfill.',
  );
}

/** How the server will be asked, and why so. */
export function askedOnline(choice: OnlineChoice, server: OnlineServer): Finding {
  const [best = '', ...others] = choice.clauses;
  const left = choice.instantChangesLeft;
  const versions =
    left === null
      ? ''
      : left === 0
        ? ', whose rows take no further instant version'
        : `, whose rows take ${left} more instant ${left === 1 ? 'version' : 'versions'}`;
  const then = others.length === 0 ? '' : `; if it refuses, for ${others.join(', then ')}`;
  return finding(
    'online-clauses',
    'note',
    `${describeServer(server)} is asked for ${best} on ${choice.table}${versions} (${choice.because.map(spoken).join(', ')}: ${meaning(best)})${then}; it may not copy the table`,
    'To have it done in another way, write ALGORITHM and LOCK yourself: they are left as they are.',
  );
}

function meaning(clause: string): string {
  if (clause.endsWith('INSTANT')) return 'the rows are not touched';
  if (clause.endsWith('SHARED')) return 'nobody writes meanwhile';
  return clause.includes('NOCOPY')
    ? 'beside running writes, and the rows are not written anew'
    : 'beside running writes';
}

const dependsOnColumn = (table: string): Finding =>
  finding(
    'depends-on-column',
    'warning',
    `whether ${table} has to be copied depends on what the column is now: the server is asked to refuse a copy, during which nobody could write`,
    'To change a type, add a column, fill it by a backfill and drop the old one in the contract phase; to accept the copy, write ALGORITHM=COPY.',
  );

export const acceptedCopy = (table: string): Finding =>
  finding(
    'blocks-writers',
    'danger',
    `ALGORITHM=COPY or a LOCK clause lets nobody write to ${table} while it is worked on`,
    'Leave the clause out: Lockkeeper asks for the best way that the server knows.',
  );

import type { Finding } from '../../../../core/analysis/statement.ts';
import { blocksWriters } from '../rules/blocks-writers.ts';
import { dependsOnColumn } from '../rules/depends-on-column.ts';
import { asked } from '../rules/online-clauses.ts';
import { tableRebuild } from '../rules/table-rebuild.ts';
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
    return blocksWriters(table, `${spoken(name)}: ${where(blocks)}`);
  }
  const rebuilds = ({ rebuilds }: Way) => rebuilds;
  if (!ways.some(({ way }) => rebuilds(way))) return null;
  const everywhere = ways.every(({ way }) => rebuilds(way));
  return tableRebuild(table, `${spoken(name)}: ${where(rebuilds)}`, everywhere);
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
  return asked(
    `${describeServer(server)} is asked for ${best} on ${choice.table}${versions} (${choice.because.map(spoken).join(', ')}: ${meaning(best)})${then}; it may not copy the table`,
  );
}

function meaning(clause: string): string {
  if (clause.endsWith('INSTANT')) return 'the rows are not touched';
  if (clause.endsWith('SHARED')) return 'nobody writes meanwhile';
  return clause.includes('NOCOPY')
    ? 'beside running writes, and the rows are not written anew'
    : 'beside running writes';
}

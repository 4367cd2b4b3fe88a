import { dollarQuoted, literal, quoteIdentifier, quoteTable } from '../quote.ts';
import type { Mapping } from './mapping.ts';
import { type Mirror, mirrorEvents, mirrorTrigger, typed } from './mirror.ts';
import type { Places } from './places.ts';
import { rowName, sameKey } from './rows.ts';

/** PL/pgSQL: fails when a write was let pass that the other table refused. What it says names no value. */
export const refuseRefusedWrites = (table: string, refusedWrites: string, way: Mirror['way']): string => {
  const refused = `${quoteTable(refusedWrites)} w WHERE w.way = ${literal(way)}`;
  const other = way === 'carry' ? 'new' : 'old';
  return `  IF EXISTS (SELECT FROM ${refused}) THEN
    RAISE EXCEPTION USING ERRCODE = 'LK002', MESSAGE = (
      SELECT pg_catalog.format('the ${other} table refuses %s of the writes to %s, the first with SQLSTATE %s%s',
        pg_catalog.count(*) OVER (), ${literal(table)}, w.sqlstate, ' (' || w.name || ')')
      FROM ${refused} ORDER BY w.at LIMIT 1);
  END IF;`;
};

/** PL/pgSQL: fails unless every write to the table was carried into the other one. */
const refuseMissedWrites = (places: Places, on: string, way: Mirror['way']): string => {
  const names = mirrorEvents.map((event) => literal(mirrorTrigger(places, way, event)));
  return `  IF (SELECT pg_catalog.count(*) FROM pg_catalog.pg_trigger t
      WHERE t.tgrelid = ${literal(quoteTable(on))}::regclass AND t.tgenabled = 'A'
        AND t.tgname IN (${names.join(', ')})) <> ${names.length} THEN
    RAISE EXCEPTION USING ERRCODE = 'LK002', MESSAGE = 'a trigger that carries the writes to ${on.replaceAll("'", "''")} was dropped or switched off';
  END IF;
${refuseRefusedWrites(on, places.refusedWrites, way)}`;
};

/**
 * Before any lock is asked for. Who looks at the database with a snapshot from before the last rows were carried would
 * find a table without them under the name: such a session is waited for as one that holds a lock.
 */
export const nobodyLooksBackText = (): string =>
  `DO ${dollarQuoted(`BEGIN
  IF EXISTS (
    SELECT FROM pg_catalog.pg_stat_activity s
    WHERE s.datname = pg_catalog.current_database() AND s.pid <> pg_catalog.pg_backend_pid()
      AND s.backend_type = 'client backend' AND pg_catalog.age(s.backend_xmin) >= (
        SELECT pg_catalog.min(pg_catalog.age(p.xmin)) FROM lockkeeper.partition p JOIN lockkeeper.run r USING (run_id)
        WHERE r.concluded_at IS NULL)
  ) THEN
    RAISE EXCEPTION USING ERRCODE = '55P03',
      MESSAGE = 'a session still sees the database as it was before the last rows were carried';
  END IF;
END`)}`;

/** For the moment in which nobody can write: all that was written has been carried. */
export const nothingMissedText = (places: Places, way: Mirror['way']): string =>
  `DO ${dollarQuoted(`BEGIN\n${refuseMissedWrites(places, places.live, way)}\nEND`)}`;

/**
 * Before the old table comes back: it holds every row of the new one. A row that was not written since the swap is what
 * the new one was made of; one that was is what the new one was made into. Both tables are read in one snapshot.
 */
export function keptHoldsAllText(
  places: Places,
  { up, down, key }: { readonly up: Mapping; readonly down: Mapping; readonly key: readonly string[] },
): string {
  const alias = rowName(places.live);
  const side = (
    table: string,
    keys: readonly string[],
    forth: readonly string[],
    back: readonly string[],
  ) => {
    const named = keys.map((name, index) => `${quoteIdentifier(name)} AS ${quoteIdentifier(`lk_k${index}`)}`);
    return `(SELECT ${named.join(', ')}, ROW(${forth.join(', ')}) AS lk_up, ROW(${back.join(', ')}) AS lk_down
     FROM ${quoteTable(table)} AS ${alias})`;
  };
  const held = (mapping: Mapping) => mapping.columns.map(({ name }) => quoteIdentifier(name));
  const computed = (mapping: Mapping) => mapping.columns.map(typed);
  const joined = key.map((_, index) => `lk_k${index}`);
  const body = `
#variable_conflict use_column
DECLARE
  lk_differences bigint;
BEGIN
${refuseMissedWrites(places, places.live, 'return')}
  SELECT pg_catalog.count(*) INTO lk_differences FROM
    ${side(places.kept, key, computed(up), held(down))} lk_old
    FULL JOIN ${side(places.live, up.key, held(up), computed(down))} lk_new ON ${sameKey('lk_old', joined, 'lk_new', joined)}
    WHERE lk_old.lk_k0 IS NULL OR lk_new.lk_k0 IS NULL
       OR (lk_old.lk_up OPERATOR(pg_catalog.*<>) lk_new.lk_up AND lk_old.lk_down OPERATOR(pg_catalog.*<>) lk_new.lk_down);
  IF lk_differences > 0 THEN
    RAISE EXCEPTION USING ERRCODE = 'LK003',
      MESSAGE = pg_catalog.format('%s rows differ between the new and the old table: going back would lose them', lk_differences);
  END IF;
END
`;
  return `DO ${dollarQuoted(body)}`;
}

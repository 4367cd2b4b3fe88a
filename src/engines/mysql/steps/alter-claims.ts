import { cutAtCommas } from '../analysis/cursor.ts';
import type { Token } from '../analysis/tokens.ts';
import type { Claim } from './alone-statement.ts';
import { type QualifiedName, Reader } from './reader.ts';

/**
 * What the clauses of an ALTER TABLE claim. The server carries them out together, so those that say nothing of their
 * own (MODIFY, options, an index without a name) stand or fall with the others, or with the table's definition. Null
 * for what repeats neither nor shows: partitions that lose their rows.
 */
export function alterClaims(table: QualifiedName, clauses: readonly Token[]): readonly Claim[] | null {
  const claims: Claim[] = [];
  for (const clause of cutAtCommas(clauses)) {
    const found = clauseClaims(table, new Reader(clause));
    if (found === null) return null;
    claims.push(...found);
  }
  // Under its new name the table no longer shows the rest under the old one; the new name stands for all of it.
  const renaming = claims.filter((claim) => claim.what === 'table');
  return renaming.length > 0
    ? renaming
    : claims.filter((claim) => !claims.some((one) => contradict(claim, one)));
}

/** Dropped and added again in one statement: there before and after. */
const contradict = (a: Claim, b: Claim): boolean =>
  'name' in a &&
  'name' in b &&
  a.what === b.what &&
  a.present !== b.present &&
  a.name.toLowerCase() === b.name.toLowerCase();

type Kind = 'column' | 'index' | 'constraint';

function clauseClaims(table: QualifiedName, reader: Reader): readonly Claim[] | null {
  const claim = (what: Kind, name: string | null, present: boolean, tolerant = false): readonly Claim[] =>
    name === null ? [] : [{ what, table, name, present, tolerant }];
  if (reader.accept('ADD')) return addClaims(reader, claim);
  if (reader.accept('DROP')) return dropClaims(reader, claim);
  if (reader.accept('CHANGE')) {
    reader.accept('COLUMN');
    const tolerant = reader.accept('IF EXISTS');
    return renamed(claim, 'column', reader.name(), reader.name(), tolerant);
  }
  if (reader.accept('RENAME')) return renameClaims(table, reader, claim);
  if (reader.accept('TRUNCATE PARTITION') || reader.accept('EXCHANGE PARTITION')) return null;
  return [];
}

type Claiming = (what: Kind, name: string | null, present: boolean, tolerant?: boolean) => readonly Claim[];

function addClaims(reader: Reader, claim: Claiming): readonly Claim[] | null {
  if (reader.accept('PARTITION')) return [];
  const constraint = reader.accept('CONSTRAINT');
  const early = constraint && reader.accept('IF NOT EXISTS');
  const name = constraint && !startsConstraint(reader) ? reader.name() : null;
  if (reader.accept('PRIMARY KEY')) return claim('index', 'PRIMARY', true);
  const unique = reader.accept('UNIQUE') || reader.accept('FULLTEXT') || reader.accept('SPATIAL');
  if (reader.accept('INDEX') || reader.accept('KEY') || unique) {
    const tolerant = reader.accept('IF NOT EXISTS');
    return claim('index', indexName(reader) ?? name, true, tolerant || early);
  }
  if (reader.accept('FOREIGN KEY')) {
    const tolerant = reader.accept('IF NOT EXISTS') || early;
    return claim('constraint', name ?? indexName(reader), true, tolerant);
  }
  if (reader.accept('CHECK')) return claim('constraint', name, true, early);
  if (constraint) return [];
  reader.accept('COLUMN');
  const tolerant = reader.accept('IF NOT EXISTS');
  if (!reader.accept('(')) return claim('column', reader.name(), true, tolerant);
  const inside = reader.rest.slice(0, -1);
  return cutAtCommas(inside).flatMap((column) => claim('column', new Reader(column).name(), true, tolerant));
}

const startsConstraint = (reader: Reader): boolean => reader.comes(['PRIMARY', 'UNIQUE', 'FOREIGN', 'CHECK']);

/** `KEY (a)` and `KEY USING BTREE (a)` have none: the server makes one up. */
function indexName(reader: Reader): string | null {
  if (reader.comesSign || reader.comes(['USING'])) return null;
  return reader.name();
}

function dropClaims(reader: Reader, claim: Claiming): readonly Claim[] | null {
  if (reader.accept('PARTITION')) return [];
  if (reader.accept('PRIMARY KEY')) return claim('index', 'PRIMARY', false);
  const what = dropped(reader);
  const tolerant = reader.accept('IF EXISTS');
  return claim(what, reader.name(), false, tolerant);
}

function dropped(reader: Reader): Kind {
  if (reader.accept('INDEX') || reader.accept('KEY')) return 'index';
  if (reader.accept('FOREIGN KEY') || reader.accept('CONSTRAINT') || reader.accept('CHECK')) {
    return 'constraint';
  }
  reader.accept('COLUMN');
  return 'column';
}

function renameClaims(table: QualifiedName, reader: Reader, claim: Claiming): readonly Claim[] | null {
  if (reader.accept('COLUMN')) return renamedTo(reader, claim, 'column');
  if (reader.accept('INDEX') || reader.accept('KEY')) return renamedTo(reader, claim, 'index');
  if (!reader.accept('=')) reader.acceptAnyOf('TO', 'AS');
  const object = reader.qualified();
  if (object === null) return null;
  return [
    { what: 'table', object: table, present: false, tolerant: false },
    {
      what: 'table',
      object: { schema: object.schema ?? table.schema, name: object.name },
      present: true,
      tolerant: false,
    },
  ];
}

function renamedTo(reader: Reader, claim: Claiming, what: Kind): readonly Claim[] {
  const tolerant = reader.accept('IF EXISTS');
  const from = reader.name();
  reader.accept('TO');
  return renamed(claim, what, from, reader.name(), tolerant);
}

/** A column that keeps its name claims nothing: its definition tells. */
function renamed(
  claim: Claiming,
  what: Kind,
  from: string | null,
  to: string | null,
  tolerant: boolean,
): readonly Claim[] {
  if (from === null || to === null || from.toLowerCase() === to.toLowerCase()) return [];
  return [...claim(what, from, false, tolerant), ...claim(what, to, true, tolerant)];
}

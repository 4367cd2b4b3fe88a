import type { Effect, Finding } from '../../../core/analysis/statement.ts';
import { type Claim, lockOn } from '../../claim.ts';
import { created } from '../../effects.ts';
import { claim } from './claim.ts';
import { Cursor, hasWords, outsideParentheses } from './cursor.ts';
import * as found from './findings.ts';
import type { Known } from './known.ts';
import type { Token } from './lexer.ts';
import type { TableLock } from './locks.ts';
import type { ScriptMemory } from './script-memory.ts';
import { isTemporary } from './temporary.ts';

/** Behind CREATE TABLE. A foreign key locks the table that it refers to as well. */
export function createTable(cursor: Cursor, memory: ScriptMemory): Claim {
  const table = cursor.qualifiedName();
  if (isTemporary(table))
    return claim('CREATE TABLE', 'session', { findings: [found.temporaryTable(table)] });
  if (cursor.word() !== '(') return opaqueTable(table);
  const columns = cursor.parentheses();
  memory.tableCreated(table);
  return claim('CREATE TABLE', 'schema', {
    locks: [...lockOn('Sch-M', table), ...referenced(columns)],
    effects: [created({ type: 'table', name: table })],
  });
}

/** AS FILETABLE, AS NODE and the like. */
const opaqueTable = (table: string): Claim =>
  claim('CREATE TABLE', 'unknown', {
    effects: [created({ type: 'table', name: table })],
    findings: [found.unknown(`CREATE TABLE ${table} has no list of columns`)],
  });

/** What one item of ALTER TABLE … ADD does: a column, or a constraint with or without a name. */
export interface Added {
  readonly effects: readonly Effect[];
  readonly long: boolean;
  readonly locks: readonly TableLock[];
  readonly findings: readonly Finding[];
}

/** @param isChecked false behind WITH NOCHECK */
export function addedItem(
  tokens: readonly Token[],
  table: string,
  isChecked: boolean,
  memory: ScriptMemory,
): Added {
  const cursor = new Cursor(tokens);
  const named = cursor.accept('CONSTRAINT') ? cursor.name() : null;
  if (named !== null || constraintWords.has(cursor.word()))
    return addedConstraint(cursor.rest, table, named, isChecked, memory);
  return addedColumn(cursor, table, memory);
}

const constraintWords = new Set(['PRIMARY', 'UNIQUE', 'FOREIGN', 'CHECK', 'DEFAULT']);

function addedConstraint(
  body: readonly Token[],
  table: string,
  name: string | null,
  isChecked: boolean,
  memory: ScriptMemory,
): Added {
  const effects = name === null ? [] : [created({ type: 'constraint', name, table })];
  const spoken = name ?? 'the constraint';
  const isNew = memory.isNew(table);
  const locks = [...lockOn('Sch-M', table), ...referenced(body)];
  switch (body[0]?.value) {
    case 'DEFAULT':
      return { effects, long: false, locks, findings: [] };
    case 'PRIMARY':
    case 'UNIQUE': {
      if (isNew) return { effects, long: false, locks, findings: [] };
      const ordered = isClustered(body) ? [found.clusteredChange(table, `a clustered key (${spoken})`)] : [];
      return { effects, long: true, locks, findings: [found.indexNotOnline(table), ...ordered] };
    }
    default: {
      if (!isChecked) return { effects, long: false, locks, findings: [found.notTrusted(table, spoken)] };
      return { effects, long: !isNew, locks, findings: isNew ? [] : [found.constraintScan(table, spoken)] };
    }
  }
}

/** A primary key is, unless it says otherwise or there is a clustered index already. */
const isClustered = (body: readonly Token[]): boolean =>
  hasWords(body, 'CLUSTERED') || (body[0]?.value === 'PRIMARY' && !hasWords(body, 'NONCLUSTERED'));

function addedColumn(cursor: Cursor, table: string, memory: ScriptMemory): Added {
  const name = cursor.name();
  const body = cursor.takeAll();
  const says = (...words: readonly string[]): boolean => hasWords(body, ...words);
  const type = body[0]?.value.toUpperCase() ?? '';
  const isComputed = type === 'AS';
  const isNotNull = says('NOT', 'NULL') || says('PRIMARY', 'KEY');
  const hasDefault = says('DEFAULT');
  const filled = hasDefault && (isNotNull || says('WITH', 'VALUES'));
  const isOwn = says('IDENTITY') || type === 'ROWVERSION' || type === 'TIMESTAMP';
  const isNew = memory.isNew(table);
  memory.columnAdded(table, name);
  const findings: Finding[] = [];
  if (isOwn || (isComputed && says('PERSISTED')))
    findings.push(found.rewrite(table, `${name} gets a value in each row`));
  else if (filled) findings.push(...defaultOf(table, name, body, memory.known));
  else if (isNotNull && !isComputed) findings.push(found.addNotNull(table, name));
  else if (hasDefault) findings.push(found.defaultLeavesNull(name));
  if (says('PRIMARY', 'KEY') || says('UNIQUE')) findings.push(found.indexNotOnline(table));
  if (says('REFERENCES') || says('CHECK')) findings.push(found.constraintScan(table, `the rule of ${name}`));
  const builds = findings.some((finding) => finding.table === table);
  return {
    effects: [
      {
        ...created({ type: 'column', name, table }),
        ...(filled || isOwn ? { withDefault: true } : {}),
      },
      ...namesOf(body).map((constraint) => created({ type: 'constraint', name: constraint, table })),
    ],
    long: builds && !isNew,
    locks: [...lockOn('Sch-M', table), ...referenced(body)],
    findings: isNew ? [] : findings,
  };
}

/** A constant is noted in the catalogue where the edition does so; what differs from row to row is written. */
function defaultOf(table: string, column: string, body: readonly Token[], known: Known): readonly Finding[] {
  if (body.some(({ kind, value }) => kind === 'word' && differsByRow.has(value)))
    return [found.volatileDefault(table, column)];
  if (isLarge(body)) return [found.defaultWritten(table, column, `its type is ${body[0]?.raw ?? ''}`)];
  const { capabilities } = known;
  if (capabilities === null) return [found.defaultRewrite(table, column)];
  return capabilities.instantDefault ? [] : [found.defaultWritten(table, column, capabilities.name)];
}

const differsByRow: ReadonlySet<string> = new Set(['NEWID', 'NEWSEQUENTIALID', 'CRYPT_GEN_RANDOM', 'NEXT']);

/** Types of which the catalogue notes no default: `varchar(max)`, xml and those of the CLR. */
const isLarge = (body: readonly Token[]): boolean =>
  /^(XML|HIERARCHYID|GEOMETRY|GEOGRAPHY)$/.test(body[0]?.value ?? '') ||
  (body[1]?.raw === '(' && body[2]?.value === 'MAX');

/** The names of the constraints of a column. */
function namesOf(body: readonly Token[]): readonly string[] {
  const outside = outsideParentheses(body);
  return outside.flatMap((token, index) => {
    const name = outside[index + 1];
    if (token.kind !== 'word' || token.value !== 'CONSTRAINT' || name === undefined) return [];
    return [name.kind === 'name' ? name.value : name.raw];
  });
}

/** `REFERENCES dbo.parent (id)`: the table is locked, too. */
export function referenced(tokens: readonly Token[]): readonly TableLock[] {
  return tokens.flatMap((token, index) => {
    if (token.kind !== 'word' || token.value !== 'REFERENCES') return [];
    return lockOn('Sch-M', new Cursor(tokens.slice(index + 1)).qualifiedName());
  });
}

import type { SchemaObject } from '../../../core/analysis/statement.ts';
import { lockOn } from '../../claim.ts';
import { altered } from '../../effects.ts';
import type { ClaimDetails } from './claim.ts';
import { type Cursor, hasWords, withOptions } from './cursor.ts';
import * as found from './findings.ts';
import type { Token } from './lexer.ts';
import type { ScriptMemory } from './script-memory.ts';

/** Behind ALTER TABLE … ALTER: another type, another nullability, or ADD and DROP of a property. */
export function alterColumn(cursor: Cursor, table: string, memory: ScriptMemory): ClaimDetails {
  cursor.expect('COLUMN');
  const name = cursor.name();
  const column: SchemaObject = { type: 'column', name, table };
  if (cursor.acceptAny('ADD', 'DROP') !== null) return { effects: [altered(column, 'options')] };
  const body = cursor.takeAll();
  const becomes = { type: typeText(body), notNull: hasWords(body, 'NOT', 'NULL') };
  const effects = [altered(column, becomes.notNull ? 'type and not null' : 'type')];
  if (memory.isNew(table)) return { effects };
  const now = memory.known.column(table, name);
  const leftOut =
    hasWords(body, 'NULL') || now?.nullable === true ? [] : [found.nullabilityLeftOut(table, name)];
  if (withOptions(body).get('ONLINE')?.startsWith('ON'))
    return { effects, long: true, locks: lockOn('Sch-M for an instant', table), findings: leftOut };
  const findings = workOn(table, name, becomes, now);
  return { effects, long: findings.length > 0, findings: [...findings, ...leftOut] };
}

interface Column {
  readonly type: string;
  readonly nullable: boolean;
}

/** What has the rows read or written, as far as it is known what the column is now. */
function workOn(
  table: string,
  name: string,
  becomes: { readonly type: string; readonly notNull: boolean },
  now: Column | null,
): ClaimDetails['findings'] & object {
  if (now === null)
    return [becomes.notNull ? found.setNotNull(table, name) : found.typeChange(table, name, null)];
  return [
    ...(isQuick(now.type, becomes.type) ? [] : [found.typeChange(table, name, now.type)]),
    ...(becomes.notNull && now.nullable ? [found.setNotNull(table, name)] : []),
  ];
}

/** The same, or longer by the catalogue alone. */
function isQuick(from: string, to: string): boolean {
  if (from.toLowerCase() === to) return true;
  const [before, after] = [lengthOf(from.toLowerCase()), lengthOf(to)];
  return before !== null && after !== null && before.type === after.type && before.length <= after.length;
}

/** Of a text or binary of varying length with a limit; its pages hold none of the unused length. */
function lengthOf(type: string): { readonly type: string; readonly length: number } | null {
  const match = /^(varchar|nvarchar|varbinary)\((\d+)\)$/.exec(type);
  return match === null ? null : { type: match[1] ?? '', length: Number(match[2]) };
}

/** `varchar(40)`, as the catalogue writes it. */
function typeText(body: readonly Token[]): string {
  const close = body[1]?.raw === '(' ? body.findIndex(({ raw }) => raw === ')') : 0;
  return body
    .slice(0, close + 1)
    .map(({ value }) => value.toLowerCase())
    .join('');
}

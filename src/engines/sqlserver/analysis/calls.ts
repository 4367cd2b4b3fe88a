import type { SchemaObject } from '../../../core/analysis/statement.ts';
import { type Claim, lockOn } from '../../claim.ts';
import { altered, renamed } from '../../effects.ts';
import { joinName } from '../quote.ts';
import { claim } from './claim.ts';
import { Cursor, cutAtCommas, Unread } from './cursor.ts';
import * as found from './findings.ts';
import { lex, type Token } from './lexer.ts';
import type { ScriptMemory } from './script-memory.ts';

/** Behind EXEC: what a procedure does is unknown, but for a few of the server's own. */
export function call(cursor: Cursor, memory: ScriptMemory): Claim {
  if (cursor.word() === '(') return opaque('EXEC carries out a text that is put together when it runs');
  if (cursor.accept('AS')) return opaque('EXECUTE AS changes who carries out what follows');
  // EXEC @answer = dbo.p …
  if (cursor.peek()?.kind === 'variable') cursor.take();
  cursor.accept('=');
  const parts = cursor.nameParts();
  const procedure = (parts.at(-1) ?? '').toLowerCase();
  const values = argumentsOf(cursor.takeAll());
  if (procedure === 'sp_rename') return rename(values, memory);
  if (procedure === 'sp_executesql')
    return opaque('sp_executesql carries out a text that is put together when it runs');
  if (descriptions.has(procedure)) return claim(`EXEC ${procedure}`, 'schema');
  return opaque(`what procedure ${joinName(parts.slice(-2))} does stands elsewhere`);
}

/** Comments on objects: they change nothing that anybody's code sees. */
const descriptions = new Set([
  'sp_addextendedproperty',
  'sp_updateextendedproperty',
  'sp_dropextendedproperty',
]);

const opaque = (why: string): Claim =>
  claim('EXEC', 'unknown', { long: true, destroys: true, findings: [found.unknown(why)] });

/** By parameter where it is named, else by place. */
type Arguments = ReadonlyMap<string | number, string>;

/** Throws Unread for a value that is no literal. */
function argumentsOf(tokens: readonly Token[]): Arguments {
  if (tokens.length === 0) return new Map();
  return new Map(
    cutAtCommas(tokens).map((part, index): [string | number, string] => {
      const [first, equals] = part;
      const isNamed = first?.kind === 'variable' && equals?.raw === '=';
      const value = isNamed ? part[2] : first;
      return [
        isNamed ? first.raw.toLowerCase() : index,
        value?.kind === 'text' ? value.value : (value?.raw ?? ''),
      ];
    }),
  );
}

/** sp_rename with literals: `'dbo.t'`, `'dbo.t.c', …, 'COLUMN'`, `'dbo.t.i', …, 'INDEX'`. */
function rename(values: Arguments, memory: ScriptMemory): Claim {
  const [from, to] = [values.get('@objname') ?? values.get(0), values.get('@newname') ?? values.get(1)];
  const type = (values.get('@objtype') ?? values.get(2) ?? '').toUpperCase();
  if (from === undefined || to === undefined || from.startsWith('@') || to.startsWith('@'))
    return opaque('sp_rename takes its names from variables');
  const parts = partsOf(from);
  const name = parts.at(-1) ?? '';
  const owner = parts.slice(0, -1);
  const brackets = /^[["]/.test(to) ? [found.bracketsInName(to)] : [];
  if (type === 'COLUMN' || type === 'INDEX') {
    const table = joinName(owner);
    if (owner.length < 1 || owner.length > 2) throw new Unread('sp_rename of a part of a table');
    const object: SchemaObject = { type: type === 'COLUMN' ? 'column' : 'index', name, table };
    const breaks = type === 'COLUMN' && !memory.isNewColumn(table, name);
    return claim('EXEC sp_rename', 'schema', {
      locks: lockOn('Sch-M', table),
      effects: [renamed(object, to)],
      findings: [...brackets, ...(breaks ? [found.renameBreaksCode(`column ${name} of ${table}`, to)] : [])],
    });
  }
  if ((type !== '' && type !== 'OBJECT') || owner.length > 1) return opaque(`sp_rename of ${type || from}`);
  // The text does not tell a table from a constraint; the prefixes by convention do.
  const isConstraint = /^(PK|FK|UQ|AK|CK|DF)_/i.test(name);
  const object: SchemaObject = { type: isConstraint ? 'constraint' : 'table', name: joinName(parts) };
  const renamedTo = isConstraint ? to : joinName([...owner, to]);
  const breaks = !isConstraint && !memory.isNew(object.name);
  if (!isConstraint && !breaks) memory.tableCreated(renamedTo);
  return claim('EXEC sp_rename', 'schema', {
    locks: isConstraint ? [] : lockOn('Sch-M', object.name),
    effects: [renamed(object, renamedTo)],
    findings: [...brackets, ...(breaks ? [found.renameBreaksCode(object.name, to)] : [])],
  });
}

function partsOf(text: string): readonly string[] {
  const cursor = new Cursor(lex(text));
  const parts = cursor.nameParts();
  cursor.end();
  return parts;
}

/** Behind DBCC. */
export function dbcc(cursor: Cursor): Claim {
  const command = cursor.name().toUpperCase();
  if (command !== 'CHECKIDENT') {
    return claim(`DBCC ${command}`, 'unknown', {
      long: true,
      findings: [found.unknown(`DBCC ${command} is none that Lockkeeper knows`)],
    });
  }
  const [first, action, number] = cutAtCommas(cursor.parentheses());
  const setsNumber = action?.[0]?.value === 'RESEED' && number !== undefined;
  const token = first?.[0];
  const table =
    token?.kind === 'text' ? joinName(partsOf(token.value)) : new Cursor(first ?? []).qualifiedName();
  return claim('DBCC CHECKIDENT', 'schema', {
    locks: lockOn('Sch-M', table),
    effects: [altered({ type: 'table', name: table }, 'identity')],
    findings: setsNumber ? [found.reseeded(table)] : [],
  });
}

/** GRANT, DENY and REVOKE. */
export function privileges(cursor: Cursor): Claim | null {
  const verb = cursor.acceptAny('GRANT', 'DENY', 'REVOKE');
  if (verb === null) return null;
  const tokens = cursor.rest;
  const on = tokens.findIndex((token) => token.kind === 'word' && token.value === 'ON');
  if (on < 0) return claim(verb, 'schema');
  const target = new Cursor(tokens.slice(on + 1));
  let type: SchemaObject['type'] = 'table';
  if (target.word(1) === '::') {
    const securable = target.take().value;
    target.take();
    if (securable !== 'OBJECT') type = securable === 'SCHEMA' ? 'schema' : 'other';
  }
  const object: SchemaObject = { type, name: target.qualifiedName() };
  return claim(verb, 'schema', { effects: [altered(object, 'privileges')] });
}

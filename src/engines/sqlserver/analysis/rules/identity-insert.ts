import { Cursor } from '../cursor.ts';
import type { Token } from '../lexer.ts';
import type { LookThrough } from './look.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'identity-insert',
  severity: 'warning',
  title: 'IDENTITY_INSERT is not switched off again',
  versions: 'all',
});

export const lookThrough: LookThrough = (script) => {
  const switches = script.flatMap(({ statements }, at) =>
    statements.flatMap((tokens) => switchIn(tokens, at)),
  );
  return switches.flatMap(({ at, table, on }, index) => {
    if (!on || switches.slice(index + 1).some((later) => !later.on && later.table === table)) return [];
    const finding = rule.finding(
      `IDENTITY_INSERT stays on for ${table}: INSERT without a number fails in every later step, and no other table can have it on`,
      `Say SET IDENTITY_INSERT ${table} OFF behind the last row.`,
    );
    return [{ at, finding }];
  });
};

interface Switch {
  readonly at: number;
  readonly table: string;
  readonly on: boolean;
}

function switchIn(tokens: readonly Token[], at: number): readonly Switch[] {
  const cursor = new Cursor(tokens);
  if (!cursor.accept('SET', 'IDENTITY_INSERT')) return [];
  const table = cursor.nameParts().join('.').toLowerCase();
  return [{ at, table, on: cursor.accept('ON') }];
}

import type { LookThrough } from './look.ts';
import { mysqlRule } from './rule.ts';
import * as tableRebuild from './table-rebuild.ts';

export const rule = mysqlRule({
  id: 'rebuilds-twice',
  severity: 'note',
  title: 'Two changes write the same table anew twice',
  versions: 'all',
});

export const lookThrough: LookThrough = (script) => {
  const rebuilt = new Set<string>();
  return script.flatMap(({ claim, definition }, at) => {
    const table = definition?.by === 'alter-table' ? definition.table : undefined;
    const rebuilds = claim.findings.some(
      (one) => one.rule === tableRebuild.rule.id && one.severity === tableRebuild.rule.severity,
    );
    if (table === undefined || !rebuilds) return [];
    if (!rebuilt.has(table)) {
      rebuilt.add(table);
      return [];
    }
    const finding = rule.finding(
      `a statement before this one has written ${table} anew already`,
      'Put both into one ALTER TABLE, their parts separated by commas: the table is then written anew once.',
    );
    return [{ at, finding }];
  });
};

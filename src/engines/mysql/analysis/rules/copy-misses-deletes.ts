import { copyOf, triggerOf } from '../copies.ts';
import type { LookThrough } from './look.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'copy-misses-deletes',
  severity: 'warning',
  title: 'Rows deleted while a table is copied come back',
  versions: 'all',
});

/** A table is copied beside triggers for its inserts and updates, and none fires on its deletes. */
export const lookThrough: LookThrough = (script) => {
  const triggers = script.map(({ tokens }) => triggerOf(tokens)).filter((trigger) => trigger !== null);
  const fires = (table: string, event: string) =>
    triggers.some((one) => one.table === table && one.event === event);
  return script.flatMap(({ tokens }, at) => {
    const copy = copyOf(tokens);
    const source = copy?.from.find(
      (table) => fires(table, 'INSERT') && fires(table, 'UPDATE') && !fires(table, 'DELETE'),
    );
    if (copy === null || source === undefined) return [];
    const finding = rule.finding(
      `triggers on ${source} fire on INSERT and UPDATE, not on DELETE: a row deleted after it was copied stays in ${copy.into}`,
      'Make a third trigger AFTER DELETE that deletes from the copy as well.',
    );
    return [{ at, finding }];
  });
};

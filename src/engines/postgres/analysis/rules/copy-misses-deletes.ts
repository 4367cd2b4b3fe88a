import { defineRule } from '../../../../core/analysis/rule.ts';
import { copyOf, triggerOf } from '../copies.ts';
import type { LookThrough } from './look.ts';

export const rule = defineRule({
  id: 'copy-misses-deletes',
  severity: 'warning',
  title: 'Rows deleted while a table is copied come back',
  versions: 'all',
});

/** A table is copied beside a trigger for its inserts and updates, and no trigger fires on its deletes. */
export const lookThrough: LookThrough = (script) => {
  const triggers = script.map(({ node }) => triggerOf(node)).filter((trigger) => trigger !== null);
  return script.flatMap(({ node }, at) => {
    const copy = copyOf(node);
    const source = copy?.from.find(
      (table) =>
        triggers.some((one) => one.table === table && one.onInsert && one.onUpdate) &&
        !triggers.some((one) => one.table === table && one.onDelete),
    );
    if (copy === null || source === undefined) return [];
    const finding = rule.finding(
      `the trigger on ${source} fires on INSERT and UPDATE, not on DELETE: a row deleted after it was copied stays in ${copy.into}`,
      'Let the trigger fire AFTER INSERT OR UPDATE OR DELETE, and delete from the copy as well.',
    );
    return [{ at, finding }];
  });
};

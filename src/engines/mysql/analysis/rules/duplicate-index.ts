import { type DefinedKey, keysIn, sameWord } from '../definition.ts';
import type { Known } from '../known.ts';
import type { LookThrough, Read } from './look.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'duplicate-index',
  severity: 'note',
  title: 'An index that another one makes needless costs every write',
  versions: 'all',
});

export const lookThrough: LookThrough = (script, known) => {
  const made = script.flatMap(({ definition }, at) =>
    keysIn(definition).map((key) => ({ at, table: definition?.table ?? '', key })),
  );
  return made.flatMap(({ at, table, key }, index) => {
    const others = [
      ...made.filter((one, other) => one.table === table && other !== index).map((one) => one.key),
      ...knownKeys(table, known).filter(({ name }) => name !== key.name),
    ];
    const earlier = made.slice(0, index).map((one) => one.key);
    const better = others.find((other) => makesNeedless(other, key, earlier.includes(other)));
    if (better === undefined || [better, key].some(({ name }) => isDropped(script, table, name))) return [];
    const finding = rule.finding(
      `an index on (${key.columns.join(', ')}) of ${table} finds nothing that the one on (${better.columns.join(', ')}) does not find, and is written with every row`,
      'Leave it out.',
    );
    return [{ at, finding }];
  });
};

/** The other one begins with its columns and is as strict; of two alike the later one is needless. */
function makesNeedless(other: DefinedKey, key: DefinedKey, earlier: boolean): boolean {
  const begins = key.columns.every((column, index) => sameWord(column, other.columns[index] ?? ''));
  if (!begins || key.kind === 'primary') return false;
  if (other.columns.length > key.columns.length) return key.kind === 'index';
  if (key.kind === other.kind) return earlier;
  return other.kind !== 'index';
}

const knownKeys = (table: string, known: Known): readonly DefinedKey[] =>
  (known.table(table)?.keys ?? []).map(({ name, primary, columns }) => ({
    kind: primary ? 'primary' : 'unique',
    name,
    columns: columns.map((column) => column.name),
  }));

const isDropped = (script: readonly Read[], table: string, name: string | null): boolean =>
  name !== null &&
  script.some(({ claim }) =>
    claim.effects.some(
      (effect) =>
        effect.does === 'drop' &&
        effect.object.type === 'index' &&
        effect.object.table === table &&
        sameWord(effect.object.name, name),
    ),
  );

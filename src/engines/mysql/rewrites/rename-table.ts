import type { Statement } from '../../../core/analysis/statement.ts';
import { splitName } from '../quote.ts';
import { type Replacement, written } from './actions.ts';

/** Characters (manual, "Identifier Length Limits"). */
const LONGEST = 64;

/**
 * RENAME TABLE → a view by the new name, through which new code reads and writes, and both names changed in one
 * instant when the old code is gone.
 */
export function renameTable({ verb, effects, findings }: Statement): Replacement | null {
  const [rename, ...others] = effects;
  const isPlain = ['RENAME TABLE', 'ALTER TABLE'].includes(verb) && others.length === 0;
  if (!isPlain || rename?.does !== 'rename' || rename.object.type !== 'table') return null;
  if (rename.ifExists || !findings.some(({ rule }) => rule === 'rename-breaks-running-code')) return null;
  const { name } = rename.object;
  const [from, to] = [splitName(name), splitName(rename.to)];
  // A view cannot be moved from one database to another.
  if (from.slice(0, -1).join() !== to.slice(0, -1).join()) return null;
  const database = to.slice(0, -1);
  const gone = shown([...database, `${[...(to.at(-1) ?? '')].slice(0, LONGEST - 5).join('')}_gone`]);
  return {
    statements: [`CREATE SQL SECURITY INVOKER VIEW ${shown(to)} AS SELECT * FROM ${shown(from)}`],
    later: {
      contract: [`RENAME TABLE ${shown(to)} TO ${gone}, ${shown(from)} TO ${shown(to)}`, `DROP VIEW ${gone}`],
      contractAfter: 'deployment',
    },
    why: 'both names read and write the table until the new code is out',
  };
}

const shown = (parts: readonly string[]): string => parts.map(written).join('.');

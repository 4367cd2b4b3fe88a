import type { Statement } from '../../../core/analysis/statement.ts';
import { isAtLeast, type OnlineServer } from '../analysis/online/version.ts';
import { splitName } from '../quote.ts';
import { type Replacement, written } from './actions.ts';

/**
 * DROP INDEX → the index hidden, which changes the catalogue alone and is taken back at once, and dropped when somebody
 * has seen that nobody misses it. Null where the server cannot hide one.
 */
export function hideIndex(
  { text, verb, effects, findings }: Statement,
  server: OnlineServer,
): Replacement | null {
  const word = hidingWord(server);
  const [drop, ...others] = effects;
  if (word === null || drop?.does !== 'drop' || drop.object.type !== 'index' || others.length > 0)
    return null;
  if (!['DROP INDEX', 'ALTER TABLE'].includes(verb) || drop.ifExists) return null;
  if (!findings.some(({ rule }) => rule === 'index-drop')) return null;
  const { name, table = '' } = drop.object;
  const of = splitName(table).map(written).join('.');
  return {
    statements: [`ALTER TABLE ${of} ALTER INDEX ${written(name)} ${word}`],
    later: { contract: [text], contractAfter: 'approval' },
    why: 'queries do without the index while it can be had back at once, and it goes when nobody misses it',
  };
}

function hidingWord(server: OnlineServer): 'IGNORED' | 'INVISIBLE' | null {
  if (server.isMariaDb) return isAtLeast(server, '10.6') ? 'IGNORED' : null;
  return isAtLeast(server, '8.0') ? 'INVISIBLE' : null;
}

import type { Problem } from '../../core/errors.ts';
import type { SqlSource } from '../../core/migration.ts';

/**
 * Flyway would replace `${name}` anywhere in a file, in quotes and comments too. Lockkeeper does not, and
 * running the file as it stands would silently do something else.
 */
export function findPlaceholders(source: SqlSource): Problem[] {
  return source.text.split(/\r\n|\n|\r/).flatMap((text, index) =>
    [...text.matchAll(/\$\{[^{}]+\}/g)].map((match) => ({
      file: source.path,
      line: index + 1,
      column: match.index + 1,
      message: `\`${match[0]}\` is a Flyway placeholder, and placeholders are not supported yet`,
      expected: 'the value itself',
    })),
  );
}

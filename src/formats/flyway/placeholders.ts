import type { Problem } from '../../core/errors.ts';
import type { SqlSource } from '../../core/migration.ts';
import { baseOf } from '../paths.ts';
import type { FlywaySettings } from './settings.ts';

export interface Replaced {
  readonly source: SqlSource;
  readonly problems: readonly Problem[];
}

/**
 * Replaces placeholders anywhere in a file, in quotes and comments too, as Flyway does. One without a value is a
 * problem: running the file as it stands would silently do something else.
 */
export function replacePlaceholders(source: SqlSource, { placeholders }: FlywaySettings): Replaced {
  if (placeholders === null) return { source, problems: [] };
  const { prefix, suffix, values } = placeholders;
  const pattern = new RegExp(`${literally(prefix)}([^{}\\r\\n]+?)${literally(suffix)}`, 'g');
  const problems: Problem[] = [];
  const lines = source.text.split(/(?<=\r\n|\n|\r(?!\n))/);
  const replaced = lines.map((line, index) =>
    line.replaceAll(pattern, (whole: string, name: string, offset: number) => {
      const value = values.get(name.toLowerCase()) ?? own(name, source.path);
      if (value !== null) return value;
      problems.push({ file: source.path, line: index + 1, column: offset + 1, ...whyUnknown(whole, name) });
      return whole;
    }),
  );
  return { source: problems.length > 0 ? source : { ...source, text: replaced.join('') }, problems };
}

/** What Flyway itself gives a value, where it can be known without it. */
const own = (name: string, path: string): string | null =>
  name.toLowerCase() === 'flyway:filename' ? baseOf(path) : null;

function whyUnknown(whole: string, name: string): Pick<Problem, 'message' | 'expected'> {
  if (/^flyway:/i.test(name)) {
    return {
      message: `\`${whole}\` has its value from Flyway at run time, and Flyway does not run here`,
      expected: 'the value itself',
    };
  }
  return {
    message: `\`${whole}\` is a Flyway placeholder without a value`,
    expected: `the value itself, or flyway.placeholders.${name} in a flyway.conf in the folder`,
  };
}

const literally = (text: string): string => text.replaceAll(/[.*+?^$()|[\]\\{}]/g, '\\$&');

import type { Problem } from '../../core/errors.ts';
import type { SqlSource } from '../../core/migration.ts';
import { baseOf } from '../paths.ts';

/** What a team's `flyway.conf` or `flyway.toml` says that changes what its files mean. */
export interface FlywaySettings {
  /** Null where nothing is replaced. */
  readonly placeholders: {
    readonly prefix: string;
    readonly suffix: string;
    /** By name in small letters: Flyway takes any case. */
    readonly values: ReadonlyMap<string, string>;
  } | null;
  readonly problems: readonly Problem[];
}

export const isFlywaySettings = (path: string): boolean => /^flyway\.(?:conf|toml)$/.test(baseOf(path));

export function readFlywaySettings(files: readonly SqlSource[]): FlywaySettings {
  const lines = files.filter(({ path }) => isFlywaySettings(path)).flatMap(readLines);
  const problems = lines.flatMap(({ key, value, ...place }) =>
    key === null || (namesThatMatter.has(key) && value !== namesThatMatter.get(key))
      ? [{ ...place, ...(key === null ? unreadable : otherNames(key)) }]
      : [],
  );
  const settingOf = (wanted: string) => lines.findLast(({ key }) => key === wanted)?.value;
  if (settingOf('placeholderreplacement') === 'false') return { placeholders: null, problems };
  return {
    placeholders: {
      prefix: settingOf('placeholderprefix') ?? '$' + '{',
      suffix: settingOf('placeholdersuffix') ?? '}',
      values: new Map(
        lines.flatMap(({ key, value }) =>
          key?.startsWith('placeholders.') ? [[key.slice('placeholders.'.length), value]] : [],
        ),
      ),
    },
    problems,
  };
}

/** Settings under which other files are migrations than those read here, with Flyway's own defaults. */
const namesThatMatter: ReadonlyMap<string, string> = new Map([
  ['sqlmigrationprefix', 'V'],
  ['undosqlmigrationprefix', 'U'],
  ['repeatablesqlmigrationprefix', 'R'],
  ['sqlmigrationseparator', '__'],
  ['sqlmigrationsuffixes', '.sql'],
  ['encoding', 'UTF-8'],
]);

const otherNames = (key: string) => ({
  message: `the setting ${key} makes other files migrations than those that are read here`,
  expected: `the default, ${namesThatMatter.get(key)}`,
});

const unreadable = { message: 'this line cannot be read', expected: 'a setting as name = value' };

interface Setting {
  readonly file: string;
  readonly line: number;
  /** In small letters, without `flyway.`; null for a line that cannot be read. */
  readonly key: string | null;
  readonly value: string;
}

function readLines({ path, text }: SqlSource): Setting[] {
  let section = 'flyway';
  return text.split(/\r\n|\r|\n/).flatMap((raw, index): Setting[] => {
    const place = { file: path, line: index + 1 };
    const content = raw.trim();
    if (content === '' || /^[#!]/.test(content)) return [];
    const header = /^\[+([^\]]+)\]+$/.exec(content)?.[1];
    if (header !== undefined) {
      section = header.trim();
      return [];
    }
    const [, name = '', value = ''] = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(content) ?? [];
    const full = path.endsWith('.toml') ? `${section}.${name}` : name;
    // Environments, credentials and the like are Flyway's own business.
    if (name !== '' && !full.startsWith('flyway.')) return [];
    const key = name === '' ? null : full.slice('flyway.'.length).replaceAll('"', '').toLowerCase();
    // The later lines of a list have no name, and no setting that matters is one.
    if (key === null && path.endsWith('.toml')) return [];
    return [{ ...place, key, value: plain(value) }];
  });
}

const plain = (value: string): string => /^\[?\s*(["'])(.*)\1\s*\]?$/.exec(value)?.[2] ?? value;

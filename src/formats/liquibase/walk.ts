import type { Problem } from '../../core/errors.ts';
import type { SqlSource } from '../../core/migration.ts';
import { besides, folderOf, samePath } from '../paths.ts';
import type { Dialect } from './dialect.ts';
import { holds, namesIn } from './filter.ts';
import type { LiquibaseSettings } from './settings.ts';

/** What is known while change logs are walked through. */
export class Walk {
  readonly files: readonly SqlSource[];
  readonly dialect: Dialect | null;
  readonly problems: Problem[] = [];
  /** Files that change logs have named. */
  readonly used = new Set<SqlSource>();
  readonly #settings: LiquibaseSettings;
  readonly #dbms: ReadonlySet<string>;
  readonly #properties = new Map<string, string>();

  constructor(
    files: readonly SqlSource[],
    dialect: Dialect | null,
    dbms: readonly string[],
    settings: LiquibaseSettings,
  ) {
    this.files = files;
    this.dialect = dialect;
    this.#dbms = new Set(dbms);
    this.#settings = settings;
  }

  /** The first definition of a property counts, and those given from outside come before all. */
  define(name: string, value: string, dbms: string | null): void {
    if (!this.#properties.has(name) && this.isForThisEngine(dbms)) this.#properties.set(name, value);
  }

  /** Puts in the values of `${name}`; one that nobody has given is a problem. */
  replaced(text: string, path: string, firstLine: number): string {
    return text.replaceAll(/\$\{([^{}\r\n]+)\}/g, (whole: string, name: string, offset: number) => {
      const value = this.#settings.parameters.get(name) ?? this.#properties.get(name);
      if (value !== undefined) return value;
      this.problems.push({
        file: path,
        line: firstLine + text.slice(0, offset).split('\n').length - 1,
        message: `\`${whole}\` is a parameter without a value`,
        expected: `a property in the change log, or parameter.${name} in a liquibase.properties in the folder`,
      });
      return whole;
    });
  }

  /** A list of names of databases, each perhaps with `!`; all and none are words of their own. */
  isForThisEngine(dbms: string | null): boolean {
    if (dbms === null) return true;
    const wanted = [...namesIn(dbms)];
    if (wanted.includes('all')) return true;
    if (wanted.includes('none')) return false;
    const refused = wanted.filter((name) => name.startsWith('!')).map((name) => name.slice(1));
    if (refused.some((name) => this.#dbms.has(name))) return false;
    return refused.length === wanted.length || wanted.some((name) => this.#dbms.has(name));
  }

  /** Whether a change set is for the contexts and labels that the team runs with. */
  isWanted(context: string | null, labels: string | null, file: string, line: number): boolean {
    const { contexts, labels: filter } = this.#settings;
    if (context !== null && contexts === null) {
      this.problems.push({
        file,
        line,
        message: `this change set is for the context ${context}, and nothing says which contexts are run`,
        expected: 'contexts in a liquibase.properties in the folder, as your own tool is called with',
      });
      return true;
    }
    const byContext = context === null ? true : holds(context, namesIn(contexts ?? ''));
    const byLabel = labels === null || filter === null ? true : holds(filter, namesIn(labels));
    if (byContext === null || byLabel === null) {
      const expression = byContext === null ? context : filter;
      this.problems.push({
        file,
        line,
        message: `\`${expression}\` cannot be read as an expression of contexts or labels`,
        expected: 'names with and, or, not and brackets',
      });
    }
    return byContext !== false && byLabel !== false;
  }

  /** A file that a change log names, as seen from the log itself or from the folder that Liquibase is called in. */
  find(from: SqlSource, named: string, isBeside: boolean): SqlSource | undefined {
    const path = named
      .replace(/^classpath:\/?/, '')
      .replaceAll('\\', '/')
      .replace(/^\.?\//, '');
    const beside = this.files.find((file) => samePath(file.path, besides(from.path, path)));
    if (isBeside || beside !== undefined) return beside;
    return this.files.find((file) => samePath(file.path, path) || file.path.endsWith(`/${path}`));
  }

  /** The files below a folder that a change log names, by their paths. */
  findBelow(from: SqlSource, named: string, isBeside: boolean): readonly SqlSource[] {
    const path = named
      .replace(/^classpath:\/?/, '')
      .replace(/^\.?\//, '')
      .replace(/\/$/, '');
    const beside = besides(from.path, path === '' ? '.' : path);
    const isBelow = (folder: string): boolean =>
      folder === beside ||
      folder.startsWith(`${beside}/`) ||
      beside === '.' ||
      (!isBeside && `/${folder}/`.includes(`/${path}/`));
    return this.files
      .filter(
        (file) =>
          file !== from && isBelow(folderOf(file.path)) && /\.(?:xml|ya?ml|json|sql)$/i.test(file.path),
      )
      .toSorted((a, b) => (a.path < b.path ? -1 : 1));
  }
}

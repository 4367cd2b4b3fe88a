import type { SqlSource } from '../../core/migration.ts';
import { baseOf } from '../paths.ts';

/** What a team's `liquibase.properties` says of its change logs. */
export interface LiquibaseSettings {
  /** Null where none is named. */
  readonly changeLog: string | null;
  /** Null where none are named; Liquibase then runs every change set. */
  readonly contexts: string | null;
  readonly labels: string | null;
  /** By name. */
  readonly parameters: ReadonlyMap<string, string>;
}

export function readLiquibaseSettings(files: readonly SqlSource[]): LiquibaseSettings {
  const entries = files
    .filter(({ path }) => baseOf(path) === 'liquibase.properties')
    .flatMap(({ text }) => text.split(/\r\n|\r|\n/))
    .flatMap((line): [string, string][] => {
      const [, name, value = ''] = /^\s*([^#!\s:=][^:=]*?)\s*[:=]\s*(.*?)\s*$/.exec(line) ?? [];
      return name === undefined ? [] : [[name.replace(/^liquibase\.(?:command\.)?/, ''), value]];
    });
  const settings = new Map(entries.map(([name, value]) => [name.toLowerCase().replaceAll('-', ''), value]));
  return {
    changeLog: settings.get('changelogfile') ?? null,
    contexts: settings.get('contexts') ?? settings.get('contextfilter') ?? null,
    labels: settings.get('labelfilter') ?? settings.get('labels') ?? null,
    parameters: new Map(
      entries.flatMap(([name, value]) =>
        name.startsWith('parameter.') ? [[name.slice('parameter.'.length), value]] : [],
      ),
    ),
  };
}

import type { Problem } from '../../core/errors.ts';
import type { SqlSource } from '../../core/migration.ts';

/** What `V1__x.sql.conf` says of the script beside it. */
export interface ScriptSettings {
  readonly withoutTransaction: boolean;
  readonly replacesPlaceholders: boolean;
  readonly problems: readonly Problem[];
}

/** Without a file: what Flyway does by default. */
export function readScriptSettings(file: SqlSource | undefined): ScriptSettings {
  const settings = { withoutTransaction: false, replacesPlaceholders: true };
  const problems: Problem[] = [];
  const lines = file?.text.split(/\r\n|\r|\n/) ?? [];
  for (const [index, line] of lines.entries()) {
    const content = line.trim();
    if (content === '' || content.startsWith('#')) continue;
    const [, name = '', value = ''] = /^([\w.]+)\s*=\s*(.*)$/.exec(content) ?? [];
    if (name === 'executeInTransaction') settings.withoutTransaction = value === 'false';
    else if (name === 'placeholderReplacement') settings.replacesPlaceholders = value !== 'false';
    else if (name === 'encoding' && /^utf-?8$/i.test(value)) continue;
    else {
      problems.push({
        file: file?.path ?? '',
        line: index + 1,
        message: `\`${content}\` is a setting of the script that only Flyway knows`,
        expected: 'executeInTransaction, placeholderReplacement, or encoding=UTF-8',
      });
    }
  }
  return { ...settings, problems };
}

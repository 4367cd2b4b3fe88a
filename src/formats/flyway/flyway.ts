import type { Problem } from '../../core/errors.ts';
import type { Recorded } from '../../core/history/recorded.ts';
import type { SqlSource } from '../../core/migration.ts';
import { assemble, type NamedFile } from '../assemble.ts';
import type { Draft, Format, Reading } from '../format.ts';
import { baseOf, commonFolder, isSql, within } from '../paths.ts';
import { flywayChecksum } from './checksum.ts';
import { explainFlywayName, flywayNaming } from './names.ts';
import { replacePlaceholders } from './placeholders.ts';
import { readScriptSettings } from './script-settings.ts';
import { type FlywaySettings, readFlywaySettings } from './settings.ts';

/** Flyway: versions, undo scripts and repeatable ones by name; settings and placeholders from its own files. */
export const flyway: Format = {
  name: 'flyway',
  sign: 'named like',
  patterns: 'V<version>__<description>.sql, U<version>__<description>.sql or R__<description>.sql',
  findSigns: (files) => files.filter(({ path }) => flywayNaming.read(path) !== null),
  read,
  explainUnplaced: ({ path }) => explainFlywayName(baseOf(path)),
};

function read(files: readonly SqlSource[]): Reading {
  const settings = readFlywaySettings(files);
  const scripts = files.filter(({ path }) => isSql(path) && flywayNaming.read(path) !== null);
  const root = commonFolder(scripts.map(({ path }) => path));
  const reading = assemble(files, flywayNaming, (up) => toRecorded(up, root));
  const problems: Problem[] = [];
  const drafts = reading.drafts.map((draft) => withSettings(draft, files, settings, problems));
  return { ...reading, drafts, problems: [...reading.problems, ...settings.problems, ...problems] };
}

function withSettings(
  draft: Draft,
  files: readonly SqlSource[],
  settings: FlywaySettings,
  problems: Problem[],
): Draft {
  const forward = readScriptSettings(files.find(({ path }) => path === `${draft.up?.path}.conf`));
  problems.push(...forward.problems);
  const replace = (source: SqlSource | null): SqlSource | null => {
    if (source === null || !forward.replacesPlaceholders) return source;
    const replaced = replacePlaceholders(source, settings);
    problems.push(...replaced.problems);
    return replaced.source;
  };
  const up = replace(draft.up);
  const again = draft.repeatable && draft.recorded?.tool === 'flyway' && up !== null;
  return {
    ...draft,
    up,
    down: replace(draft.down),
    withoutTransaction: forward.withoutTransaction,
    // Of repeatable ones Flyway takes the checksum with the placeholders replaced, so that a new value runs them.
    ...(again
      ? { authored: up.text, recorded: { ...draft.recorded, checksum: flywayChecksum(up.text) } }
      : {}),
  };
}

const toRecorded = ({ name, source }: NamedFile, root: string): Recorded => ({
  tool: 'flyway',
  version: name.repeatable ? null : name.version.replaceAll('_', '.'),
  description: name.description.replaceAll('_', ' '),
  script: within(root, source.path),
  checksum: flywayChecksum(source.text),
});

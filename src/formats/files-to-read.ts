import type { FolderFormat } from '../core/migration.ts';
import { isFlywaySettings } from './flyway/settings.ts';
import { formatNamed, namedFormats } from './formats.ts';
import { baseOf, besides, isSql } from './paths.ts';

/**
 * Which files of a folder a format can have a use for, by their names alone, so that the others need not be read.
 * @param format asked for; files that only another one knows by name are then of none
 */
export function filesToRead(paths: readonly string[], format?: FolderFormat): readonly string[] {
  const all = new Set(paths);
  const hasChangeLogs = format === 'liquibase' || paths.some(isOfLiquibase);
  return paths.filter((path) => {
    if (isSql(path)) return format === undefined || !isOnlyAnothers(path, format);
    return (
      isOfTools(path) ||
      isManifest(path, all, format) ||
      (hasChangeLogs && /\.(?:xml|ya?ml|json)$/i.test(path))
    );
  });
}

/** Whether a file of this name, by itself, is part of a migration by any convention, or looks like one. */
export const isMigrationFile = (path: string): boolean =>
  isSql(path) || namedFormats.some(({ findSigns }) => findSigns([{ path, text: '' }]).length > 0);

const isKnownTo = (path: string, format: FolderFormat): boolean => {
  const source = { path, text: '' };
  const { findSigns, explainUnplaced } = formatNamed(format);
  return findSigns([source]).length > 0 || (explainUnplaced?.(source) ?? null) !== null;
};

const isOnlyAnothers = (path: string, format: FolderFormat): boolean =>
  !isKnownTo(path, format) &&
  namedFormats.some((other) => other.findSigns([{ path, text: '' }]).length > 0) &&
  // Those with sections are told by what they hold, not by their names.
  namedFormats.some((known) => known.name === format);

/** Change logs may have any name; one that says what it is, or an XML file, is a reason to look at the others. */
const isOfLiquibase = (path: string): boolean =>
  /change-?log[^/]*\.(?:ya?ml|json)$|\.xml$|(?:^|\/)liquibase\.properties$/i.test(path);

/** Manifests stand beside SQL of the same name, in a migration's own folder, or bear a version themselves. */
function isManifest(path: string, all: ReadonlySet<string>, format: FolderFormat | undefined): boolean {
  if (!/\.ya?ml$/i.test(path)) return false;
  const stem = path.replace(/\.ya?ml$/i, '');
  const isKnown = namedFormats.some(
    ({ name, findSigns }) => findSigns([{ path, text: '' }]).length > 0 && (format ?? name) === name,
  );
  return (
    isKnown ||
    all.has(`${stem}.sql`) ||
    all.has(`${stem}.py`) ||
    (baseOf(stem) === 'manifest' && [...ownFolder].some((name) => all.has(besides(path, name))))
  );
}

const ownFolder = ['up.sql', 'migration.sql'];

/** Plans, journals and settings of the tools, and migrations that are programs, which have to be spoken of. */
const isOfTools = (path: string): boolean =>
  isFlywaySettings(path) ||
  /\.sql\.conf$/.test(path) ||
  /(?:^|\/)meta\/_journal\.json$/.test(path) ||
  /(?:^|\/)(?:sqitch\.plan|liquibase\.properties|metadata\.toml)$/.test(path) ||
  /(?:^|\/)\d+[-_][^/]*\.(?:go|py|[cm]?[jt]s)$/.test(path) ||
  /(?:^|\/)versions\/[^/]+\.py$/.test(path);

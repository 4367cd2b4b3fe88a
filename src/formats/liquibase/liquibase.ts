import type { SqlSource } from '../../core/migration.ts';
import type { Draft, Format, Reading, Surroundings } from '../format.ts';
import { manifestBeside } from '../manifest-beside.ts';
import { commonFolder, folderOf, isSql, within } from '../paths.ts';
import type { ChangeSet } from './change-set.ts';
import { dbmsNamesOf, dialectOf } from './dialect.ts';
import { isFormattedSql } from './formatted.ts';
import { isStructuredLog, readLog } from './logs.ts';
import { readLiquibaseSettings } from './settings.ts';
import { Walk } from './walk.ts';

/** Liquibase: formatted SQL, and XML, YAML and JSON with the common changes. A change set is a migration. */
export const liquibase: Format = {
  name: 'liquibase',
  sign: 'headed as change logs are, like',
  patterns: 'a change log that others include, or SQL that begins with "--liquibase formatted sql"',
  findSigns: (files) => files.filter((file) => isStructuredLog(file) || isFormattedSql(file)),
  read,
};

function read(files: readonly SqlSource[], { engine }: Surroundings): Reading {
  const settings = readLiquibaseSettings(files);
  const walk = new Walk(files, dialectOf(engine), dbmsNamesOf(engine), settings);
  const roots = findRoots(files, settings.changeLog, walk);
  const root =
    roots.length === 1 ? folderOf(roots[0]?.path ?? '') : commonFolder(roots.map(({ path }) => path));
  const drafts = roots
    .flatMap((file) => readLog(file, walk))
    .map((changeSet, _index, all) => toDraft(changeSet, root, files, all));
  return {
    drafts,
    problems: walk.problems,
    unplaced: files.filter((file) => isSql(file.path) && !walk.used.has(file)),
  };
}

/** The log that includes the others; where there is only formatted SQL, every file in the order of their paths. */
function findRoots(files: readonly SqlSource[], named: string | null, walk: Walk): readonly SqlSource[] {
  const logs = files.filter(isStructuredLog);
  const beginning = named === null ? null : bestMatch(named, [...logs, ...files.filter(isFormattedSql)]);
  if (beginning !== null) return [beginning];
  if (logs.length === 0) return files.filter(isFormattedSql).toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const included = new Set(logs.flatMap((log) => includedBy(log, files)));
  const roots = logs.filter((log) => !included.has(log));
  if (roots.length > 1) {
    for (const { path } of roots) {
      walk.problems.push({
        file: path,
        message: 'this is one of several change logs that no other includes',
        expected: 'changeLogFile in a liquibase.properties in the folder, to say with which Liquibase begins',
      });
    }
    return [];
  }
  return roots;
}

/** Settings and files seldom name a path from the same folder: the file that shares most of its end, if it is one. */
function bestMatch(named: string, files: readonly SqlSource[]): SqlSource | null {
  const shared = files.map(({ path }) => sharedEnd(path.split('/'), named.split('/')));
  const most = Math.max(0, ...shared);
  const best = files.filter((_file, index) => shared[index] === most);
  return most > 0 && best.length === 1 ? (best[0] ?? null) : null;
}

function sharedEnd(a: readonly string[], b: readonly string[]): number {
  let length = 0;
  while (length < a.length && a.at(-1 - length) === b.at(-1 - length)) length += 1;
  return length;
}

/** Looked up beforehand, in a walk of its own whose problems are found again by the real one. */
function includedBy(log: SqlSource, files: readonly SqlSource[]): readonly SqlSource[] {
  const look = new Walk(files, null, [], {
    changeLog: null,
    contexts: '',
    labels: null,
    parameters: new Map(),
  });
  readLog(log, look);
  return [...look.used].filter((file) => file !== log);
}

function toDraft(
  changeSet: ChangeSet,
  root: string,
  files: readonly SqlSource[],
  all: readonly ChangeSet[],
): Draft {
  const { id, author, file } = changeSet;
  const name = `${within(root, file)}::${id}::${author}`;
  const isAlone = all.filter((other) => other.file === file).length === 1;
  return {
    version: changeSet.repeatable ? '' : name,
    description: changeSet.repeatable ? name : id,
    repeatable: changeSet.repeatable,
    up: changeSet.up,
    authored: changeSet.authored,
    down: changeSet.down,
    manifest: manifestOf(changeSet, isAlone, files),
    before: changeSet.before,
    withoutTransaction: changeSet.withoutTransaction,
    recorded: { tool: 'liquibase', id, author, file },
    missing: { up: 'a change set', down: 'add a rollback to the change set' },
  };
}

/** `users.yaml` beside a log `users.sql` with one change set; with several, `users.<id>.yaml`. */
function manifestOf(
  { file, id }: ChangeSet,
  isAlone: boolean,
  files: readonly SqlSource[],
): SqlSource | null {
  const ofOne = manifestBeside(file.replace(/\.[^./]+$/, `.${id}.x`), files);
  return ofOne ?? (isAlone && isSql(file) ? manifestBeside(file, files) : null);
}

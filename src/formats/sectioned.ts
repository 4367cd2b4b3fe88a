import type { Problem } from '../core/errors.ts';
import type { Recorded } from '../core/history/recorded.ts';
import { compareVersions, type SqlSource } from '../core/migration.ts';
import type { Draft, Reading } from './format.ts';
import { manifestBeside } from './manifest-beside.ts';
import { baseOf, isSql } from './paths.ts';
import { findMarkers, isEmptySql, type Marker, partOf } from './sections.ts';

/** A convention with both directions in one file, each begun by a comment. */
export interface Sectioned {
  /** Of the base name: version and description. */
  readonly fileName: RegExp;
  /** Of a whole line, with the flags `gim`: the direction, and what is said of the section. */
  readonly marker: RegExp;
  /** The comments themselves, for messages. */
  readonly comments: { readonly up: string; readonly down: string };
  /** What stands before the first comment is the way up. */
  readonly upMayBeBare?: boolean;
  /** Mends a section for being run as a script, or says what is wrong with it. */
  readonly finish?: (text: string) => string;
  readonly withoutTransaction?: (file: SqlSource, options: string) => boolean;
  readonly findProblems?: (file: SqlSource) => readonly Problem[];
  readonly toRecorded: (version: string, path: string) => Recorded;
}

/** The files that have sections of the convention. */
export const findSectioned = (files: readonly SqlSource[], { marker }: Sectioned): SqlSource[] =>
  files.filter(({ path, text }) => isSql(path) && findMarkers(text, marker).length > 0);

export function readSectioned(files: readonly SqlSource[], convention: Sectioned): Reading {
  const scripts = convention.upMayBeBare
    ? files.filter(({ path }) => isSql(path) && convention.fileName.test(baseOf(path)))
    : findSectioned(files, convention);
  const problems: Problem[] = [];
  const drafts = scripts.flatMap((file) => toDraft(file, files, convention, problems));
  return {
    drafts: drafts.toSorted((a, b) => compareVersions(a.version, b.version)),
    problems,
    unplaced: files.filter((file) => isSql(file.path) && !scripts.includes(file)),
  };
}

function toDraft(
  file: SqlSource,
  files: readonly SqlSource[],
  convention: Sectioned,
  problems: Problem[],
): Draft[] {
  const { comments, finish = (text: string) => text } = convention;
  const [, version, description = ''] = convention.fileName.exec(baseOf(file.path)) ?? [];
  if (version === undefined) {
    problems.push({
      file: file.path,
      message: 'the name has no version',
      expected: '<version>_<description>.sql',
    });
    return [];
  }
  const sections = cutSections(file, convention, problems);
  if (sections === null) return [];
  problems.push(...(convention.findProblems?.(file) ?? []));
  const { up, down } = sections;
  const finished = (part: SqlSource): SqlSource => ({ ...part, text: finish(part.text) });
  const recorded = convention.toRecorded(version, file.path);
  return [
    {
      version,
      description,
      repeatable: false,
      up: finished(up.part),
      authored: up.part.text.trim(),
      down: down === null || isEmptySql(down.part.text) ? null : finished(down.part),
      manifest: manifestBeside(file.path, files),
      withoutTransaction: convention.withoutTransaction?.(file, up.options) ?? false,
      recorded,
      missing: {
        up: `a section "${comments.up}"`,
        down: `add a section "${comments.down}" with statements`,
      },
    },
  ];
}

interface Section {
  readonly part: SqlSource;
  readonly options: string;
}

function cutSections(
  file: SqlSource,
  { marker, comments, upMayBeBare }: Sectioned,
  problems: Problem[],
): { readonly up: Section; readonly down: Section | null } | null {
  const markers = findMarkers(file.text, marker);
  const found = (direction: 'up' | 'down') =>
    markers.filter(({ match }) => match[1]?.toLowerCase() === direction);
  const [ups, downs] = [found('up'), found('down')];
  for (const { line } of [...ups.slice(1), ...downs.slice(1)]) {
    problems.push({ file: file.path, line, message: 'this section is there already', expected: 'it once' });
  }
  const sectionAt = (at: Marker): Section => {
    const next = markers.find((other) => other.at > at.at);
    return {
      part: partOf(file, at.end, next?.at ?? file.text.length),
      options: (at.match[2] ?? '').trim(),
    };
  };
  const [up] = ups;
  const [down] = downs;
  const first = markers[0]?.at ?? file.text.length;
  const isBare = upMayBeBare === true && up === undefined;
  if (!isBare && !isEmptySql(file.text.slice(0, first))) {
    problems.push({
      file: file.path,
      line: 1,
      message: 'there are statements before the first section, which would run in neither direction',
      expected: `"${comments.up}" before them`,
    });
  }
  if (up === undefined && !isBare) {
    problems.push({ file: file.path, message: 'there is no way up', expected: `"${comments.up}"` });
    return null;
  }
  return {
    up: up === undefined ? { part: partOf(file, 0, first), options: '' } : sectionAt(up),
    down: down === undefined ? null : sectionAt(down),
  };
}

import type { Problem } from '../core/errors.ts';
import type { Recorded } from '../core/history/recorded.ts';
import { compareVersions, type SqlSource } from '../core/migration.ts';
import type { Draft, Reading } from './format.ts';
import type { MigrationFileName, Naming } from './naming.ts';
import { besides, folderOf } from './paths.ts';

/** A file whose name the convention knows. */
export interface NamedFile {
  readonly source: SqlSource;
  readonly name: MigrationFileName;
}

/** What a convention's tool would write into its history. */
export type ToRecorded = (up: NamedFile) => Recorded | undefined;

/** Puts forward files, down files and manifests of the same version together, by their names alone. */
export function assemble(files: readonly SqlSource[], naming: Naming, toRecorded: ToRecorded): Reading {
  const named = files.flatMap((source) => nameFile(source, naming));
  const groups = groupByVersion(named).map((group) => new Group(group, naming, toRecorded));
  const drafts = groups.map((group) => group.toDraft());
  const placed = new Set(named.map(({ source }) => source));
  return {
    drafts: drafts.filter((draft) => draft !== null),
    problems: groups.flatMap((group) => group.problems),
    unplaced: files.filter((source) => !placed.has(source)),
  };
}

function nameFile(source: SqlSource, naming: Naming): NamedFile[] {
  const name = naming.read(source.path);
  return name === null ? [] : [{ source, name }];
}

function groupByVersion(files: readonly NamedFile[]): NamedFile[][] {
  const groups: NamedFile[][] = [];
  for (const file of files.toSorted(compareFiles)) {
    const open = groups.at(-1);
    const [first] = open ?? [];
    if (open !== undefined && first !== undefined && compareNames(first.name, file.name) === 0)
      open.push(file);
    else groups.push([file]);
  }
  return groups;
}

const compareFiles = (a: NamedFile, b: NamedFile): number =>
  compareNames(a.name, b.name) || compareText(a.source.path, b.source.path);

function compareNames(a: MigrationFileName, b: MigrationFileName): number {
  if (a.repeatable !== b.repeatable) return a.repeatable ? 1 : -1;
  return a.repeatable ? compareText(a.description, b.description) : compareVersions(a.version, b.version);
}

const compareText = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

/** The files of one version, and what is wrong with them. */
class Group {
  readonly problems: Problem[] = [];
  readonly #files: readonly NamedFile[];
  readonly #naming: Naming;
  readonly #toRecorded: ToRecorded;

  constructor(files: readonly NamedFile[], naming: Naming, toRecorded: ToRecorded) {
    this.#files = files;
    this.#naming = naming;
    this.#toRecorded = toRecorded;
  }

  toDraft(): Draft | null {
    const up = this.#only('up');
    const down = this.#only('down');
    const manifest = this.#only('manifest');
    const head = up ?? manifest;
    if (head === null) {
      if (down !== null) this.#reportOrphanDown(down);
      return null;
    }
    if (manifest !== null && up !== null) this.#checkBeside(manifest, up);
    const { version, description, repeatable } = head.name;
    const downName = this.#naming.write({ ...head.name, role: 'down' });
    const recorded = up === null ? undefined : this.#toRecorded(up);
    return {
      version,
      description,
      repeatable,
      up: up?.source ?? null,
      authored: up?.source.text ?? null,
      down: down?.source ?? null,
      manifest: manifest?.source ?? null,
      ...(recorded === undefined ? {} : { recorded }),
      missing: {
        up: this.#naming.write({ ...head.name, role: 'up' }),
        down: repeatable ? 'name one as rollback.down' : `add ${downName}`,
      },
    };
  }

  /** The first file of a role; each further one is a problem. */
  #only(role: MigrationFileName['role']): NamedFile | null {
    const [first, ...others] = this.#files.filter((file) => file.name.role === role);
    if (first === undefined) return null;
    const what = { up: 'forward', down: 'down', manifest: 'manifest' }[role];
    for (const other of others) {
      const { repeatable, version, description } = first.name;
      const which = repeatable ? `the repeatable migration ${description}` : `version ${version}`;
      this.problems.push({
        file: other.source.path,
        message: `${which} has a ${what} file already: ${first.source.path}`,
        expected: 'each version once',
      });
    }
    return first;
  }

  #checkBeside(manifest: NamedFile, up: NamedFile): void {
    const isBeside =
      manifest.name.description === up.name.description &&
      manifest.name.version === up.name.version &&
      folderOf(manifest.source.path) === folderOf(up.source.path);
    if (isBeside) return;
    this.problems.push({
      file: manifest.source.path,
      message: `this manifest does not bear the name of its forward file ${up.source.path}`,
      expected: besides(up.source.path, this.#naming.write({ ...up.name, role: 'manifest' })),
    });
  }

  #reportOrphanDown(down: NamedFile): void {
    this.problems.push({
      file: down.source.path,
      message: `this file undoes version ${down.name.version}, which is not here`,
      expected: this.#naming.write({ ...down.name, role: 'up' }),
    });
  }
}

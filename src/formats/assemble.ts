import type { Problem } from '../core/errors.ts';
import type { Manifest } from '../core/manifest/manifest.ts';
import { parseManifest } from '../core/manifest/parse.ts';
import { compareVersions, type Migration, type SqlSource } from '../core/migration.ts';
import { checksumOf } from './checksum.ts';
import type { MigrationFileName, Naming } from './naming.ts';
import { besides, folderOf, samePath } from './paths.ts';

/** A file whose name the convention knows. */
export interface NamedFile {
  readonly source: SqlSource;
  readonly name: MigrationFileName;
}

export interface Assembly {
  /** In the order in which they are applied: versions, then repeatable ones by description. */
  readonly migrations: readonly Migration[];
  readonly problems: readonly Problem[];
  /** Files that manifests name as their way down, whatever they are called. */
  readonly namedDowns: readonly SqlSource[];
}

/** Puts forward files, down files and manifests of the same version together. */
export function assemble(named: readonly NamedFile[], all: readonly SqlSource[], naming: Naming): Assembly {
  const groups = groupByVersion(named).map((group) => new Group(group, all, naming));
  const migrations = groups.map((group) => group.toMigration());
  return {
    migrations: migrations.filter((migration) => migration !== null),
    problems: groups.flatMap((group) => group.problems),
    namedDowns: groups.flatMap((group) => group.namedDowns),
  };
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
  readonly namedDowns: SqlSource[] = [];
  readonly #files: readonly NamedFile[];
  readonly #all: readonly SqlSource[];
  readonly #naming: Naming;

  constructor(files: readonly NamedFile[], all: readonly SqlSource[], naming: Naming) {
    this.#files = files;
    this.#all = all;
    this.#naming = naming;
  }

  toMigration(): Migration | null {
    const up = this.#only('up');
    const conventionalDown = this.#only('down');
    const manifestFile = this.#only('manifest');
    const manifest = manifestFile === null ? null : this.#readManifest(manifestFile, up);

    const head = up ?? manifestFile;
    if (head === null) {
      if (conventionalDown !== null) this.#reportOrphanDown(conventionalDown);
      return null;
    }
    const down = this.#namedDown(manifest, up) ?? conventionalDown?.source ?? null;
    if (manifest !== null) this.#checkPolicy(manifest, head.name, down);
    return {
      version: head.name.version,
      description: head.name.description,
      format: up === null ? 'manifest' : this.#naming.format,
      repeatable: head.name.repeatable,
      checksum: checksumOf(up?.source.text ?? null, manifestFile?.source.text ?? null),
      up: up?.source ?? null,
      down,
      manifest,
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

  #readManifest(file: NamedFile, up: NamedFile | null): Manifest | null {
    const { path, text } = file.source;
    const result = parseManifest(path, text);
    if (!result.ok) {
      this.problems.push(...result.problems);
      return null;
    }
    if (up === null && result.manifest.expand === undefined) {
      const expected = `${this.#naming.write({ ...file.name, role: 'up' })} beside it, or its statements under expand`;
      this.problems.push({
        file: path,
        message: 'this manifest has no forward file and no expand',
        expected,
      });
      return null;
    }
    if (up !== null && !isBeside(file, up)) {
      const expected = besides(up.source.path, this.#naming.write({ ...up.name, role: 'manifest' }));
      const message = `this manifest does not bear the name of its forward file ${up.source.path}`;
      this.problems.push({ file: path, message, expected });
    }
    return result.manifest;
  }

  #namedDown(manifest: Manifest | null, up: NamedFile | null): SqlSource | null {
    const named = manifest?.rollback.down;
    if (named === undefined) return null;
    const path = besides(named.path, named.value);
    const found = this.#all.find((source) => samePath(source.path, path));
    const isForward = found !== undefined && found === up?.source;
    if (found !== undefined && !isForward) {
      this.namedDowns.push(found);
      return found;
    }
    this.problems.push({
      file: named.path,
      line: named.line,
      column: named.column,
      path: 'rollback.down',
      message: isForward ? `${path} is the forward file` : `there is no file ${path}`,
      expected: 'an SQL file in the folder of migrations, relative to the manifest',
    });
    return null;
  }

  #checkPolicy(manifest: Manifest, name: MigrationFileName, down: SqlSource | null): void {
    const { policy, down: named } = manifest.rollback;
    const needsDown = policy === 'down' || policy === 'down-then-restore';
    if (!needsDown || down !== null || named !== undefined) return;
    const remedy = name.repeatable
      ? 'name one as rollback.down'
      : `add ${this.#naming.write({ ...name, role: 'down' })}`;
    this.problems.push({
      file: manifest.path,
      path: 'rollback.policy',
      message: `the policy ${policy} needs a down file: ${remedy}, or set rollback.policy`,
      expected: 'a down file, or the policy restore or none',
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

const isBeside = (manifest: NamedFile, up: NamedFile): boolean =>
  manifest.name.description === up.name.description &&
  manifest.name.version === up.name.version &&
  folderOf(manifest.source.path) === folderOf(up.source.path);

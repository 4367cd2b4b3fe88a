import { InputError } from '../core/errors.ts';
import type { FolderFormat, SqlSource } from '../core/migration.ts';
import type { Format } from './format.ts';
import { formatNamed, signedFormats } from './formats.ts';
import { baseOf } from './paths.ts';
import { plain } from './plain/plain.ts';

export interface Detection {
  /** Null when no file looks like a migration. */
  readonly format: Format | null;
  /** One sentence on how it was found. */
  readonly because: string;
}

/**
 * Finds the format of a folder by what only files of that format have.
 * @param asked for by a person; nothing is then detected
 * @param askedWith the option that a person asks with, for messages
 * @throws InputError when files of more than one format are there
 */
export function detectFormat(
  files: readonly SqlSource[],
  asked: FolderFormat | undefined,
  askedWith = '--format',
): Detection {
  if (asked !== undefined) return { format: formatNamed(asked), because: `${asked}, as asked for` };
  const found = signedFormats.flatMap((format) => sightings(format, files));
  const [first, second] = found.length > 0 ? found : sightings(plain, files);
  if (first === undefined) return { format: null, because: 'no file is named like a migration' };
  if (second !== undefined) throw ambiguous(found, askedWith);
  const count = first.signs.length === 1 ? '1 file is' : `${first.signs.length} files are`;
  const because = `${first.format.name}, because ${count} ${first.format.sign} ${baseOf(first.example.path)}`;
  return { format: first.format, because };
}

interface Sighting {
  readonly format: Format;
  readonly signs: readonly SqlSource[];
  readonly example: SqlSource;
}

function sightings(format: Format, files: readonly SqlSource[]): Sighting[] {
  const signs = format.findSigns(files);
  const [example] = signs;
  return example === undefined ? [] : [{ format, signs, example }];
}

const ambiguous = (found: readonly Sighting[], askedWith: string): InputError =>
  new InputError(
    'the folder holds migrations of more than one format',
    found.map(({ format, signs, example }) => ({
      file: example.path,
      message: `named as ${format.name} does, like ${signs.length} of the files`,
    })),
    `say which to use: ${found.map(({ format }) => `${askedWith} ${format.name}`).join(' or ')}`,
  );

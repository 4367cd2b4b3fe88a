import { assemble } from '../assemble.ts';
import type { Format } from '../format.ts';
import { baseOf, besides, isSql } from '../paths.ts';
import { explainUpDownName, upDownNaming } from './names.ts';

/** golang-migrate and its kin: a file for each direction. */
export const upDown: Format = {
  name: 'up-down',
  sign: 'named like',
  patterns: '<version>_<description>.up.sql or <version>_<description>.down.sql',
  findSigns: (files) => {
    const paths = new Set(files.map(({ path }) => path));
    // A manifest beside an SQL file of its own name belongs to whatever format that is of.
    const isAnothers = (path: string): boolean =>
      !isSql(path) && paths.has(besides(path, baseOf(path).replace(/\.ya?ml$/i, '.sql')));
    return files.filter(({ path }) => upDownNaming.read(path) !== null && !isAnothers(path));
  },
  read: (files) =>
    assemble(files, upDownNaming, ({ name }) => ({
      tool: 'golang-migrate',
      version: BigInt(name.version).toString(),
    })),
  explainUnplaced: ({ path }) => explainUpDownName(baseOf(path)),
};

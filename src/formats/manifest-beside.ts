import type { SqlSource } from '../core/migration.ts';
import { besides } from './paths.ts';

/** The manifest that bears the name of its SQL file, if there is one. */
export const manifestBeside = (path: string, files: readonly SqlSource[]): SqlSource | null =>
  findManifest(path.replace(/\.[^./]+$/, ''), files);

/** The manifest of a migration that has a folder to itself. */
export const manifestWithin = (path: string, files: readonly SqlSource[]): SqlSource | null =>
  findManifest(besides(path, 'manifest'), files);

const findManifest = (stem: string, files: readonly SqlSource[]): SqlSource | null =>
  files.find(({ path }) => path === `${stem}.yaml` || path === `${stem}.yml`) ?? null;

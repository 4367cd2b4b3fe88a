import type { MigrationFileName, Naming } from '../naming.ts';
import { baseOf } from '../paths.ts';

const script = /^(\d+)_(.+)\.(up|down)\.sql$/i;
const manifest = /^(\d+)_(.+)\.ya?ml$/i;
const withoutDirection = /^\d+_.+\.sql$/i;

/** golang-migrate and its kin: `042_add_email.up.sql`, `042_add_email.down.sql`, the manifest `042_add_email.yaml`. */
export const upDownNaming: Naming = {
  read,
  write: ({ role, version, description }) =>
    `${version}_${description}${role === 'manifest' ? '.yaml' : `.${role}.sql`}`,
};

export const explainUpDownName = (base: string): string | null =>
  withoutDirection.test(base) && !script.test(base) ? 'says neither .up.sql nor .down.sql' : null;

function read(path: string): MigrationFileName | null {
  const base = baseOf(path);
  const [, version, description, direction] = script.exec(base) ?? manifest.exec(base) ?? [];
  if (version === undefined || description === undefined) return null;
  const role = direction === undefined ? 'manifest' : direction.toLowerCase() === 'up' ? 'up' : 'down';
  return { role, version, description, repeatable: false };
}

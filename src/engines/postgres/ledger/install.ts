import { FatalError } from '../../../core/errors.ts';
import type { Session } from '../session/session.ts';
import { installStatements, LEDGER_FORMAT } from './schema.ts';

/** Whether the ledger is there. Throws FatalError when a newer program made it. */
export async function isInstalled(session: Session): Promise<boolean> {
  const [there] = await session.read<{ fence: string | null }>(
    `SELECT to_regclass('lockkeeper.fence') AS fence`,
  );
  if (there?.fence === null || there === undefined) return false;
  const [row] = await session.read<{ format: string }>('SELECT format FROM lockkeeper.fence');
  if (row === undefined) return false;
  if (Number(row.format) > LEDGER_FORMAT) {
    throw new FatalError(
      `the ledger in this database has format ${row.format}, this program knows ${LEDGER_FORMAT}`,
      { code: 'ledger-too-new', remedy: 'use the newer version of Lockkeeper that has been at work here' },
    );
  }
  return true;
}

/** Creates the ledger where it is missing. Idempotent. Throws FatalError without the right to create a schema. */
export async function install(session: Session): Promise<void> {
  if (await isInstalled(session)) return;
  await session.transact('install ledger', installStatements);
}

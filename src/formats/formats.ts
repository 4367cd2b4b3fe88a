import type { FolderFormat } from '../core/migration.ts';
import { alembic } from './alembic/alembic.ts';
import { dbmate } from './dbmate/dbmate.ts';
import { diesel } from './diesel/diesel.ts';
import { drizzle } from './drizzle/drizzle.ts';
import { flyway } from './flyway/flyway.ts';
import type { Format } from './format.ts';
import { goose } from './goose/goose.ts';
import { liquibase } from './liquibase/liquibase.ts';
import { nodePgMigrate } from './node-pg-migrate/node-pg-migrate.ts';
import { plain } from './plain/plain.ts';
import { prisma } from './prisma/prisma.ts';
import { sqitch } from './sqitch/sqitch.ts';
import { upDown } from './up-down/up-down.ts';

const formats: Readonly<Record<FolderFormat, Format>> = {
  flyway,
  'up-down': upDown,
  diesel,
  dbmate,
  goose,
  liquibase,
  alembic,
  prisma,
  drizzle,
  'node-pg-migrate': nodePgMigrate,
  sqitch,
  plain,
};

export const formatNamed = (name: FolderFormat): Format => formats[name];

/** Those that are known by a sign of their own. Files that are merely numbered are taken for plain SQL after them. */
export const signedFormats: readonly Format[] = Object.values(formats).filter((format) => format !== plain);

/** Those that are known by the names of their files alone. */
export const namedFormats: readonly Format[] = [flyway, upDown, diesel, prisma];

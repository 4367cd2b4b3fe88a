/** What decides how a server carries out an ALTER TABLE. */
export interface OnlineServer {
  /** As the server says it, e.g. `10.11.19-MariaDB-log`, `5.7.29-log`. */
  readonly version: string;
  readonly isMariaDb: boolean;
}

/** As facts name it; null where there is no database to ask. */
export const onlineServer = (version: string | undefined): OnlineServer | null =>
  version === undefined ? null : { version, isMariaDb: /mariadb/i.test(version) };

/** `MariaDB 10.11.19` */
export const describeServer = ({ version, isMariaDb }: OnlineServer): string =>
  `${isMariaDb ? 'MariaDB' : 'MySQL'} ${numbers(withoutPrefix(version)).join('.')}`;

/** Whether the server is of this version or a later one. */
export function isAtLeast(server: OnlineServer, version: string): boolean {
  const have = numbers(withoutPrefix(server.version));
  for (const [index, wanted] of numbers(version).entries()) {
    const part = have[index] ?? 0;
    if (part !== wanted) return part > wanted;
  }
  return true;
}

/** MariaDB used to put `5.5.5-` before its version, for replicas that knew no two digits. */
const withoutPrefix = (version: string): string => version.replace(/^5\.5\.5-(?=\d+\.\d+\.\d+-MariaDB)/i, '');

const numbers = (version: string): readonly number[] =>
  (/^\d+(?:\.\d+)*/.exec(version)?.[0] ?? '').split('.').map(Number);

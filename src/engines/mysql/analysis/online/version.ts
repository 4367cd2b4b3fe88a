/** What decides how a server carries out an ALTER TABLE. */
export interface OnlineServer {
  /** As the server says it, e.g. `10.11.19-MariaDB-log`, `5.7.29-log`. */
  readonly version: string;
  readonly isMariaDb: boolean;
}

/** Whether the server is of this version or a later one. */
export function isAtLeast(server: OnlineServer, version: string): boolean {
  const have = numbers(server.version.replace(/^5\.5\.5-(?=\d+\.\d+\.\d+-MariaDB)/i, ''));
  for (const [index, wanted] of numbers(version).entries()) {
    const part = have[index] ?? 0;
    if (part !== wanted) return part > wanted;
  }
  return true;
}

const numbers = (version: string): readonly number[] =>
  (/^\d+(?:\.\d+)*/.exec(version)?.[0] ?? '').split('.').map(Number);

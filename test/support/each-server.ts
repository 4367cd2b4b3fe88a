import { afterAll, beforeAll, beforeEach, describe, type TestContext } from 'vitest';

/** Why there is no such server here. */
export interface NoServer {
  readonly reason: string;
}

/** Describes the same for servers of several kinds; where there is no server, tests are skipped with the reason. */
export function eachServer<Kind extends string, Server extends { stop(): Promise<void> }>(
  what: string,
  kinds: readonly Kind[],
  open: (kind: Kind) => Promise<Server | NoServer>,
  tests: (kind: Kind, server: () => Server) => void,
): void {
  for (const kind of kinds) {
    describe(`${what} (${kind})`, () => {
      let opened: Server | NoServer;
      beforeAll(async () => {
        opened = await open(kind);
      });
      beforeEach((context: TestContext) => {
        if ('reason' in opened) context.skip(opened.reason);
      });
      afterAll(async () => {
        if (!('reason' in opened)) await opened.stop();
      });
      tests(kind, () => {
        if ('reason' in opened) throw new Error(opened.reason);
        return opened;
      });
    });
  }
}

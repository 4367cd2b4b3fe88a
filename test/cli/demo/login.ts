import type { Login } from '../../../src/cli/demo/dialect.ts';

/** A database URL of a test server taken apart. */
export function loginOf(url: string): Login {
  const { hostname, port, username, password, pathname } = new URL(url);
  return {
    host: hostname,
    port: Number(port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
  };
}

import type { Socket } from 'node:net';
import pg from 'pg';
import type { Login } from '../../../app/ports/engine.ts';
import { tlsOptions } from '../../tls.ts';

/** Milliseconds for the connection, TLS and login together. */
const CONNECT_TIMEOUT_MS = 10_000;

/** Values come back as the server wrote them. */
const asText = { getTypeParser: () => (value: string) => value };

/** A connection that is not made yet; its socket is the caller's to cut. */
export function newClient(login: Login, name: string, socket: Socket): pg.Client {
  return new pg.Client({
    host: login.host,
    port: login.port,
    user: login.user,
    // A function, because the driver takes an empty password for none and looks into the environment.
    password: () => login.password,
    database: login.database,
    ssl: tlsOptions(login.tls),
    application_name: name,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    types: asText,
    stream: () => socket,
  });
}

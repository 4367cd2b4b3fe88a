import { describe, expect, it } from 'vitest';
import { parseDatabaseUrl } from '../../src/cli/database-url.ts';

const environment = { PGPASSWORD: 'from-pg', MYSQL_PWD: 'from-mysql' };

describe('a database URL', () => {
  it.each([
    ['postgres://me@localhost/shop', { engine: 'postgres', port: 5432, password: 'from-pg' }],
    ['postgresql://me:own@localhost:1/shop', { engine: 'postgres', port: 1, password: 'own' }],
    ['mysql://me@localhost/shop', { engine: 'mysql', port: 3306, password: 'from-mysql' }],
    ['mariadb://me:own@localhost:33061/shop', { engine: 'mysql', port: 33061, password: 'own' }],
  ])('%s says which engine, and where the password comes from', (url, { engine, port, password }) => {
    const { target, secret } = parseDatabaseUrl(url, environment);
    expect(target).toMatchObject({ engine, port, host: 'localhost', database: 'shop', tls: 'off' });
    expect(secret).toMatchObject({ username: 'me', password, dbname: 'shop' });
  });

  it.each([
    ['mysql://me@db.example.com/shop', 'verify'],
    ['mysql://me@db.example.com/shop?ssl-mode=VERIFY_IDENTITY', 'verify'],
    ['mysql://me@localhost/shop?ssl-mode=VERIFY_IDENTITY', 'verify'],
    ['mysql://me@localhost/shop?ssl-mode=DISABLED', 'off'],
  ])('%s: TLS %s', (url, tls) => {
    expect(parseDatabaseUrl(url, {}).target.tls).toBe(tls);
  });

  it.each([
    ['mysql://me@db.example.com/shop?ssl-mode=DISABLED', /loopback addresses only/],
    ['mysql://me@db.example.com/shop?ssl-mode=REQUIRED', /cannot be used/],
    ['mysql://me@db.example.com/shop?sslmode=verify-full', /cannot be used/],
    ['mysql://me@localhost/shop?ssl-mode=DISABLED&ssl-ca=ca.pem', /cannot be used/],
  ])('%s is refused', (url, message) => {
    expect(() => parseDatabaseUrl(url, {})).toThrow(message);
  });
});

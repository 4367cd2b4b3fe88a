import type { EngineUnderTest } from './world.ts';

/** A key that has to be walked along: its columns, and rows in the order of the key. */
export interface KeyCase {
  readonly name: string;
  readonly columns: Readonly<Record<string, string>>;
  /** Values as SQL, a row each. */
  readonly rows: readonly string[];
}

export interface RefusedKey {
  readonly name: string;
  readonly table: string;
  readonly because: RegExp;
}

const keyed = (name: string, type: string, ...rows: readonly string[]): KeyCase => ({
  name,
  columns: { id: type },
  rows,
});

/** Types that every engine has, under the same name. */
const everywhere: readonly KeyCase[] = [
  keyed('integers below zero', 'int', '-2147483648', '-1', '0', '1', '2147483647'),
  keyed(
    'integers that JavaScript cannot hold',
    'bigint',
    '-9223372036854775808',
    '9023393775362049',
    '9023393775362050',
    '9223372036854775807',
  ),
  keyed('sparse integers', 'bigint', '1', '2', '3', '300000000000', '300000000001'),
  keyed(
    'exact numbers',
    'decimal(30,10)',
    '-1.5',
    '0.0000000001',
    '0.0000000002',
    '12345678901234567890.1234567891',
  ),
  keyed('dates', 'date', `'1000-01-01'`, `'2026-11-26'`, `'9999-12-31'`),
  {
    name: 'several columns',
    columns: { a: 'int', b: 'varchar(10)' },
    rows: [`1, 'a'`, `1, 'b'`, `1, 'c'`, `2, 'a'`, `2, 'b'`, `3, 'a'`],
  },
];

const mysql: readonly KeyCase[] = [
  ...everywhere,
  keyed(
    'unsigned integers',
    'bigint unsigned',
    '0',
    '9223372036854775807',
    '9223372036854775808',
    '18446744073709551614',
    '18446744073709551615',
  ),
  keyed('medium unsigned integers', 'mediumint unsigned', '0', '1', '16777214', '16777215'),
  keyed('integers filled with zeros', 'int(10) unsigned zerofill', '0', '7', '80', '4294967295'),
  keyed('bits', 'bit(64)', `b'0'`, `b'1'`, `b'10'`, `b'${'1'.repeat(63)}0'`, `b'${'1'.repeat(64)}'`),
  keyed('members of an ENUM in their order', `enum('b','a','c','Z')`, `'b'`, `'a'`, `'c'`, `'Z'`),
  {
    name: 'an ENUM and a number',
    columns: { a: `enum('b','a')`, b: 'int' },
    rows: [`'b', 1`, `'b', 2`, `'a', 1`, `'a', 2`, `'a', 3`],
  },
  keyed(
    'instants',
    'datetime(6)',
    `'2026-01-01 00:00:00.000000'`,
    `'2026-01-01 00:00:00.000012'`,
    `'2026-01-01 00:00:00.000013'`,
    `'2026-01-01 00:00:01'`,
  ),
  keyed(
    'timestamps',
    'timestamp(6)',
    `'2026-10-25 00:30:00'`,
    `'2026-10-25 01:30:00'`,
    `'2026-10-25 01:30:00.000001'`,
  ),
  keyed('times below zero', 'time(6)', `'-838:59:59'`, `'-00:00:00.000001'`, `'00:00:00'`, `'838:59:59'`),
  keyed('years', 'year', '1901', '2026', '2155'),
  keyed('bytes', 'varbinary(8)', `X''`, `X'00'`, `X'0000'`, `X'27'`, `X'5C'`, `X'FF'`),
  keyed('bytes of fixed length', 'binary(4)', `X'00000000'`, `X'00010000'`, `X'FFFFFFFF'`),
  keyed(
    'texts without regard to case',
    'varchar(20) character set utf8mb4 collate utf8mb4_general_ci',
    `''`,
    `'_'`,
    `'a'`,
    `'Á2'`,
    `'B'`,
    `'c''\\\\'`,
    `'ß'`,
    `'日本'`,
  ),
  keyed(
    'texts by their bytes',
    'varchar(20) character set utf8mb4 collate utf8mb4_bin',
    `'A'`,
    `'B '`,
    `'_'`,
    `'a'`,
    `'é'`,
    `'日本'`,
  ),
  keyed(
    'texts of another character set',
    'varchar(20) character set latin1 collate latin1_swedish_ci',
    `'a'`,
    `'e'`,
    `'É2'`,
    `'z'`,
    `'ö'`,
  ),
];

export const walkedKeys: Readonly<Record<EngineUnderTest, readonly KeyCase[]>> = {
  postgres: [
    ...everywhere,
    keyed(
      'instants',
      'timestamptz',
      `'2026-10-25 00:30:00.000001Z'`,
      `'2026-10-25 00:30:00.000002Z'`,
      `'2026-10-25 01:30Z'`,
    ),
    keyed('texts', 'text COLLATE "C"', `''`, `'A'`, `'_'`, `'a'`, `'é'`),
    keyed(
      'uuids',
      'uuid',
      `'00000000-0000-0000-0000-000000000000'`,
      `'ffffffff-ffff-ffff-ffff-ffffffffffff'`,
    ),
    keyed('bytes', 'bytea', `'\\x'`, `'\\x00'`, `'\\xff'`),
  ],
  mariadb: [
    ...mysql,
    keyed(
      'uuids',
      'uuid',
      `'00000000-0000-1000-8000-000000000000'`,
      `'00000001-0000-1000-8000-000000000000'`,
      `'ffffffff-ffff-1fff-bfff-ffffffffffff'`,
    ),
    keyed('addresses', 'inet6', `'::1'`, `'2001:db8::1'`, `'2001:db8::2'`),
  ],
  mysql57: mysql,
  mysql8: mysql,
  sqlserver: [
    ...everywhere.filter(({ name }) => name !== 'several columns'),
    {
      name: 'several columns',
      columns: { a: 'int', b: 'date' },
      rows: [`1, '2026-01-01'`, `1, '2026-01-02'`, `2, '2026-01-01'`, `2, '2026-01-03'`, `3, '2026-01-01'`],
    },
    keyed('small integers', 'tinyint', '0', '1', '254', '255'),
    keyed(
      'uuids in the order of their last bytes',
      'uniqueidentifier',
      `'ff000000-0000-0000-0000-000000000000'`,
      `'00000000-0000-0000-0000-000000000001'`,
      `'00000000-0000-0000-0000-ffffffffffff'`,
    ),
    keyed(
      'instants',
      'datetime2(7)',
      `'0001-01-01'`,
      `'2026-01-01 00:00:00.0000011'`,
      `'2026-01-01 00:00:00.0000022'`,
      `'9999-12-31 23:59:59'`,
    ),
    keyed(
      'instants of the old kind',
      'datetime',
      `'1753-01-01'`,
      `'2026-01-01T00:00:00.003'`,
      `'2026-01-01T00:00:00.007'`,
    ),
    keyed(
      'instants with an offset',
      'datetimeoffset(7)',
      `'2026-10-25T02:30:00.0000011+02:00'`,
      `'2026-10-25T01:30:00.0000011+00:00'`,
    ),
    keyed('times', 'time(7)', `'00:00:00'`, `'00:00:00.0000011'`, `'23:59:59.0000011'`),
    keyed('bytes', 'varbinary(8)', '0x00', '0x0001', '0x27', '0x5C', '0xFF'),
  ],
};

const nullable: RefusedKey = {
  name: 'a key that may be null',
  table: 'CREATE TABLE k (id int UNIQUE, visits int DEFAULT 0)',
  because: /may be null/,
};

const mysqlRefused: readonly RefusedKey[] = [
  nullable,
  {
    name: 'a floating point key',
    table: 'CREATE TABLE k (id double PRIMARY KEY, visits int DEFAULT 0)',
    because: /floating point/,
  },
  {
    name: 'the beginning of a text',
    table: 'CREATE TABLE k (id varchar(100) NOT NULL, visits int, UNIQUE (id(5)))',
    because: /only the beginning of column id/,
  },
  {
    name: 'a SET',
    table: `CREATE TABLE k (id set('a','b') PRIMARY KEY, visits int)`,
    because: /has type set\('a','b'\)/,
  },
  {
    name: 'a table without transactions',
    table: 'CREATE TABLE k (id int PRIMARY KEY, visits int) ENGINE=MyISAM',
    because: /has no transactions/,
  },
];

export const refusedKeys: Readonly<Record<EngineUnderTest, readonly RefusedKey[]>> = {
  postgres: [
    nullable,
    {
      name: 'a floating point key',
      table: 'CREATE TABLE k (id float8 PRIMARY KEY, visits int DEFAULT 0)',
      because: /floating point/,
    },
  ],
  mariadb: mysqlRefused,
  mysql57: mysqlRefused,
  mysql8: mysqlRefused,
  sqlserver: [
    nullable,
    {
      name: 'a text',
      table: 'CREATE TABLE k (id nvarchar(20) PRIMARY KEY, visits int DEFAULT 0)',
      because: /is a text/,
    },
    {
      name: 'a floating point key',
      table: 'CREATE TABLE k (id float PRIMARY KEY, visits int DEFAULT 0)',
      because: /floating point/,
    },
  ],
};

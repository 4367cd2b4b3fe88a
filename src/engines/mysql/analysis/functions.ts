import type { Token } from './tokens.ts';

/** Functions of the servers that give the same answer for the same arguments, in every session and on every server. */
const deterministic = new Set(
  `ABS ACOS ADDDATE ADDTIME AES_DECRYPT AES_ENCRYPT ASCII ASIN ATAN ATAN2 BIN BIT_COUNT BIT_LENGTH CAST CEIL CEILING CHAR
   CHAR_LENGTH CHARACTER_LENGTH CHR COALESCE COMPRESS CONCAT CONCAT_WS CONV CONVERT COS COT CRC32 CRC32C DATE DATE_ADD DATE_FORMAT
   DATE_SUB DATEDIFF DAY DAYOFMONTH DAYOFWEEK DAYOFYEAR DEGREES DIV ELT EXP EXPORT_SET EXTRACT FIELD FIND_IN_SET FLOOR FORMAT
   FROM_BASE64 FROM_DAYS GREATEST HEX HOUR IF IFNULL INET_ATON INET_NTOA INET6_ATON INET6_NTOA INSERT INSTR INTERVAL
   IS_IPV4 IS_IPV6 IS_UUID ISNULL JSON_ARRAY JSON_ARRAY_APPEND JSON_ARRAY_INSERT JSON_COMPACT JSON_CONTAINS JSON_CONTAINS_PATH JSON_DEPTH
   JSON_DETAILED JSON_EXISTS JSON_EXTRACT JSON_INSERT JSON_KEYS JSON_LENGTH JSON_LOOSE JSON_MERGE JSON_MERGE_PATCH JSON_MERGE_PRESERVE JSON_NORMALIZE
   JSON_OBJECT JSON_OVERLAPS JSON_PRETTY JSON_QUERY JSON_QUOTE JSON_REMOVE JSON_REPLACE JSON_SEARCH JSON_SET JSON_STORAGE_SIZE
   JSON_TYPE JSON_UNQUOTE JSON_VALID JSON_VALUE LAST_DAY LCASE LEAST LEFT LENGTH LENGTHB LN LOCATE LOG LOG10 LOG2 LOWER LPAD LTRIM
   MAKE_SET MAKEDATE MAKETIME MD5 MICROSECOND MID MINUTE MOD MONTH NULLIF NVL NVL2 OCT OCTET_LENGTH ORD PERIOD_ADD PERIOD_DIFF
   PI POINT POSITION POW POWER QUARTER QUOTE RADIANS REGEXP_INSTR REGEXP_LIKE REGEXP_REPLACE REGEXP_SUBSTR REPEAT REPLACE REVERSE RIGHT
   ROUND ROW RPAD RTRIM SEC_TO_TIME SECOND SHA SHA1 SHA2 SIGN SIN SOUNDEX SPACE SQRT ST_ASTEXT ST_GEOMFROMTEXT ST_X ST_Y STR_TO_DATE
   STRCMP SUBDATE SUBSTR SUBSTRING SUBSTRING_INDEX SUBTIME TAN TIME TIME_FORMAT TIME_TO_SEC TIMEDIFF TIMESTAMP TIMESTAMPADD
   TIMESTAMPDIFF TO_BASE64 TO_DAYS TO_SECONDS TRIM TRUNCATE UCASE UNCOMPRESS UNHEX UPPER WEEK WEEKDAY WEEKOFYEAR WEIGHT_STRING YEAR
   YEARWEEK BIN_TO_UUID UUID_TO_BIN`.split(/\s+/),
);

/** Those that depend on the clock, the session or chance, and change nothing in the database. */
const harmless = new Set(
  `BENCHMARK CHARSET COERCIBILITY COLLATION CONNECTION_ID CONVERT_TZ CURDATE CURRENT_DATE CURRENT_ROLE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER
   CURTIME DATABASE DAYNAME DEFAULT FOUND_ROWS FROM_UNIXTIME GET_FORMAT GROUPING ICU_VERSION IS_FREE_LOCK IS_USED_LOCK LAST_INSERT_ID LOCALTIME
   LOCALTIMESTAMP MONTHNAME NAME_CONST NOW RAND RANDOM_BYTES ROW_COUNT SCHEMA SESSION_USER SLEEP SYSDATE SYSTEM_USER UNIX_TIMESTAMP USER UTC_DATE
   UTC_TIME UTC_TIMESTAMP UUID UUID_SHORT UUID_V4 UUID_V7 VALUES VERSION ANY_VALUE`.split(/\s+/),
);

const aggregates = new Set(
  `AVG BIT_AND BIT_OR BIT_XOR COUNT GROUP_CONCAT JSON_ARRAYAGG JSON_OBJECTAGG MAX MEDIAN MIN PERCENTILE_CONT PERCENTILE_DISC STD STDDEV
   STDDEV_POP STDDEV_SAMP SUM VAR_POP VAR_SAMP VARIANCE`.split(/\s+/),
);

/** They count rows that others change. */
const windows = new Set(
  'CUME_DIST DENSE_RANK FIRST_VALUE LAG LAST_VALUE LEAD NTH_VALUE NTILE PERCENT_RANK RANK ROW_NUMBER'.split(
    ' ',
  ),
);

/** Words that a parenthesis may follow without a call. */
const noFunctions = new Set(
  `ALL AND ANY AS BETWEEN BINARY BY CASE CHARACTER CROSS DISTINCT DUPLICATE ELSE EXCEPT EXISTS FOR FROM FULL GROUP HAVING IGNORE IN INDEX INNER INTERSECT INTO
   IS JOIN KEY LATERAL LIKE LIMIT MATCH AGAINST NOT OF OFFSET ON OR ORDER OUTER OVER PARTITION REGEXP RETURNING RLIKE SELECT SET SOME TABLE THEN UNION UPDATE
   USE USING VALUE WHEN WHERE WINDOW WITH XOR SIGNED UNSIGNED DECIMAL DATETIME NCHAR VARCHAR VARBINARY FORCE STRAIGHT_JOIN RECURSIVE
   DELETE EXPLAIN`.split(/\s+/),
);

/** Types that CAST may name with a length. */
const castTypes = new Set([
  'CHAR',
  'BINARY',
  'DECIMAL',
  'DATETIME',
  'TIME',
  'NCHAR',
  'VARCHAR',
  'FLOAT',
  'DOUBLE',
]);

export interface Call {
  readonly name: string;
  readonly token: Token;
}

/** The functions that are called, with the database where one is named. */
export function callsIn(tokens: readonly Token[]): readonly Call[] {
  return tokens.flatMap((token, index) => {
    const next = tokens[index + 1];
    if (next?.kind !== 'sign' || next.raw !== '(') return [];
    const previous = tokens[index - 1];
    const isQualified = previous?.raw === '.';
    if (token.kind === 'name') return isTableList(tokens, index) ? [] : [{ name: token.value, token }];
    if (token.kind !== 'word') return [];
    if (isQualified)
      return isTableList(tokens, index)
        ? []
        : [{ name: `${tokens[index - 2]?.raw ?? ''}.${token.raw}`, token }];
    if (noFunctions.has(token.value) || isTableList(tokens, index)) return [];
    if (previous?.value === 'AS' && castTypes.has(token.value)) return [];
    return [{ name: token.value, token }];
  });
}

/** `INSERT INTO t (…)`, `WITH q (…) AS`, `, q (…) AS`: names with a list of columns behind them. */
function isTableList(tokens: readonly Token[], index: number): boolean {
  let before = index - 1;
  while (tokens[before]?.raw === '.') before -= 2;
  return listed.has(tokens[before]?.value ?? '') || isCommonTable(tokens, index);
}

const listed = new Set(['INTO', 'WITH', 'RECURSIVE', 'REFERENCES', 'TABLE']);

/** `, q (a, b) AS (`: another part of a WITH. */
function isCommonTable(tokens: readonly Token[], index: number): boolean {
  let depth = 0;
  for (let at = index + 1; at < tokens.length; at++) {
    if (tokens[at]?.raw === '(') depth++;
    if (tokens[at]?.raw === ')' && --depth === 0) {
      return tokens[at + 1]?.value === 'AS' && tokens[at + 2]?.raw === '(';
    }
  }
  return false;
}

/** Functions that may change the database: those that are not the server's own. */
export const writingCallsIn = (tokens: readonly Token[]): readonly string[] =>
  namesWhere(
    tokens,
    (name) => !deterministic.has(name) && !harmless.has(name) && !aggregates.has(name) && !windows.has(name),
  );

/** Functions that may give another value the next time. */
export const unsteadyCallsIn = (tokens: readonly Token[]): readonly string[] =>
  namesWhere(tokens, (name) => !deterministic.has(name));

const namesWhere = (tokens: readonly Token[], wanted: (name: string) => boolean): readonly string[] => [
  ...new Set(
    callsIn(tokens)
      .map(({ name }) => name)
      .filter(wanted),
  ),
];

/** Calls that need more than their own row, with the reason. */
export function foreignCallIn(tokens: readonly Token[]): string | null {
  for (const { name } of callsIn(tokens)) {
    if (windows.has(name)) return `${name}(…) is a window function, which looks at other rows`;
    if (aggregates.has(name)) return `${name}(…) is an aggregate, which looks at other rows`;
  }
  return tokens.some(({ kind, value }) => kind === 'word' && value === 'OVER')
    ? 'OVER makes a window, which looks at other rows'
    : null;
}

/** What has to be known of a statement outside transactions to find out later whether it took effect. */
export type AloneStatement =
  | {
      readonly does: 'build-index';
      /** As the catalogue spells it. */
      readonly name: string;
      /** As the author wrote it. */
      readonly table: string;
      readonly ifNotExists: boolean;
    }
  | { readonly does: 'drop-index'; readonly name: string; readonly ifExists: boolean }
  /** Doing it twice is doing it once; `object` is what half-built indexes may be left on. */
  | { readonly does: 'reindex'; readonly object: string; readonly kind: 'index' | 'table' }
  | { readonly does: 'repeatable' }
  | { readonly does: 'unnamed-index' }
  /** Nobody can tell afterwards whether it was done. */
  | { readonly does: 'unverifiable' };

const part = String.raw`(?:"(?:[^"]|"")+"|[^\s"().;,]+)`;
const qualified = String.raw`(${part}(?:\s*\.\s*${part})?)`;

const buildIndex = new RegExp(
  String.raw`^CREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\s+(IF\s+NOT\s+EXISTS\s+)?(?:(?!ON\s)(${part})\s+)?ON\s+(?:ONLY\s+)?${qualified}`,
  'i',
);
const dropIndex = new RegExp(String.raw`^DROP\s+INDEX\s+CONCURRENTLY\s+(IF\s+EXISTS\s+)?${qualified}`, 'i');
const reindex = new RegExp(
  String.raw`^REINDEX\s+(?:\([^)]*\)\s*)?(INDEX|TABLE)\s+(?:CONCURRENTLY\s+)?${qualified}`,
  'i',
);
const repeatable =
  /^(VACUUM|ANALYZE|ANALYSE|CLUSTER|REINDEX|CHECKPOINT|REFRESH\s+MATERIALIZED\s+VIEW|ALTER\s+TYPE\s.+\sADD\s+VALUE\s+IF\s+NOT\s+EXISTS)\b/is;

/** Reads a statement as far as its heads go; the server has parsed it in full when the plan was made. */
export function readAloneStatement(text: string): AloneStatement {
  const sql = withoutComments(text).trim();
  const build = buildIndex.exec(sql);
  if (build !== null) {
    const [, ifNotExists, name, table = ''] = build;
    if (name === undefined) return { does: 'unnamed-index' };
    return { does: 'build-index', name: foldName(name), table, ifNotExists: ifNotExists !== undefined };
  }
  const drop = dropIndex.exec(sql);
  if (drop !== null) return { does: 'drop-index', name: drop[2] ?? '', ifExists: drop[1] !== undefined };
  const again = reindex.exec(sql);
  if (again !== null) {
    return {
      does: 'reindex',
      kind: again[1]?.toLowerCase() === 'index' ? 'index' : 'table',
      object: again[2] ?? '',
    };
  }
  return repeatable.test(sql) ? { does: 'repeatable' } : { does: 'unverifiable' };
}

/** `"Odd ""Name"` → `Odd "Name`, `Plain` → `plain`: how the server folds it. */
export function foldName(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toLowerCase();
}

/** Comments become a space; quoted text, in which `--` and `/*` mean nothing, is kept. */
function withoutComments(sql: string): string {
  return sql.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*.*?\*\//gs, (found) =>
    found.startsWith('--') || found.startsWith('/*') ? ' ' : found,
  );
}

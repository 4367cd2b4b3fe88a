import { Document, isSeq, parseDocument, type YAMLSeq } from 'yaml';
import type { PlacedRewrite } from './placed.ts';

/**
 * Puts rewrites into a manifest, or begins one; comments and the order of keys stay. Only what the rewrites need is
 * written: entries in place of entries, and the backfill and contract of what cannot be done in one go.
 * @param text null where there is no manifest yet
 * @param hasDown whether there is a down file: without one, the way back has to be said
 */
export function fixManifest(
  text: string | null,
  rewrites: readonly PlacedRewrite[],
  hasDown: boolean,
): string {
  const document = text === null ? new Document({}) : parseDocument(text);
  for (const phase of ['contract', 'expand'] as const) replaceEntries(document, phase, rewrites);
  const later = rewrites.flatMap((rewrite) => (rewrite.later === undefined ? [] : [rewrite.later]));
  const sequence = (path: readonly string[]): YAMLSeq => {
    const there = document.getIn(path);
    if (isSeq(there)) return there;
    document.setIn(path, document.createNode([]));
    return document.getIn(path) as YAMLSeq;
  };
  for (const { checks } of later) {
    for (const when of ['before', 'after'] as const) {
      for (const check of checks?.[when] ?? []) sequence(['checks', when]).add(document.createNode(check));
    }
  }
  for (const { keepCurrent, ...backfill } of later.flatMap(({ backfills = [] }) => backfills)) {
    // Triggers are the manifest's default.
    const kept = keepCurrent ? {} : { keep_current: false };
    sequence(['backfill']).add(document.createNode({ ...backfill, ...kept }));
    const none = { no_nulls: { table: backfill.table, columns: Object.keys(backfill.set) } };
    sequence(['checks', 'after']).add(document.createNode(none));
  }
  const contract = later.flatMap((each) => each.contract);
  if (contract.length > 0) {
    // Where old code is served by a default, there is nothing to wait for unless something else is.
    const gates = later.map(({ contractAfter }) => contractAfter);
    const after = gates.includes('approval')
      ? 'approval'
      : gates.includes('deployment')
        ? 'deployment'
        : 'immediately';
    if (!document.hasIn(['contract', 'after'])) document.setIn(['contract', 'after'], after);
    const statements = sequence(['contract', 'sql']);
    statements.items.unshift(...contract.map((statement) => document.createNode(statement)));
  }
  if (text === null && !hasDown) document.setIn(['rollback'], document.createNode({ policy: 'restore' }));
  return document.toString({ lineWidth: 0 });
}

/** From the last to the first, so that the places of those still to come stay what they were. */
function replaceEntries(
  document: Document.Parsed | Document,
  phase: 'expand' | 'contract',
  rewrites: readonly PlacedRewrite[],
): void {
  const entries = document.getIn(phase === 'expand' ? ['expand'] : ['contract', 'sql']);
  if (!isSeq(entries)) return;
  const own = rewrites.flatMap((rewrite) =>
    rewrite.place.in === phase ? [{ at: rewrite.place.entry, statements: rewrite.statements }] : [],
  );
  for (const { at, statements } of own.toSorted((a, b) => b.at - a.at)) {
    entries.items.splice(at, 1, ...statements.map((statement) => document.createNode(statement)));
  }
}

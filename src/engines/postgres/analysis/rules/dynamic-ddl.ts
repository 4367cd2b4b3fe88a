import { defineRule } from '../../../../core/analysis/rule.ts';
import { blockOf, executedTexts, withoutComments } from '../blocks.ts';
import type { Look } from './look.ts';

export const rule = defineRule({
  id: 'dynamic-ddl',
  severity: 'warning',
  title: 'Schema changes put together from strings cannot be planned, checked or undone',
  versions: 'all',
});

export const look: Look = ({ node }) => {
  const block = blockOf(node);
  if (block === null) return [];
  const replaced = /replace\s*\([^;]*'CREATE (?:UNIQUE )?INDEX/i.test(withoutComments(block));
  if (replaced) {
    return [
      rule.finding(
        'index definitions are changed by replacing text: ‘CREATE INDEX’ is not in ‘CREATE UNIQUE INDEX’, names may hold either, and CONCURRENTLY is refused in a DO block anyway',
        'Write the DROP INDEX and CREATE INDEX CONCURRENTLY statements out, one by one.',
      ),
    ];
  }
  const verb = executedTexts(block)
    .map((text) => /\b(CREATE|ALTER|DROP|TRUNCATE|REINDEX)\b\s+(?:\w+\s+)?/i.exec(text)?.[1])
    .find((word) => word !== undefined);
  if (verb === undefined) return [];
  return [
    rule.finding(
      `the block puts a ${verb.toUpperCase()} together from strings: what it locks or loses is known only when it runs`,
      'Write the statements out as plain SQL.',
    ),
  ];
};

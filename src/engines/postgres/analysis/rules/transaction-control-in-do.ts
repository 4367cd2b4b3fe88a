import { defineRule } from '../../../../core/analysis/rule.ts';
import { blockOf, statementWords } from '../blocks.ts';
import type { Look } from './look.ts';

export const rule = defineRule({
  id: 'transaction-control-in-do',
  severity: 'error',
  title: 'COMMIT in a DO block fails inside a transaction',
  versions: 'all',
});

export const look: Look = ({ node }) => {
  const block = blockOf(node);
  const ends =
    block === null ? [] : statementWords(block).filter((word) => word === 'COMMIT' || word === 'ROLLBACK');
  const [first] = ends;
  if (first === undefined) return [];
  return [
    rule.finding(
      `${first} in a DO block is refused as soon as the block runs inside a transaction, and Lockkeeper runs each step in one, as most tools do`,
      'Write the loop as a backfill in the manifest: its batches commit by themselves and go on after an interruption.',
    ),
  ];
};

import { defineRule } from '../../../../core/analysis/rule.ts';
import { as, isOn } from '../tree.ts';
import type { Look } from './look.ts';

export const rule = defineRule({
  id: 'concurrent-index-corruption',
  severity: 'danger',
  title: 'Concurrent index builds of PostgreSQL 14.0 to 14.3 lose rows',
  versions: '14.0 to 14.3',
});

/** Release notes of PostgreSQL 14.4: an index built concurrently might miss rows written meanwhile. */
export const look: Look = ({ node, known }) => {
  const concurrent =
    as(node, 'IndexStmt')?.concurrent === true || isOn(as(node, 'ReindexStmt')?.params, 'concurrently');
  const { version } = known;
  if (!concurrent || version?.major !== 14 || version.minor > 3) return [];
  return [
    rule.finding(
      `this server is PostgreSQL 14.${version.minor}, whose concurrent index builds miss rows that are written meanwhile`,
      'Update the server to 14.4 or later first.',
    ),
  ];
};

import { type Claim, lockOn } from '../../claim.ts';
import { written } from '../../effects.ts';
import { claim } from './claim.ts';
import * as found from './findings.ts';
import type { Node } from './parser.ts';
import { all, as, isOn, relationName } from './tree.ts';

/** VACUUM and ANALYZE. */
export function vacuum(node: Node): Claim | null {
  const statement = as(node, 'VacuumStmt');
  if (statement === undefined) return null;
  const tables = all(statement.rels, 'VacuumRelation').flatMap(({ relation }) =>
    relation ? [relationName(relation)] : [],
  );
  if (!statement.is_vacuumcmd) {
    return claim('ANALYZE', 'schema', { long: true, locks: lockOn('SHARE UPDATE EXCLUSIVE', ...tables) });
  }
  const full = isOn(statement.options, 'full');
  const verb = full ? 'VACUUM FULL' : 'VACUUM';
  return claim(verb, 'schema', {
    transactional: false,
    long: true,
    locks: lockOn(full ? 'ACCESS EXCLUSIVE' : 'SHARE UPDATE EXCLUSIVE', ...tables),
    findings: full ? [found.vacuumFull(verb)] : [],
  });
}

/** CLUSTER; without a table it commits after each one it finds. */
export function cluster(node: Node): Claim | null {
  const statement = as(node, 'ClusterStmt');
  if (statement === undefined) return null;
  const tables = statement.relation === undefined ? [] : [relationName(statement.relation)];
  return claim('CLUSTER', 'schema', {
    transactional: statement.relation !== undefined,
    long: true,
    locks: lockOn('ACCESS EXCLUSIVE', ...tables),
    findings: [found.cluster('CLUSTER')],
  });
}

export function refresh(node: Node): Claim | null {
  const statement = as(node, 'RefreshMatViewStmt');
  if (statement === undefined) return null;
  const view = relationName(statement.relation);
  const concurrent = statement.concurrent === true;
  return claim(`REFRESH MATERIALIZED VIEW${concurrent ? ' CONCURRENTLY' : ''}`, 'data', {
    long: statement.skipData !== true,
    locks: lockOn(concurrent ? 'EXCLUSIVE' : 'ACCESS EXCLUSIVE', view),
    effects: [written(view)],
    findings: concurrent ? [] : [found.refreshNotConcurrent(view)],
  });
}

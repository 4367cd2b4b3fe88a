import type { Claim } from '../../claim.ts';
import { altered, created } from '../../effects.ts';
import { claim } from './claim.ts';
import * as found from './findings.ts';
import type { Node } from './parser.ts';
import { as, listName, relationName } from './tree.ts';

/** CREATE TYPE in its forms, and CREATE DOMAIN. */
export function createType(node: Node): Claim | null {
  const composite = as(node, 'CompositeTypeStmt')?.typevar;
  const names =
    as(node, 'CreateEnumStmt')?.typeName ??
    as(node, 'CreateRangeStmt')?.typeName ??
    as(node, 'CreateDomainStmt')?.domainname;
  if (composite === undefined && names === undefined) return null;
  const name = composite === undefined ? listName(names) : relationName(composite);
  const verb = as(node, 'CreateDomainStmt') === undefined ? 'CREATE TYPE' : 'CREATE DOMAIN';
  return claim(verb, 'schema', { effects: [created({ type: 'type', name })] });
}

/** ALTER TYPE … ADD VALUE and RENAME VALUE. */
export function alterEnum(node: Node): Claim | null {
  const statement = as(node, 'AlterEnumStmt');
  if (statement === undefined) return null;
  const name = listName(statement.typeName);
  const value = `'${statement.newVal ?? ''}'`;
  if (statement.oldVal !== undefined) {
    return claim('ALTER TYPE', 'schema', {
      effects: [altered({ type: 'type', name }, `rename value '${statement.oldVal}' to ${value}`)],
      findings: [found.renameBreaksCode(`'${statement.oldVal}' of ${name}`, value)],
    });
  }
  return claim('ALTER TYPE', 'schema', {
    effects: [altered({ type: 'type', name }, `add value ${value}`)],
    findings: [found.enumValue(value)],
  });
}

/** ALTER DOMAIN: a new or validated constraint reads every table that uses the domain. */
export function alterDomain(node: Node): Claim | null {
  const statement = as(node, 'AlterDomainStmt');
  if (statement === undefined) return null;
  const name = listName(statement.typeName);
  const constraint = as(statement.def, 'Constraint');
  // Subtypes of the grammar: T default, N drop not null, O set not null, C add, X drop, V validate a constraint.
  const scans =
    (statement.subtype === 'C' && !constraint?.skip_validation) ||
    ['O', 'V'].includes(statement.subtype ?? '');
  return claim('ALTER DOMAIN', 'schema', {
    long: scans,
    ...(scans ? { lockElsewhere: statement.subtype === 'V' ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE' } : {}),
    effects: [altered({ type: 'type', name }, words[statement.subtype ?? ''] ?? 'definition')],
    findings:
      statement.subtype === 'V' || !scans
        ? []
        : [found.constraintNotNotValid(`every table that uses ${name}`, 'check')],
  });
}

const words: Readonly<Record<string, string>> = {
  T: 'default',
  N: 'drop not null',
  O: 'set not null',
  C: 'add constraint',
  X: 'drop constraint',
  V: 'validate constraint',
};

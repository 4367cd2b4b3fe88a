import { Token } from 'aws-cdk-lib';
import type { DeployedTarget } from './target.ts';

type Named = Pick<DeployedTarget, 'name' | 'instance'>;

/**
 * Patterns for IAM of the names that core/restore/names.ts gives; each answers none for a target without an
 * instance. RDS stores identifiers in lower case.
 */
export const restoredName = (target: Named): string[] => derivedName(target, 'rb');
export const failedName = (target: Named): string[] => derivedName(target, 'failed');
export const snapshotName = ({ name, instance }: Named): string[] =>
  instance === undefined ? [] : [`lockkeeper-${name}-*`];

/** A cluster, where the target is one, as something that is named; and its members. */
export const clusterOf = ({ name, cluster }: Pick<DeployedTarget, 'name' | 'cluster'>): Named => ({
  name,
  instance: cluster,
});
export const membersOf = ({ name, members }: Pick<DeployedTarget, 'name' | 'members'>): Named[] =>
  members.map((instance) => ({ name, instance }));

/** The instance as its owner calls it. */
export const productionName = ({ instance }: Named): string[] =>
  instance === undefined ? [] : [Token.isUnresolved(instance) ? instance : instance.toLowerCase()];

/** The instance under all the names that a run knows it by. */
export const instanceNames = (target: Named): string[] => [
  ...productionName(target),
  ...restoredName(target),
  ...failedName(target),
];

/** An identifier up to this length is kept whole in the derived names; of a longer one at least `KEPT`. */
const WHOLE = 31;
const KEPT = 22;

function derivedName({ instance }: Named, infix: string): string[] {
  if (instance === undefined) return [];
  // A name that CloudFormation makes up is cut at a place not known here: the infix and the run's tag remain.
  if (Token.isUnresolved(instance)) return [`*-${infix}-*`];
  const id = instance.toLowerCase();
  return [`${id.length <= WHOLE ? id : `${id.slice(0, KEPT)}*`}-${infix}-*`];
}

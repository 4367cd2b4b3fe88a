import { AwsError } from '../gateway/errors.ts';
import type { QueryParameters } from '../gateway/query.ts';
import { clusterArn } from './clusters/describe.ts';
import { instanceArn, snapshotArn } from './describe.ts';
import type { Fleet } from './fleet.ts';
import type { Tag } from './records.ts';

/** The tags of the instance or snapshot that the parameter ResourceName means. */
export function taggable(fleet: Fleet, parameters: QueryParameters) {
  const arn = parameters.required('ResourceName');
  const identifier = lastPart(arn);
  if (arn === instanceArn(fleet.options, identifier)) {
    const instance = fleet.instance(identifier);
    return {
      get: () => instance.tags,
      set: (tags: readonly Tag[]) => {
        instance.tags = tags;
      },
    };
  }
  if (arn === clusterArn(fleet.options, identifier)) {
    const cluster = fleet.cluster(identifier);
    return {
      get: () => cluster.tags,
      set: (tags: readonly Tag[]) => {
        cluster.tags = tags;
      },
    };
  }
  if (arn === snapshotArn(fleet.options, identifier)) {
    const { tags } = fleet.snapshot(identifier);
    return {
      get: () => tags.list,
      set: (list: readonly Tag[]) => {
        tags.list = list;
      },
    };
  }
  throw new AwsError('InvalidParameterValue', `${arn} is not the ARN of a DB instance or DB snapshot here.`);
}

/** The identifier at the end of an ARN, or the text itself. */
export function lastPart(arn: string): string {
  return arn.split(':').at(-1) ?? arn;
}

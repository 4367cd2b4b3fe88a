import type { EngineName } from '../src/core/ids.ts';

/** Where SQL has been seen to work over the Data API. */
const speaks: Readonly<Record<EngineName, boolean>> = { postgres: true, mysql: false, sqlserver: false };

/** Why a target cannot use the Data API, in words, or null. */
export function dataApiProblem(target: {
  readonly engine: EngineName;
  readonly cluster?: string | undefined;
}): string | null {
  if (target.cluster === undefined) return 'the Data API is that of an Aurora cluster: name the cluster';
  return speaks[target.engine] ? null : `the Data API is not supported for ${target.engine} yet: use direct`;
}

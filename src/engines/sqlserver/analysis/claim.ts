import { type Claim, claimOf, type ClaimDetails as Details } from '../../claim.ts';
import { lockModes, strongest, type TableLock } from './locks.ts';

export interface ClaimDetails extends Omit<Details, 'lock'> {
  readonly locks?: readonly TableLock[];
}

export const claim = (verb: string, kind: Claim['kind'], details: ClaimDetails = {}): Claim =>
  claimOf(verb, kind, { ...details, lock: strongest(details.locks ?? []) });

/** Some of these kinds decide what the whole is. */
const kinds = ['unknown', 'schema', 'data', 'query', 'session'] as const;

/** What several statements do that are sent as one. */
export function union(verb: string, claims: readonly Claim[]): Claim {
  const kind = kinds.find((each) => claims.some((one) => one.kind === each)) ?? 'query';
  const locks = claims.flatMap(({ lock }) =>
    (lock?.tables ?? []).flatMap((table) =>
      lockModes.filter((mode) => mode === lock?.mode).map((mode): TableLock => ({ mode, table })),
    ),
  );
  return claim(verb, kind, {
    transactional: claims.every((one) => one.transactional),
    long: claims.some((one) => one.long),
    locks,
    effects: claims.flatMap((one) => one.effects),
    destroys: claims.some((one) => one.destroys),
    findings: claims.flatMap((one) => one.findings),
  });
}

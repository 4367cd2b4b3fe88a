import type { Finding } from '../analysis/statement.ts';
import { lossOf, type RowsWritten } from '../decisions/situation.ts';
import type { ContractGate } from '../manifest/manifest.ts';
import type { Direction, Step } from './plan.ts';

/** A person must agree beforehand to what cannot be taken back and to what nobody understands. */
export function approvalReasons(plan: {
  readonly direction: Direction;
  readonly findings: readonly Finding[];
  readonly steps: readonly Step[];
  readonly backfills: readonly RowsWritten[];
  readonly gate: ContractGate;
  readonly restorable: boolean;
  readonly unproved?: string | undefined;
}): string[] {
  // Going down drops what going up made: that is what was asked for, and only the unknown needs consent.
  const destructive = plan.direction === 'down' ? [] : plan.steps.filter((step) => step.destroys);
  // A gate that a person or the deployment opens is itself the consent, provided there is a way back.
  const gated = plan.restorable && (plan.gate.opens === 'approval' || plan.gate.opens === 'deployment');
  const unconsented = destructive.filter((step) => !(gated && step.phase === 'contract'));
  const unknown = plan.findings.filter(
    (finding) => finding.severity === 'danger' && finding.rule !== 'destructive-statement',
  );
  return [
    ...unconsented.map((step) => `${step.id} destroys data: ${step.title}`),
    ...plan.backfills.flatMap((backfill) => {
      const loss = lossOf(backfill, plan.steps);
      return loss === null ? [] : [loss];
    }),
    ...unknown.map((finding) => `${finding.rule}: ${finding.message}`),
    ...(plan.unproved === undefined ? [] : [plan.unproved]),
  ];
}

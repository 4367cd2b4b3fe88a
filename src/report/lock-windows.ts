import type { Plan, Step } from '../core/plan/plan.ts';
import { type Blocked, blockedBy } from './lock-effect.ts';

/** What others notice of a step. */
export interface LockWindow {
  /** Null where the engine's word for the lock is not known. */
  readonly blocked: Blocked | null;
  readonly tables: readonly string[];
  /** Null where no table is locked. */
  readonly mode: string | null;
  /** Milliseconds others may queue behind it while it asks for its lock; then it lets them pass and asks again. */
  readonly waitsMs: number;
  /** `moment`: only the catalogue is changed. `work`: held while rows are read or written, however long that takes. */
  readonly held: 'moment' | 'work';
}

export function lockWindow(step: Step, { settings }: Pick<Plan, 'settings'>): LockWindow {
  const { lock } = step;
  return {
    blocked: lock === null ? 'nothing' : blockedBy(lock.mode),
    tables: lock?.tables ?? [],
    mode: lock?.mode ?? null,
    waitsMs: step.mode === 'alone' ? settings.concurrentLockTimeoutMs : settings.lockTimeoutMs,
    held: step.long ? 'work' : 'moment',
  };
}

/** Whether somebody may be held up for longer than a lock timeout: a scan, build or rewrite under a strong lock. */
export const holdsUp = ({ blocked, held }: LockWindow): boolean => blocked !== 'nothing' && held === 'work';

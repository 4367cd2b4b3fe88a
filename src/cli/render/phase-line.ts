import type { RunEvent, RunRecord } from '../../app/ports/run-store.ts';
import type { Status } from '../../core/lifecycle.ts';
import type { Plan } from '../../core/plan/plan.ts';
import type { Paint } from '../../report/paint.ts';
import { displayWidth } from './width.ts';

type Stop = 'check' | 'snapshot' | 'expand' | 'backfill' | 'switch' | 'validate' | 'contract';

/** Where on the way a status belongs; null for those that leave it. */
const stops: Readonly<Partial<Record<Status, Stop>>> = {
  planned: 'check',
  leased: 'check',
  checked: 'check',
  'awaiting-approval': 'check',
  snapshotted: 'snapshot',
  expanding: 'expand',
  backfilling: 'backfill',
  validating: 'validate',
  switching: 'switch',
  'awaiting-contract': 'contract',
  contracting: 'contract',
};

interface Journey {
  readonly run: RunRecord;
  readonly plan: Plan;
  readonly events: readonly RunEvent[];
}

/**
 * The way of a run in one line: `✓ check  ✓ expand  ▸ backfill  · validate`; where that is too wide, the names of
 * the others are left out.
 */
export function phaseLine(journey: Journey, paint: Paint, width: number): string {
  const long = draw(journey, paint, true);
  return displayWidth(long) <= width ? long : draw(journey, paint, false);
}

function draw({ run, plan, events }: Journey, paint: Paint, named: boolean): string {
  const way = wayOf(plan);
  const here = stops[run.status] ?? lastStop(events);
  const at = run.verdict === 'SUCCEEDED' ? way.length : Math.max(0, way.indexOf(here));
  const left = stops[run.status] === undefined && run.verdict !== 'SUCCEEDED';
  const others = (mark: string, stop: Stop): string => (named ? `${mark} ${stop}` : mark);
  const parts = way.map((stop, index) => {
    if (index < at) return paint.green(others('✓', stop));
    if (index > at) return paint.dim(others('·', stop));
    return left ? paint.yellow(others('✗', stop)) : paint.bold(`▸ ${stop}`);
  });
  const away = left && run.verdict === undefined ? [paint.yellow(`▸ ${run.status}`)] : [];
  return [...parts, ...away].join(named ? '  ' : ' ');
}

/** What this plan has; a snapshot only where one is taken. */
function wayOf({ steps, backfills, checks, restorePoint }: Plan): readonly Stop[] {
  return [
    'check',
    ...(restorePoint.take ? (['snapshot'] as const) : []),
    ...(steps.some(({ phase }) => phase === 'expand') ? (['expand'] as const) : []),
    ...(backfills.length > 0 ? (['backfill'] as const) : []),
    ...(steps.some(({ phase }) => phase === 'switch') ? (['switch'] as const) : []),
    ...(checks.after.length > 0 ? (['validate'] as const) : []),
    ...(steps.some(({ phase }) => phase === 'contract') ? (['contract'] as const) : []),
  ];
}

/** The last one that was reached before the run left its way. */
function lastStop(events: readonly RunEvent[]): Stop {
  const reached = events.flatMap(({ kind, text }) => {
    const stop = kind === 'status' ? stops[text.split('→ ').at(-1) as Status] : undefined;
    return stop === undefined ? [] : [stop];
  });
  return reached.at(-1) ?? 'check';
}

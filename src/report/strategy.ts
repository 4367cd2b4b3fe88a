import type { Backfill, Plan } from '../core/plan/plan.ts';
import { keptInStep } from './backfill-words.ts';
import { count, describeGate, describePolicy, duration, plural } from './words.ts';

/** One choice the plan has made. */
export interface Choice {
  readonly what: string;
  readonly why: string;
}

/** What is done, and why like this: in the order in which it is done. */
export function strategyOf(plan: Plan): readonly Choice[] {
  return [
    shape(plan),
    ...steps(plan),
    ...indexRebuild(plan),
    ...plan.backfills.map(backfill),
    ...contract(plan),
    ...wayBack(plan),
  ];
}

function shape({ steps, backfills, migration }: Plan): Choice {
  const contracts = steps.some((step) => step.phase === 'contract');
  if (migration.direction === 'down') {
    return {
      what: 'Going back by the down script',
      why: 'what was added is taken away, in its author’s order',
    };
  }
  if (contracts) {
    return {
      what: 'Expand, then contract',
      why: 'what the new code needs is added beside what the old code uses, so that both run; only then is the old taken away',
    };
  }
  return backfills.length > 0
    ? {
        what: 'Expand and backfill',
        why: 'the schema grows first and existing rows follow in small batches; nothing is taken away',
      }
    : { what: 'Expand only', why: 'nothing is left to clean up once the new code is out' };
}

function steps({ steps, settings }: Plan): Choice[] {
  const alone = steps.filter((step) => step.mode === 'alone').length;
  const locking = steps.some((step) => step.lock !== null);
  return [
    ...(locking
      ? [
          {
            what: `Locks are asked for with a timeout of ${duration(settings.lockTimeoutMs / 1000)}`,
            why: `a waiting lock makes everybody behind it wait: it is given up, all others pass, and it is asked for again for up to ${duration(settings.lockRetryForMs / 1000)}`,
          },
        ]
      : []),
    ...(alone > 0
      ? [
          {
            what: `${plural(alone, 'step')} outside a transaction`,
            why: 'a concurrent build holds up nobody, and the server refuses it inside one; it is written down as intended, then looked for in the catalogue',
          },
        ]
      : []),
  ];
}

function indexRebuild({ indexRebuild }: Plan): Choice[] {
  if (indexRebuild === undefined) return [];
  const { table, indexes, kept } = indexRebuild;
  const stay = kept.map(({ name, because }) => `${name} stays, because ${because}`);
  return [
    {
      what: `${plural(indexes.length, 'index', 'indexes')} of ${table} go before the rows and are built again after them: ${indexes.join(', ')}`,
      why: [
        'one build is cheaper than keeping an index current row by row; until then reads that used it are slow',
        ...stay,
      ].join('; '),
    },
  ];
}

function backfill(backfill: Backfill): Choice {
  const { table, key, partitions, parallelism, batch, carries } = backfill;
  const keyNames = key.map(({ name }) => name).join(', ');
  const workers = parallelism === 1 ? 'one worker' : `${count(parallelism)} workers`;
  if (carries?.does === 'compare') {
    return {
      what: `${table} is compared with its replacement before the switch`,
      why: 'both are read in one snapshot, so that a difference is one: nothing is switched that was not seen to be equal',
    };
  }
  const kept = keptInStep(backfill);
  const trigger = kept === '' ? '' : `; ${kept}`;
  const done = carries === undefined ? 'is backfilled' : 'is copied into its replacement';
  const what = backfill.deletes === undefined ? done : 'loses rows';
  return {
    what: `${table} ${what} in batches along ${keyNames}`,
    why: `batches of about ${duration(batch.targetMs / 1000)} hold their row locks for no longer and can be paused between any two; ${workers} on ${plural(partitions, 'partition')} of about equal size${trigger}`,
  };
}

function contract({ steps, gate }: Plan): Choice[] {
  if (!steps.some((step) => step.phase === 'contract')) return [];
  return [
    {
      what: `The contract begins ${describeGate(gate)}`,
      why: steps.some((step) => step.phase === 'contract' && step.destroys)
        ? 'it destroys data: until then, everything can be undone without loss'
        : 'until then, old code finds everything as it was',
    },
  ];
}

function wayBack({ restorePoint, rollback, steps }: Plan): Choice[] {
  const kept = 'a down script keeps what was written since, a restore does not';
  const [, ...why] = restorePoint.reason.split(': ');
  return [
    {
      what: restorePoint.take ? 'A snapshot is taken before the first change' : 'There is no snapshot',
      why: why.length > 0 ? why.join(': ') : 'what no down script brings back is in it',
    },
    ...(steps.length === 0 || rollback.policy === 'none'
      ? []
      : [{ what: `Way back: ${describePolicy(rollback.policy, restorePoint.take)}`, why: kept }]),
  ];
}

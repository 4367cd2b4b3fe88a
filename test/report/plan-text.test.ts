import { describe, expect, it } from 'vitest';
import { stepId } from '../../src/core/ids.ts';
import type { Plan } from '../../src/core/plan/plan.ts';
import { colourPaint, plainPaint } from '../../src/report/paint.ts';
import { renderPlan } from '../../src/report/plan-text.ts';
import { plan } from './sample.ts';

const golden = `Migration 1 verified email, up, on shop (postgres 18.4)
know whether a user's address is verified
plan 0123456789ab

Needs consent before anything happens
  ! contract-2 destroys data: ALTER TABLE users DROP COLUMN token

What changes
  1 × rows written

Strategy
  Expand, then contract
      what the new code needs is added beside what the old code uses, so that both run; only then is the old taken away
  Locks are asked for with a timeout of 500 ms
      a waiting lock makes everybody behind it wait: it is given up, all others pass, and it is asked for again for up to 40 min 00 s
  1 step outside a transaction
      a concurrent build holds up nobody, and the server refuses it inside one; it is written down as intended, then looked for in the catalogue
  public.users is backfilled in batches along id
      batches of about 250 ms hold their row locks for no longer and can be paused between any two; 2 workers on 8 partitions of about equal size; a trigger keeps rows in step that are written meanwhile
  The contract begins when the new code is deployed
      it destroys data: until then, everything can be undone without loss
  A snapshot is taken before the first change
      what no down script brings back is in it
  Way back: the down script; the snapshot where that does not help
      a down script keeps what was written since, a restore does not

Findings
  danger  m/V1__verified.yaml:10:5: DROP COLUMN loses data [destructive-statement]
      better: keep it for a while
  note  m/V1__verified.yaml:9:5: VALIDATE reads every row [scans-table]

Checks before
  no duplicates in users (email)
  no transaction open for more than 5 min 00 s

Restore point
  a snapshot before the first change

Expand
  expand-1  ALTER TABLE users ADD COLUMN email_verified boolean
      locks users: ACCESS EXCLUSIVE (reads and writes wait), waits for it 500 ms at a time
  expand-2  CREATE INDEX CONCURRENTLY i ON users (email_verified)
      locks users: SHARE UPDATE EXCLUSIVE (reads and writes go on), waits for it 10 min 00 s at a time
      may take long: the server works on it alone and is asked how far it is
      outside a transaction
  expand-3  CREATE TRIGGER keep
      locks users: SHARE ROW EXCLUSIVE (writes wait, reads go on), waits for it 500 ms at a time
      Lockkeeper's own

Backfill
  public.users  about 1,000,000 rows, along id bigint
      email_verified = token IS NULL
      where email_verified IS NULL
      8 partitions, 2 at a time; batches of about 250 ms, 1,000 rows first and 100,000 at most
      keeps the server busy 70 % of the time at most
      a trigger keeps rows in step that are written meanwhile

Checks after
  as many rows in users as before, but for writes since

Contract, when the new code is deployed
  contract-1  ALTER TABLE users VALIDATE CONSTRAINT c
      may take long: the server works on it alone and is asked how far it is
  contract-2  ALTER TABLE users DROP COLUMN token
      destroys data
      locks users: ACCESS EXCLUSIVE (reads and writes wait), waits for it 500 ms at a time

Way back: the down script; the snapshot where that does not help
  expand-1  not undone: no statement of the down script reverses it
  expand-2  undone by undo-1: DROP INDEX i
  contract-1  undone together with what it changes
  contract-2  destroys data: only a restore brings it back

Projected on AWS
  293 state transitions and 102 invocations: $0.01 (Step Functions less than $0.01, Lambda less than $0.01, DynamoDB less than $0.01)
  backfills take about 1 min 40 s at 5,000 rows a second each worker
  list prices of us-east-1 as of 2026-11; the snapshot's storage is not in it`;

describe('the plan as text', () => {
  it('says everything that will happen, in order', () => {
    expect(renderPlan(plan, plainPaint)).toBe(golden);
  });

  it('is the same text in colour', () => {
    const coloured = renderPlan(plan, colourPaint);
    expect(coloured).not.toBe(golden);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with a control character
    expect(coloured.replaceAll(/\u001b\[\d+m/g, '')).toBe(golden);
  });

  it('leaves out what a plan does not have', () => {
    const bare: Plan = {
      ...plan,
      migration: { ...plan.migration, version: '', description: 'views', repeatable: true },
      steps: plan.steps.filter((step) => step.id === stepId('expand-1')),
      backfills: [],
      checks: { before: [], after: [] },
      findings: [],
      approvalReasons: [],
      rollback: { policy: 'none', undo: [], notUndone: [] },
    };
    const text = renderPlan(bare);
    expect(text).toContain('Migration views, up,');
    for (const title of ['Findings', 'Backfill', 'Checks', 'Contract', 'Way back', 'consent']) {
      expect(text).not.toContain(title);
    }
  });

  it('names the policy of the way back', () => {
    const text = renderPlan({ ...plan, rollback: { policy: 'down', undo: [], notUndone: [] } });
    expect(text).toContain('Way back: the down script, never a restore');
  });
});

it('says what is written into the history of the team’s own tool', () => {
  const history: Plan['history'] = {
    tool: 'flyway',
    schema: 'public',
    name: 'flyway_schema_history',
    changes: [{ does: 'add', values: { version: '1' }, unless: { version: '1' } }],
  };
  expect(renderPlan({ ...plan, history }, plainPaint)).toContain(
    'Kept current\n  public.flyway_schema_history of flyway: written with the verdict',
  );
  const back = { ...history, changes: [{ does: 'remove', where: { version: '1' } }] } as const;
  expect(renderPlan({ ...plan, history: back }, plainPaint)).toContain('taken out with the verdict');
});

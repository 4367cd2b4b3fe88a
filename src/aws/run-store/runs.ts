import type { Clock } from '../../app/ports/clock.ts';
import type { RunPatch, RunRecord } from '../../app/ports/run-store.ts';
import { firstChange, statusChange } from '../../app/status-change.ts';
import { FatalError, RetryableError } from '../../core/errors.ts';
import type { RunId } from '../../core/ids.ts';
import { arrow, type Status } from '../../core/lifecycle.ts';
import { runKey, runsByTarget } from './schema.ts';
import type { Item, Table } from './table.ts';

/** Attributes of a run's item that are the store's own. */
const own = new Set(['pk', 'sk', 'byTarget', 'byStart', 'moves']);

/** Identity and start: no patch changes them, whatever an untyped caller sends. */
const fixed = new Set(['runId', 'target', 'version', 'direction', 'planId', 'startedAt', 'unannounced']);

/** Each lost race means that someone else's transition succeeded, and a run has few. */
const TRANSITION_ATTEMPTS = 10;

export class Runs {
  readonly #table: Table;
  readonly #clock: Pick<Clock, 'now'>;

  constructor(table: Table, clock: Pick<Clock, 'now'>) {
    this.#table = table;
    this.#clock = clock;
  }

  async create(record: RunRecord): Promise<RunRecord> {
    const item = {
      ...record,
      unannounced: [firstChange(record)],
      moves: 0,
      byTarget: record.target,
      byStart: `${record.startedAt}#${record.runId}`,
    };
    await this.#table.putNew(runKey(record.runId), item, 'run');
    return this.#require(record.runId);
  }

  async get(runId: RunId): Promise<RunRecord | null> {
    const item = await this.#table.get(runKey(runId));
    return item === null ? null : asRecord(item);
  }

  async list(target: string, limit: number): Promise<readonly RunRecord[]> {
    if (limit <= 0) return [];
    const items = await this.#table.query(
      {
        IndexName: runsByTarget,
        KeyConditionExpression: 'byTarget = :target',
        ExpressionAttributeValues: { ':target': target },
        ScanIndexForward: false,
      },
      limit,
    );
    return items.map(asRecord);
  }

  /** Sets the given fields, each by itself, so that nobody's change of another field is lost. */
  async update(runId: RunId, patch: RunPatch): Promise<RunRecord> {
    if (patch.status !== undefined) {
      throw new FatalError('a status is changed by a transition only', { code: 'illegal-transition' });
    }
    const set = setFields(patch);
    if (set.assignments.length === 0) return this.#require(runId);
    const item = await this.#table.update(
      runKey(runId),
      {
        UpdateExpression: `SET ${set.assignments.join(', ')}`,
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeNames: set.names,
        ExpressionAttributeValues: set.values,
      },
      `run ${nameOf(patch)}`,
    );
    if (item === null) throw noSuchRun(runId);
    return asRecord(item);
  }

  /**
   * The status moves only from what was read, told by its word and by how many moves came before it. A lost
   * reply shows as a status that is there already.
   */
  async transition(runId: RunId, to: Status, patch: RunPatch): Promise<RunRecord> {
    for (let attempt = 0; attempt < TRANSITION_ATTEMPTS; attempt++) {
      const stored = await this.#table.get(runKey(runId));
      if (stored === null) throw noSuchRun(runId);
      const run = asRecord(stored);
      if (run.status === to) return run;
      if (arrow(run.status, to) === null) throw illegal(runId, run.status, to);
      const set = setFields({ ...patch, status: to });
      const number = Number(stored.moves) + 1;
      const at = new Date(this.#clock.now()).toISOString();
      const moved = await this.#table.update(
        runKey(runId),
        {
          UpdateExpression: `SET ${[...set.assignments, addChange].join(', ')} ADD moves :one`,
          ConditionExpression: '#status = :from AND moves = :moves',
          ExpressionAttributeNames: { ...set.names, '#status': 'status' },
          ExpressionAttributeValues: {
            ...set.values,
            ':one': 1,
            ':from': run.status,
            ':moves': stored.moves,
            ':none': [],
            ':change': [statusChange(run, to, patch, { number, at })],
          },
        },
        `run to ${to}`,
      );
      if (moved !== null) return asRecord(moved);
    }
    throw new RetryableError(`run ${runId} is being moved by others all the time`, {
      code: 'write-conflict',
    });
  }

  /** Each move adds to the list: only one that has not grown since may be dropped. */
  async forgetAnnounced(runId: RunId, last: number): Promise<void> {
    await this.#table.update(
      runKey(runId),
      {
        UpdateExpression: 'REMOVE unannounced',
        ConditionExpression: 'moves = :last',
        ExpressionAttributeValues: { ':last': last },
      },
      'run announced',
    );
  }

  async #require(runId: RunId): Promise<RunRecord> {
    const run = await this.get(runId);
    if (run === null) throw noSuchRun(runId);
    return run;
  }
}

const addChange = 'unannounced = list_append(if_not_exists(unannounced, :none), :change)';

/** `at contract-3`, `checksAfter`: what a patch is about, for the name of the write. */
const nameOf = (patch: RunPatch): string =>
  Object.keys(patch)
    .map((field) => (field === 'at' ? `at ${patch.at}` : field))
    .join(', ');

interface Assignments {
  readonly assignments: string[];
  readonly names: Record<string, string>;
  readonly values: Record<string, unknown>;
}

function setFields(patch: RunPatch): Assignments {
  const set: Assignments = { assignments: [], names: {}, values: {} };
  for (const [field, value] of Object.entries(patch)) {
    if (value === undefined || value === null || own.has(field) || fixed.has(field)) continue;
    set.assignments.push(`#${field} = :${field}`);
    set.names[`#${field}`] = field;
    set.values[`:${field}`] = value;
  }
  return set;
}

function asRecord(item: Item): RunRecord {
  const fields = Object.entries(item).filter(([name]) => !own.has(name));
  return Object.fromEntries(fields) as unknown as RunRecord;
}

const noSuchRun = (runId: RunId): FatalError =>
  new FatalError(`there is no run ${runId}`, {
    code: 'no-such-run',
    remedy: 'lockkeeper history lists the runs',
  });

const illegal = (runId: RunId, from: Status, to: Status): FatalError =>
  new FatalError(`run ${runId} is ${from} and cannot become ${to}`, { code: 'illegal-transition' });

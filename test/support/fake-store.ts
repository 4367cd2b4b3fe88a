import type { Clock } from '../../src/app/ports/clock.ts';
import type {
  Lease,
  PartitionProgress,
  RunEvent,
  RunPatch,
  RunRecord,
  RunStore,
} from '../../src/app/ports/run-store.ts';
import type { StartClaim, StartRequest } from '../../src/app/ports/start-store.ts';
import { firstChange, statusChange } from '../../src/app/status-change.ts';
import { FatalError } from '../../src/core/errors.ts';
import type { PartitionId, RunId } from '../../src/core/ids.ts';
import { arrow, type Status } from '../../src/core/lifecycle.ts';

/** The run store in memory, with the rules of the real one: legal arrows, conditional leases, kept slots. */
export class FakeStore implements RunStore {
  readonly runs = new Map<string, RunRecord>();
  readonly events: { readonly runId: RunId; readonly event: RunEvent }[] = [];
  readonly partitions = new Map<string, PartitionProgress>();
  readonly tokens = new Map<string, { slot: string; token: string }>();
  readonly leases = new Map<string, Lease>();
  readonly requests = new Map<string, StartRequest>();
  readonly claims = new Map<string, StartClaim>();
  #numbers = 0;
  readonly #moves = new Map<RunId, number>();
  readonly #clock: Pick<Clock, 'now'>;
  /** Runs once before the next lease is taken, as another run that is faster would. */
  beforeTake: (() => void) | null = null;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  createRun(record: RunRecord): Promise<RunRecord> {
    if (!this.runs.has(record.runId)) {
      this.runs.set(record.runId, { ...record, unannounced: [firstChange(record)] });
      this.#moves.set(record.runId, 0);
    }
    return this.#require(record.runId);
  }
  async getRun(runId: RunId): Promise<RunRecord | null> {
    return this.runs.get(runId) ?? null;
  }
  async listRuns(target: string, limit: number): Promise<readonly RunRecord[]> {
    return [...this.runs.values()].filter((run) => run.target === target).slice(0, limit);
  }
  async updateRun(runId: RunId, patch: RunPatch): Promise<RunRecord> {
    if (patch.status !== undefined)
      throw new FatalError('by transition only', { code: 'illegal-transition' });
    return this.#set(await this.#require(runId), patch);
  }
  async transition(runId: RunId, to: Status, patch: RunPatch = {}): Promise<RunRecord> {
    const run = await this.#require(runId);
    if (run.status === to) return run;
    if (arrow(run.status, to) === null) {
      throw new FatalError(`${run.status} cannot become ${to}`, { code: 'illegal-transition' });
    }
    const number = (this.#moves.get(runId) ?? 0) + 1;
    this.#moves.set(runId, number);
    const change = statusChange(run, to, patch, { number, at: new Date(this.#clock.now()).toISOString() });
    const unannounced = [...(run.unannounced ?? []), change];
    return this.#set({ ...run, unannounced }, { ...patch, status: to });
  }
  async forgetAnnounced(runId: RunId, last: number): Promise<void> {
    if (this.#moves.get(runId) !== last) return;
    const { unannounced: _, ...run } = await this.#require(runId);
    this.runs.set(runId, run);
  }
  async addEvent(runId: RunId, event: RunEvent): Promise<void> {
    this.events.push({ runId, event });
  }
  async listEvents(runId: RunId): Promise<readonly RunEvent[]> {
    return this.events.filter((each) => each.runId === runId).map((each) => each.event);
  }
  async putPartition(runId: RunId, progress: PartitionProgress): Promise<void> {
    this.partitions.set(`${runId} ${progress.partition}`, progress);
  }
  async getPartition(runId: RunId, partition: PartitionId): Promise<PartitionProgress | null> {
    return this.partitions.get(`${runId} ${partition}`) ?? null;
  }
  async listPartitions(runId: RunId): Promise<readonly PartitionProgress[]> {
    return [...this.partitions].filter(([key]) => key.startsWith(`${runId} `)).map(([, value]) => value);
  }
  async readLease(target: string): Promise<Lease | null> {
    return this.leases.get(target) ?? null;
  }
  async takeLease(lease: Omit<Lease, 'number'>, over: Lease | null): Promise<Lease | null> {
    this.beforeTake?.();
    this.beforeTake = null;
    const current = this.leases.get(lease.target);
    const free = current === undefined || current.runId === lease.runId;
    if (!free && (over === null || JSON.stringify(current) !== JSON.stringify(over))) return null;
    const taken = { ...lease, number: ++this.#numbers };
    this.leases.set(lease.target, taken);
    return taken;
  }
  async renewLease(lease: Lease, expiresAt: number): Promise<boolean> {
    const current = this.leases.get(lease.target);
    if (current?.runId !== lease.runId || current.number !== lease.number) return false;
    this.leases.set(lease.target, { ...current, expiresAt });
    return true;
  }
  async releaseLease(target: string, runId: RunId): Promise<void> {
    if (this.leases.get(target)?.runId === runId) this.leases.delete(target);
  }
  async putToken(runId: RunId, gate: string, slot: string, token: string): Promise<void> {
    this.tokens.set(`${runId} ${gate} ${slot}`, { slot, token });
  }
  async listTokens(runId: RunId, gate: string): Promise<readonly { slot: string; token: string }[]> {
    return [...this.tokens].filter(([key]) => key.startsWith(`${runId} ${gate} `)).map(([, value]) => value);
  }
  async dropToken(runId: RunId, gate: string, slot: string, token: string): Promise<void> {
    const key = `${runId} ${gate} ${slot}`;
    if (this.tokens.get(key)?.token === token) this.tokens.delete(key);
  }

  async rememberStart(eventId: string, request: StartRequest): Promise<StartRequest> {
    const kept = this.requests.get(eventId) ?? request;
    this.requests.set(eventId, kept);
    return kept;
  }
  async readClaim(request: StartRequest): Promise<StartClaim | null> {
    return this.claims.get(JSON.stringify(request)) ?? null;
  }
  async takeClaim(claim: StartClaim, over: StartClaim | null): Promise<boolean> {
    const current = await this.readClaim(claim.request);
    if (JSON.stringify(current) !== JSON.stringify(over)) return false;
    this.claims.set(JSON.stringify(claim.request), claim);
    return true;
  }

  async #require(runId: RunId): Promise<RunRecord> {
    const run = this.runs.get(runId);
    if (run === undefined) throw new FatalError(`there is no run ${runId}`, { code: 'no-such-run' });
    return run;
  }
  #set(run: RunRecord, patch: RunPatch): RunRecord {
    const set = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
    const changed = { ...run, ...set };
    this.runs.set(run.runId, changed);
    return changed;
  }
}

import { FatalError, RetryableError } from '../core/errors.ts';
import type { RunId } from '../core/ids.ts';
import { bareVersion, compareVersions } from '../core/migration.ts';
import type { App } from './app.ts';
import { latestBundle } from './bundle.ts';
import { answerGate, requestAbort, requestPause } from './gates.ts';
import type { RunRecord } from './ports/run-store.ts';
import type { StartClaim, StartRequest } from './ports/start-store.ts';
import { findTarget, isGoingBack, loadWork } from './runs.ts';

/** Consent is a person's to give: an event cannot carry it. */
export interface StartWish {
  readonly target: string;
  readonly migration: string;
  readonly direction?: 'up' | 'down' | undefined;
  readonly bundle?: string | undefined;
}

export interface DeploymentNews {
  readonly target: string;
  readonly migration?: string | undefined;
  /** Who says so. */
  readonly source: string;
  /** ISO 8601: when the deployment had succeeded. */
  readonly at: string;
}

export interface AlarmNews {
  readonly target: string;
  readonly alarm: string;
  readonly action: 'pause' | 'abort';
}

export type Taken =
  | { readonly did: 'started' | 'duplicate'; readonly executionArn: string }
  | { readonly did: 'opened' | 'paused' | 'aborted'; readonly runIds: readonly RunId[] }
  | { readonly did: 'nothing'; readonly because: string };

/** Between taking a claim and starting the execution; Lambda tries an event again within this time. */
const startingMs = 5 * 60_000;

/**
 * Starts the run that an event asks for. The same event again, or another one that asks for the same plan while
 * that is being carried out, starts nothing. Throws FatalError for what can never be started.
 */
export async function startByEvent(app: App, eventId: string, wish: StartWish): Promise<Taken> {
  const request = await app.store.rememberStart(eventId, await complete(app, wish));
  const held = await app.store.readClaim(request);
  if (held !== null && held.eventId !== eventId && (await stillHolds(app, held))) {
    app.log.info('start-duplicate', { eventId, of: held.eventId, target: request.target });
    return { did: 'duplicate', executionArn: held.executionArn ?? '' };
  }
  if (held?.eventId === eventId && held.executionArn !== undefined) {
    return { did: 'duplicate', executionArn: held.executionArn };
  }
  const claim = held?.eventId === eventId ? held : { request, eventId, claimedAt: app.clock.now() };
  if (claim !== held && !(await app.store.takeClaim(claim, held))) {
    throw new RetryableError(`another event is starting ${request.migration} on ${request.target}`, {
      code: 'start-contested',
    });
  }
  // One name an event: asked for again, it is the same execution.
  const executionArn = await app.executions.start(
    { ...request },
    `event-${app.sha256(eventId).slice(0, 32)}`,
  );
  await app.store.takeClaim({ ...claim, executionArn }, claim);
  app.log.info('started-by-event', { eventId, executionArn, target: request.target });
  return { did: 'started', executionArn };
}

/** The bundle is settled now: what is the latest may change before the event comes again. */
async function complete(app: App, wish: StartWish): Promise<StartRequest> {
  const { name } = findTarget(app, wish.target);
  const bundle = wish.bundle ?? (await latestBundle(app, name));
  if (bundle === null) {
    throw new FatalError(`no migrations have been uploaded for target ${name}`, { code: 'no-bundle' });
  }
  return { target: name, migration: bareVersion(wish.migration), direction: wish.direction ?? 'up', bundle };
}

/** One whose event died before starting anything holds nobody up for long. */
async function stillHolds(app: App, { executionArn, claimedAt }: StartClaim): Promise<boolean> {
  if (executionArn === undefined) return app.clock.now() - claimedAt < startingMs;
  return app.executions.isRunning(executionArn);
}

/**
 * Opens the contract gate of a run that waits for a deployment. One that succeeded before the run had reached its
 * gate may be of the old code, and opens nothing.
 */
export async function openByDeployment(app: App, eventId: string, news: DeploymentNews): Promise<Taken> {
  const opened: RunId[] = [];
  for (const run of await unfinished(app, news.target)) {
    if (run.status !== 'awaiting-contract' || !isMeant(run, news)) continue;
    const { plan } = await loadWork(app, run.runId);
    if (plan.gate.opens !== 'deployment' || !(await isLater(app, run.runId, news.at))) continue;
    const by = `the deployment of ${news.source}`;
    await answerGate(app, run.runId, 'contract', { answer: 'approved', by, reason: `event ${eventId}` });
    opened.push(run.runId);
  }
  if (opened.length > 0) return { did: 'opened', runIds: opened };
  return nothing(app, eventId, `no run on ${news.target} was waiting for this deployment`);
}

const isMeant = (run: RunRecord, { migration }: DeploymentNews): boolean =>
  migration === undefined || compareVersions(run.version, bareVersion(migration)) === 0;

/** Events tell whole seconds. */
async function isLater(app: App, runId: RunId, at: string): Promise<boolean> {
  const arrivals = (await app.store.listEvents(runId)).filter(
    ({ kind, text }) => kind === 'status' && text.endsWith('→ awaiting-contract'),
  );
  const arrival = arrivals.at(-1)?.at;
  return arrival === undefined || Date.parse(at) + 1000 > Date.parse(arrival);
}

/** Pauses or takes back what is under way on a target whose alarm went off. Going back is never stopped. */
export async function stopByAlarm(app: App, eventId: string, news: AlarmNews): Promise<Taken> {
  const { target, alarm, action } = news;
  const runs = (await unfinished(app, target)).filter((run) => !isGoingBack(run) && !isAsked(run, action));
  for (const { runId, version, description } of runs) {
    const why = `the alarm ${alarm} went off`;
    if (action === 'abort') await requestAbort(app, runId, why);
    else await requestPause(app, runId, why);
    const what = action === 'abort' ? 'goes back' : 'is being paused';
    const next = action === 'abort' ? '' : ` Continue with: lockkeeper resume ${runId}.`;
    await app.notifier.notify({
      subject: `Lockkeeper: ${target} ${what}`,
      text: `Run ${runId} of migration ${version} (${description}) on ${target} ${what}, because ${why}.${next}`,
    });
  }
  if (runs.length === 0) return nothing(app, eventId, `nothing was under way on ${target}`);
  return { did: action === 'abort' ? 'aborted' : 'paused', runIds: runs.map(({ runId }) => runId) };
}

const isAsked = (run: RunRecord, action: AlarmNews['action']): boolean =>
  run.abortRequested === true || (action === 'pause' && run.pauseRequested === true);

/** The index lags behind by moments: what it lists is read again. */
async function unfinished(app: App, target: string): Promise<readonly RunRecord[]> {
  const listed = await app.store.listRuns(findTarget(app, target).name, 20);
  const fresh = await Promise.all(
    listed.filter(({ status }) => status !== 'concluded').map(({ runId }) => app.store.getRun(runId)),
  );
  return fresh.filter((run) => run !== null).filter(({ status }) => status !== 'concluded');
}

function nothing(app: App, eventId: string, because: string): Taken {
  app.log.info('event-without-effect', { eventId, because });
  return { did: 'nothing', because };
}

import type { Backfill, Plan } from '../plan/plan.ts';
import { prices } from './prices.ts';

/** What a projection takes for granted; durations in seconds. */
export interface Assumptions {
  /** Of one backfill worker, its pauses counted: what the table, the server and the pace allow. */
  readonly rowsPerSecond: number;
  /** Looks at a snapshot until it is available; the function looks every 15 s. */
  readonly snapshotLooks: number;
  /** Of a slice: the time of an invocation but for what is kept back to close. */
  readonly sliceSeconds: number;
  /** Of every other invocation. */
  readonly taskSeconds: number;
}

export const usualAssumptions: Assumptions = {
  rowsPerSecond: 5_000,
  snapshotLooks: 40,
  sliceSeconds: 570,
  taskSeconds: 2,
};

/** What a run that goes through undisturbed will take of AWS. */
export interface Projection {
  /** States entered, those of the backfill's workers among them. */
  readonly transitions: number;
  readonly invocations: number;
  /** Of the backfills, one after the other. */
  readonly backfillSeconds: number;
  readonly dollars: {
    readonly stepFunctions: number;
    readonly lambda: number;
    readonly dynamodb: number;
    readonly total: number;
  };
}

/** Memory of a function that speaks SQL, in GB. */
const TASK_GB = 0.5;
/** A worker writes its progress and renews the lease once a second, and reads the run, the lease and its orders. */
const WRITES_A_WORKER_SECOND = 2;
const READS_A_WORKER_SECOND = 4;
/** Reads and writes of the run store by one invocation besides; more than most make. */
const UNITS_A_TASK = 10;

/**
 * Projects a run of the plan. Waiting costs nothing. The snapshot's storage, the database's own load and logs are not
 * in it; a run that goes back takes about as much again.
 */
export function project(plan: Plan, assumptions: Assumptions = usualAssumptions): Projection {
  const backfills = plan.backfills.map((backfill) => projectBackfill(backfill, assumptions));
  const sum = (of: (part: BackfillProjection) => number): number =>
    backfills.reduce((total, part) => total + of(part), 0);
  const frame = projectFrame(plan, assumptions);
  const transitions = frame.transitions + sum((part) => part.transitions);
  const slices = sum((part) => part.slices);
  const workerSeconds = sum((part) => part.workerSeconds);
  const tasks = frame.tasks + backfills.length;

  const gbSeconds = TASK_GB * (workerSeconds + tasks * assumptions.taskSeconds);
  const dollars = {
    stepFunctions: transitions * prices.stateTransition,
    lambda: gbSeconds * prices.lambdaGbSecond + (tasks + slices) * prices.lambdaRequest,
    dynamodb:
      (workerSeconds * WRITES_A_WORKER_SECOND + tasks * UNITS_A_TASK) * prices.dynamoWriteUnit +
      (workerSeconds * READS_A_WORKER_SECOND + tasks * UNITS_A_TASK) * prices.dynamoReadUnit,
  };
  return {
    transitions,
    invocations: tasks + slices,
    backfillSeconds: sum((part) => part.seconds),
    dollars: { ...dollars, total: dollars.stepFunctions + dollars.lambda + dollars.dynamodb },
  };
}

/** A task and the Choice behind it. */
const ANSWERED = 2;
/** Besides these, the Wait before the next look. */
const LOOK_AGAIN = 3;

/** Everything but the backfills, in the order of migration.asl.json. */
function projectFrame(plan: Plan, { snapshotLooks }: Assumptions) {
  const contract = plan.steps.some((step) => step.phase === 'contract');
  const waits = contract && plan.gate.opens !== 'immediately';
  const looks = plan.restorePoint.take ? Math.max(1, snapshotLooks) : 1;
  const snapshot = ANSWERED + (looks - 1) * LOOK_AGAIN;
  const ends = 2;

  let transitions = 2; // Prepare, Prepared
  let tasks = 1;
  if (plan.approvalReasons.length > 0) {
    transitions += 1;
    tasks += 1;
  }
  transitions += ANSWERED * 3 + snapshot; // lease, checks before, enter, restore point
  tasks += 3 + looks;
  transitions += ANSWERED + 2; // expand; MoreToBackfill once more than there are backfills; MoreToSwitch
  tasks += 1;
  if (plan.steps.some((step) => step.phase === 'switch')) {
    transitions += ANSWERED;
    tasks += 1;
  }
  transitions += ANSWERED + 1; // checks after, ContractGate
  tasks += 1;
  if (waits) {
    transitions += 3 + ANSWERED * 2; // lease given back, which gate, the gate; lease and fence taken again
    tasks += 4;
    // A delay is looked at again and again.
    if (plan.gate.opens === 'delay') {
      const looksAtIt = Math.ceil(plan.gate.seconds / Math.max(300, plan.gate.seconds / 20));
      transitions += 1 + looksAtIt * LOOK_AGAIN;
      tasks += looksAtIt;
    }
  }
  if (contract) {
    transitions += (waits ? snapshot : ANSWERED) + ANSWERED;
    tasks += (waits ? looks : 1) + 1;
  }
  return { transitions: transitions + ends, tasks: tasks + 1 };
}

interface BackfillProjection {
  readonly transitions: number;
  readonly slices: number;
  readonly seconds: number;
  readonly workerSeconds: number;
}

/** Partition, its Choice, the Map and the look for more; then each partition's worker by itself. */
function projectBackfill(
  backfill: Backfill,
  { rowsPerSecond, sliceSeconds }: Assumptions,
): BackfillProjection {
  const { partitions, parallelism, rowsEstimate } = backfill;
  const partitionSeconds = rowsEstimate / partitions / rowsPerSecond;
  const slicesEach = Math.max(1, Math.ceil(partitionSeconds / sliceSeconds));
  const each = slicesEach * ANSWERED + (slicesEach - 1) + 1;
  return {
    transitions: 4 + partitions * each,
    slices: partitions * slicesEach,
    seconds: (partitionSeconds * partitions) / Math.min(parallelism, partitions),
    workerSeconds: partitionSeconds * partitions,
  };
}

import type { Execution, ExecutionStatus } from './execution.ts';

type Status = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';

export interface MapRunSettings {
  readonly arn: string;
  readonly executionArn: string;
  /** ARN of the machine whose executions the children are: `…:stateMachine:name/label`. */
  readonly stateMachineArn: string;
  readonly total: number;
  readonly maxConcurrency: number;
  readonly toleratedFailureCount: number;
  readonly toleratedFailurePercentage: number;
  /** Milliseconds since the Unix epoch. */
  readonly startDate: number;
}

/** The children of one pass through a distributed Map. */
export class MapRunRecord {
  readonly settings: MapRunSettings;
  readonly children: Execution[] = [];
  status: Status = 'RUNNING';
  stopDate: number | undefined;

  constructor(settings: MapRunSettings) {
    this.settings = settings;
  }

  end(status: Status, at: number): void {
    this.status = status;
    this.stopDate = at;
  }

  /** As DescribeMapRun counts them; every child has one item. */
  counts(): Record<string, number> {
    const count = (status: ExecutionStatus): number =>
      this.children.filter((child) => child.status === status).length;
    const succeeded = count('SUCCEEDED');
    return {
      pending: this.settings.total - this.children.length,
      running: count('RUNNING'),
      succeeded,
      failed: count('FAILED'),
      timedOut: count('TIMED_OUT'),
      aborted: count('ABORTED'),
      total: this.settings.total,
      resultsWritten: succeeded,
    };
  }
}

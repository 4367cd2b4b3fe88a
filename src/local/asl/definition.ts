import type { Json, JsonObject } from './json.ts';

/** A JSONata state machine after `loadDefinition` has accepted it; the field names are the States Language's. */
export interface Machine extends Graph {
  readonly QueryLanguage: 'JSONata';
  readonly Version?: string;
  readonly TimeoutSeconds?: number;
}

/** States that run one after the other in a scope of their own: a machine, a branch, an item processor. */
export interface Graph {
  readonly Comment?: string;
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export type State =
  | TaskState
  | ParallelState
  | MapState
  | ChoiceState
  | WaitState
  | PassState
  | SucceedState
  | FailState;

interface Common {
  readonly Comment?: string;
}

interface WithNext extends Common {
  readonly Next?: string;
  readonly End?: true;
}

export interface WithResult {
  readonly Assign?: JsonObject;
  readonly Output?: Json;
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly BackoffRate?: number;
  readonly MaxAttempts?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

export interface Catcher extends WithResult {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
}

export interface Recoverable extends WithNext, WithResult {
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

export type Resource = (typeof RESOURCES)[number];

export const RESOURCES = [
  'arn:aws:states:::lambda:invoke',
  'arn:aws:states:::lambda:invoke.waitForTaskToken',
  'arn:aws:states:::states:startExecution',
  'arn:aws:states:::states:startExecution.sync:2',
] as const;

export interface TaskState extends Recoverable {
  readonly Type: 'Task';
  readonly Resource: Resource;
  readonly Arguments: JsonObject;
  readonly TimeoutSeconds?: number | string;
  readonly HeartbeatSeconds?: number | string;
}

export interface ParallelState extends Recoverable {
  readonly Type: 'Parallel';
  readonly Arguments?: Json;
  readonly Branches: readonly Graph[];
}

export interface ItemProcessor extends Graph {
  readonly ProcessorConfig?: {
    readonly Mode?: 'INLINE' | 'DISTRIBUTED';
    readonly ExecutionType?: 'STANDARD';
  };
}

export interface MapState extends Recoverable {
  readonly Type: 'Map';
  readonly Items?: readonly Json[] | string;
  readonly ItemSelector?: Json;
  readonly ItemProcessor: ItemProcessor;
  readonly MaxConcurrency?: number | string;
  readonly ToleratedFailurePercentage?: number | string;
  readonly ToleratedFailureCount?: number | string;
  readonly Label?: string;
}

export interface ChoiceRule extends Common, WithResult {
  readonly Condition: string;
  readonly Next: string;
}

export interface ChoiceState extends Common, WithResult {
  readonly Type: 'Choice';
  readonly Choices: readonly ChoiceRule[];
  readonly Default?: string;
}

export interface WaitState extends WithNext, WithResult {
  readonly Type: 'Wait';
  readonly Seconds?: number | string;
  readonly Timestamp?: string;
}

export interface PassState extends WithNext, WithResult {
  readonly Type: 'Pass';
}

export interface SucceedState extends Common {
  readonly Type: 'Succeed';
  readonly Output?: Json;
}

export interface FailState extends Common {
  readonly Type: 'Fail';
  readonly Error?: string;
  readonly Cause?: string;
}

export function isDistributed(state: MapState): boolean {
  return state.ItemProcessor.ProcessorConfig?.Mode === 'DISTRIBUTED';
}

/** Where a state can go, with the path of the field that says so, relative to the state. */
export function exitsOf(state: State): { readonly path: string; readonly target: string }[] {
  const exits: { path: string; target: string }[] = [];
  if ('Next' in state && state.Next !== undefined) exits.push({ path: 'Next', target: state.Next });
  if (state.Type === 'Choice') {
    state.Choices.forEach((rule, i) => {
      exits.push({ path: `Choices/${i}/Next`, target: rule.Next });
    });
    if (state.Default !== undefined) exits.push({ path: 'Default', target: state.Default });
  }
  if ('Catch' in state) {
    state.Catch?.forEach((catcher, i) => {
      exits.push({ path: `Catch/${i}/Next`, target: catcher.Next });
    });
  }
  return exits;
}

/** The graphs inside a state, with their paths relative to the state. */
export function innerGraphsOf(state: State): { readonly path: string; readonly graph: Graph }[] {
  if (state.Type === 'Parallel') {
    return state.Branches.map((graph, i) => ({ path: `Branches/${i}`, graph }));
  }
  return state.Type === 'Map' ? [{ path: 'ItemProcessor', graph: state.ItemProcessor }] : [];
}

import type { State, WithResult } from './definition.ts';
import { evaluate, type QueryScope } from './expression.ts';
import type { QueryFailure } from './failure.ts';
import type { Frame } from './frame.ts';
import { stepFunctions } from './functions.ts';
import type { Json, JsonObject } from './json.ts';
import { checkSize } from './limits.ts';

/** How a state ended. */
export interface Step {
  readonly output: Json;
  /** The next state; undefined where the graph ends. */
  readonly next: string | undefined;
  readonly assigned: JsonObject;
}

/** What `$states` holds beside input and context, depending on the field. */
export interface Extra {
  readonly result?: Json;
  readonly errorOutput?: Json;
  readonly mapItem?: { readonly Index: number; readonly Value: Json };
  readonly taskToken?: string;
}

/** One stay in one state, all retries included. */
export class Visit<S extends State = State> {
  readonly name: string;
  readonly state: S;
  readonly input: Json;
  readonly frame: Frame;
  retryCount = 0;
  readonly #enteredTime: string;
  readonly #enteredEventId: number;

  constructor(name: string, state: S, input: Json, frame: Frame) {
    this.name = name;
    this.state = state;
    this.input = input;
    this.frame = frame;
    this.#enteredTime = new Date(frame.run.host.clock.now()).toISOString();
    const details = { name, input: JSON.stringify(input), inputDetails: { truncated: false } };
    this.#enteredEventId = frame.trail.record(`${state.Type}StateEntered`, {
      stateEnteredEventDetails: details,
    });
  }

  /** "An error occurred while executing the state …", the start of AWS's messages. */
  get where(): string {
    return `An error occurred while executing the state '${this.name}' (entered at the event id #${this.#enteredEventId}).`;
  }

  query(extra: Extra = {}): QueryScope {
    const { host } = this.frame.run;
    const { result, errorOutput } = extra;
    const states = { input: this.input, context: this.#context(extra), result, errorOutput };
    const functions = stepFunctions(host.clock, host.random);
    return {
      bindings: { ...functions, ...this.frame.variables.all(), states },
      where: this.where,
      onFailure: (failure) => this.recordFailure(failure),
    };
  }

  recordFailure(failure: QueryFailure): void {
    const { error, causeText: cause, location } = failure;
    const evaluationFailedEventDetails = { error, cause, location, state: this.name };
    this.frame.trail.record('EvaluationFailed', { evaluationFailedEventDetails });
  }

  /** Evaluates Assign and Output, both with the variables as they were on entry. */
  async finish(holder: WithResult, next: string | undefined, extra: Extra = {}): Promise<Step> {
    const query = this.query(extra);
    const assigned = (await evaluate(holder.Assign ?? {}, 'Assign', query)) as JsonObject;
    checkSize(assigned, `${this.where} The payload of Assign`);
    const output =
      holder.Output === undefined ? this.#fallback(extra) : await evaluate(holder.Output, 'Output', query);
    return { output: checkSize(output, `${this.where} The output`), next, assigned };
  }

  /** Records the exit and makes the assigned variables visible to the next state. */
  exit(step: Step): void {
    const names = Object.entries(step.assigned);
    const variables = Object.fromEntries(names.map(([key, value]) => [key, JSON.stringify(value)]));
    const details = {
      name: this.name,
      output: JSON.stringify(step.output),
      outputDetails: { truncated: false },
      ...(names.length > 0 && {
        assignedVariables: variables,
        assignedVariablesDetails: { truncated: false },
      }),
    };
    this.frame.trail.record(`${this.state.Type}StateExited`, { stateExitedEventDetails: details });
    this.frame.variables.assign(step.assigned);
  }

  /** The output of a state without Output. */
  #fallback({ result, errorOutput }: Extra): Json {
    if (result !== undefined) return result;
    return errorOutput === undefined ? this.input : errorOutput;
  }

  #context(extra: Extra): JsonObject {
    return {
      ...this.frame.run.context,
      State: { Name: this.name, EnteredTime: this.#enteredTime, RetryCount: this.retryCount },
      ...(extra.taskToken !== undefined && { Task: { Token: extra.taskToken } }),
      ...(extra.mapItem && { Map: { Item: extra.mapItem } }),
    };
  }
}

import type { Json } from '../../../src/local/asl/json.ts';
import { VirtualClock } from '../../../src/local/clock/virtual-clock.ts';
import type { InvocationResult } from '../../../src/local/lambda/invoker.ts';
import { StatesService } from '../../../src/local/states/service.ts';

export const START = Date.UTC(2026, 0, 1);

/** A thrown LambdaError ends the invocation with this error type. */
export class LambdaError extends Error {
  readonly errorType: string;

  constructor(errorType: string, message = 'boom') {
    super(message);
    this.errorType = errorType;
  }
}

type Handler = (payload: Json, clock: VirtualClock) => Json | Promise<Json>;

export interface Cloud {
  readonly clock: VirtualClock;
  readonly states: StatesService;
  /** Virtual seconds since the start at which each function was invoked. */
  readonly invocations: { readonly name: string; readonly at: number; readonly payload: unknown }[];
  run(definition: object, input?: Json): Promise<ReturnType<StatesService['describeExecution']>>;
  /** Types of the events of an execution. */
  types(arn: string): string[];
}

/** A Step Functions service on a virtual clock, with functions written in the test. */
export function startCloud(
  functions: Readonly<Record<string, Handler>> = {},
  random = (): number => 0.5,
): Cloud {
  const clock = new VirtualClock(START);
  const invocations: { name: string; at: number; payload: unknown }[] = [];
  const invoker = {
    async invoke(name: string, payload: unknown): Promise<InvocationResult> {
      invocations.push({ name, at: (clock.now() - START) / 1000, payload });
      const handler = functions[name];
      if (!handler) return { ok: false, errorType: 'Lambda.ResourceNotFoundException', errorMessage: name };
      try {
        return { ok: true, payload: await handler(payload as Json, clock) };
      } catch (error) {
        if (!(error instanceof LambdaError)) throw error;
        return { ok: false, errorType: error.errorType, errorMessage: error.message };
      }
    },
  };
  let count = 0;
  const place = { region: 'eu-central-1', account: '123456789012' };
  const states = new StatesService({ clock, invoker, random, ...place, functionTimeoutMs: () => 900_000 });
  return {
    clock,
    states,
    invocations,
    async run(definition, input = {}) {
      const stateMachineArn = states.createStateMachine({ name: `machine-${++count}`, definition });
      const { executionArn } = states.startExecution({ stateMachineArn, input, name: 'run' });
      return states.waitForExecution(executionArn);
    },
    types: (arn) => states.history(arn).map((event) => event.type),
  };
}

/** A machine in JSONata. */
export function machine(startAt: string, states: object, more: object = {}): object {
  return { QueryLanguage: 'JSONata', StartAt: startAt, States: states, ...more };
}

/** A machine of one state that ends it. */
export function single(state: object, more: object = {}): object {
  return machine('Only', { Only: { ...state, End: true } }, more);
}

export const LAMBDA = 'arn:aws:states:::lambda:invoke';

export function invoke(functionName: string, more: object = {}): object {
  const Arguments = { FunctionName: functionName, Payload: '{% $states.input %}' };
  return { Type: 'Task', Resource: LAMBDA, Arguments, ...more };
}

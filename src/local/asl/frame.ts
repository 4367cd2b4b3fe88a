import type { Host } from './host.ts';
import type { Json, JsonObject } from './json.ts';
import type { Trail } from './trail.ts';

/** What is the same for all states of one execution. */
export interface Run {
  readonly host: Host;
  /** `Execution` and `StateMachine` of the context object. */
  readonly context: JsonObject;
}

/** Where states run: a machine's top level, a branch of a Parallel or an iteration of a Map. */
export interface Frame {
  readonly run: Run;
  readonly variables: Variables;
  readonly trail: Trail;
  /** Aborted with a RunAborted as its reason. */
  readonly signal: AbortSignal;
}

/** A frame inside `frame`, with a scope and a line of events of its own. */
export function innerFrame(frame: Frame, signal: AbortSignal): Frame {
  return { run: frame.run, variables: new Variables(frame.variables), trail: frame.trail.fork(), signal };
}

/** Workflow variables: inner scopes read outer ones; `loadDefinition` sees to it that they never assign them. */
export class Variables {
  readonly #outer: Variables | undefined;
  #values: JsonObject = {};

  constructor(outer?: Variables) {
    this.#outer = outer;
  }

  all(): JsonObject {
    return { ...this.#outer?.all(), ...this.#values };
  }

  assign(values: Readonly<Record<string, Json>>): void {
    this.#values = { ...this.#values, ...values };
  }
}

/** What a Lambda invocation ended with, as Step Functions sees it. */
export type InvocationResult =
  | { readonly ok: true; readonly payload: unknown }
  | { readonly ok: false; readonly errorType: string; readonly errorMessage: string };

export interface InvocationOptions {
  /** The function's configured timeout; the handler sees it through `getRemainingTimeInMillis`. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Invokes the bundled handlers by function name (the last part of the function ARN). */
export interface LambdaInvoker {
  invoke(functionName: string, payload: unknown, options: InvocationOptions): Promise<InvocationResult>;
}

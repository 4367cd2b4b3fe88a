/** What the parent sends to a host process: one invocation. Types only, so that the host stays one file. */
export interface InvocationMessage {
  readonly requestId: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
  /** Absolute path of a CommonJS file that exports `handler`. */
  readonly bundle: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Milliseconds from now until the function's timeout. */
  readonly remainingMs: number;
  /** JSON. */
  readonly payload: string;
}

/** What a host process answers. */
export type ReplyMessage =
  | { readonly requestId: string; readonly ok: true /** JSON. */; readonly payload: string }
  | {
      readonly requestId: string;
      readonly ok: false;
      readonly errorType: string;
      readonly errorMessage: string;
    };

/** An error as an AWS service reports it to its client. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  /** Code on the wire, e.g. `DBInstanceNotFound`. */
  readonly code: string;
  /** HTTP status. */
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** What the local cloud answers where AWS would do something that nobody has taught it. */
export function notImplemented(service: string, operation: string): AwsError {
  return new AwsError(
    'NotImplemented',
    `The local cloud does not implement ${service}:${operation || '(no operation named)'}.`,
    501,
  );
}

/** Turns anything thrown into what a client may see; a defect of ours becomes an honest 500. */
export function toAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new AwsError('InternalFailure', `The local cloud failed: ${message}`, 500);
}

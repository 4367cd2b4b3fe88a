/** An error of the Step Functions API: HTTP 400 with this code as `__type`. */
export class StatesError extends Error {
  override readonly name = 'StatesError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The part of AWS's wording that is the same for all: "Execution Does Not Exist: 'arn:…'". */
export function doesNotExist(what: 'Execution' | 'State Machine' | 'Map Run', arn: string): StatesError {
  const code = what === 'Map Run' ? 'ResourceNotFound' : `${what.replace(' ', '')}DoesNotExist`;
  return new StatesError(code, `${what} Does Not Exist: '${arn}'`);
}

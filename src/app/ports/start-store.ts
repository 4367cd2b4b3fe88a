/** What an event asks for, as it was understood the first time. */
export interface StartRequest {
  readonly target: string;
  readonly migration: string;
  readonly direction: 'up' | 'down';
  readonly bundle: string;
}

/** The event that a start of this plan was granted to. */
export interface StartClaim {
  readonly request: StartRequest;
  readonly eventId: string;
  /** Milliseconds since the epoch. */
  readonly claimedAt: number;
  /** Set once it has been started. */
  readonly executionArn?: string;
}

/** Keeps events that come twice, and events that ask for the same, from starting two runs. */
export interface StartStore {
  /** Keeps what an event asks for; answers what was kept the first time. */
  rememberStart(eventId: string, request: StartRequest): Promise<StartRequest>;
  readClaim(request: StartRequest): Promise<StartClaim | null>;
  /** Takes the claim if there is none, or still exactly `over`. False when someone else was faster. */
  takeClaim(claim: StartClaim, over: StartClaim | null): Promise<boolean>;
}

/**
 * Every effect on the outside (a commit, a DDL statement, a ledger or run-store write, an RDS call) passes
 * through here, so that a test can enumerate the boundaries and stop the process at each of them.
 */
export interface Effects {
  /**
   * Runs `act`, the effect called `name`. `sever` cuts the connection the effect went over, for a test in
   * which the effect happens and its reply is lost.
   */
  around<Result>(name: string, act: () => Promise<Result>, sever?: () => void): Promise<Result>;
}

/** Production: the effect and nothing else. */
export const plainEffects: Effects = { around: (_name, act) => act() };

import type { Scenario } from './run-scenario.ts';
import { failedAfterDestroying, refusedAfterwards, verifiedEmail } from './scenarios.ts';

export const minutes = 60_000;

/** New rows behind the last partition, and rows of both partitions that a trigger has to keep in step. */
const meanwhile = {
  'lockkeeper-partition': `
    INSERT INTO users (email, email_confirmation_token) VALUES ('new@example.com', NULL), ('newer@example.com', 'token');
    UPDATE users SET email_confirmation_token = 'again' WHERE id IN (1, 499)`,
};

export const expandAndContract: Scenario = { files: verifiedEmail, migration: '042', meanwhile };
export const undone: Scenario = { files: refusedAfterwards, migration: '042', meanwhile };
export const restored: Scenario = { files: failedAfterDestroying, migration: '042', meanwhile };

/** What only runs when a run goes back; the way until there is that of a run that does not. */
export const onTheWayBack = (invocation: string): boolean =>
  /^(fail|decide|undo|restore|swap|conclude|enter #3|check after)/.test(invocation);

import type { Scenario } from './run-scenario.ts';
import {
  failedAfterDestroying,
  loadedUsers,
  loadTakenBack,
  refusedAfterwards,
  replacedAndTakenBack,
  replacedUsers,
  verifiedEmail,
} from './scenarios.ts';

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

/** Before any row is carried, so that every run carries as many; and, after the swap, to the new table. */
const whileReplaced = {
  'lockkeeper-partition': `${meanwhile['lockkeeper-partition']};
    UPDATE users SET id = id + 100000 WHERE id IN (2, 498); DELETE FROM users WHERE id IN (3, 497)`,
};
const toTheNewTable = `
  INSERT INTO users (email) VALUES ('newest@example.com');
  UPDATE users SET email = 'renewed' WHERE id = 6; DELETE FROM users WHERE id = 5`;

export const replaced: Scenario = {
  files: replacedUsers,
  migration: '044',
  meanwhile: { ...whileReplaced, 'lockkeeper-gate': toTheNewTable },
};
export const takenBack: Scenario = {
  files: replacedAndTakenBack,
  migration: '044',
  meanwhile: { ...whileReplaced, 'lockkeeper-decide': toTheNewTable },
};

export const rebuilt: Scenario = { files: loadedUsers, migration: '045' };
export const rebuiltAndTakenBack: Scenario = { files: loadTakenBack, migration: '045' };

/** What carries steps out. */
export const whereSteps = (invocation: string): boolean => invocation.startsWith('step');

/** What a replacement does that other runs do not. */
export const whereReplaced = (invocation: string): boolean => /^(step|slice|partition)/.test(invocation);

/** What only runs when a run goes back; the way until there is that of a run that does not. */
export const onTheWayBack = (invocation: string): boolean =>
  /^(fail|decide|undo|restore|swap|conclude|enter #3|check after)/.test(invocation);

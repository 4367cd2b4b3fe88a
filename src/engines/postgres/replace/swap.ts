import type { Statement } from '../../../core/analysis/statement.ts';
import type { DraftStep } from '../../../core/plan/replacement.ts';
import { lockOn } from '../../claim.ts';
import { altered, created, dropped } from '../../effects.ts';
import { ownStatement } from '../own-statement.ts';
import { quoteIdentifier, quoteTable } from '../quote.ts';
import { type Mirror, mirrorEvents, mirrorTrigger, triggerTexts } from './mirror.ts';
import type { Places } from './places.ts';
import { nobodyLooksBackText, nothingMissedText } from './proof.ts';
import { adoptTexts, followTexts, releaseTexts, type Sequences } from './sequences.ts';
import type { Referrer, Surroundings, View } from './surroundings.ts';

export interface Swap {
  readonly places: Places;
  readonly surroundings: Surroundings;
  readonly sequences: Sequences;
  /** From the new table into the old one. */
  readonly back: Mirror;
}

/**
 * The two tables change places, in one transaction. All locks are asked for at its head, the table in use first: whoever
 * holds that already is let finish, and who comes later waits for it and nothing else. Under the locks it is made
 * sure that no write was missed; what follows changes the catalogue alone. From the same commit on, writes to the
 * new table are mirrored into the old one.
 */
export function swapOver({ places, surroundings, sequences, back }: Swap): DraftStep {
  const { live, fresh, oldSchema, schema } = places;
  return {
    title: `swap ${live} with the new table; from now on the old one is kept as its mirror`,
    statements: [
      check(nobodyLooksBackText()),
      lockAll(places, fresh, surroundings),
      check(nothingMissedText(places, 'carry')),
      ...dropTriggers(places, 'carry'),
      ...surroundings.referrers.map(dropReferrer),
      ...plain('ALTER SEQUENCE', releaseTexts(sequences)),
      ...plain('SELECT', followTexts(sequences, places, 'over')),
      move(live, oldSchema, live),
      move(fresh, schema, live),
      ...plain('ALTER SEQUENCE', adoptTexts(sequences, places, 'over')),
      ...surroundings.referrers.map(addReferrer),
      ...surroundings.views.map(replaceView),
      ...makeTriggers(back),
    ],
  };
}

/** The same the other way round; what the new table holds goes to the old one by then. */
export function swapBack({ places, surroundings, sequences }: Swap): DraftStep {
  const { live, kept, newSchema, schema } = places;
  return {
    title: `swap the old ${live} back`,
    statements: [
      lockAll(places, kept, surroundings),
      check(nothingMissedText(places, 'return')),
      ...dropTriggers(places, 'return'),
      ...surroundings.referrers.map(dropReferrer),
      ...plain('ALTER SEQUENCE', releaseTexts(sequences)),
      ...plain('SELECT', followTexts(sequences, places, 'back')),
      move(live, newSchema, live),
      move(kept, schema, live),
      ...plain('ALTER SEQUENCE', adoptTexts(sequences, places, 'back')),
      ...surroundings.referrers.map(addReferrer),
      ...surroundings.views.map(replaceView),
    ],
  };
}

/** Foreign keys of other tables were added unchecked: here their rows are looked at, while everybody writes. */
export const validateReferrers = ({ referrers }: Surroundings): readonly DraftStep[] =>
  referrers
    .filter(({ validated }) => validated)
    .map(({ table, name }) => ({
      title: `validate ${name} of ${table}`,
      statements: [
        ownStatement('ALTER TABLE', `ALTER TABLE ${table} VALIDATE CONSTRAINT ${quoteIdentifier(name)}`, {
          long: true,
          locks: lockOn('SHARE UPDATE EXCLUSIVE', table),
        }),
      ],
    }));

export const makeTriggers = (mirror: Mirror): readonly Statement[] =>
  triggerTexts(mirror).flatMap(({ trigger, create, always }) => [
    ownStatement('CREATE TRIGGER', create, {
      locks: lockOn('SHARE ROW EXCLUSIVE', mirror.from),
      effects: [created({ type: 'trigger', name: trigger, table: mirror.from })],
    }),
    ownStatement('ALTER TABLE', always, { locks: lockOn('SHARE ROW EXCLUSIVE', mirror.from) }),
  ]);

export const dropTriggers = (places: Places, way: Mirror['way']): readonly Statement[] =>
  mirrorEvents.map((event) => {
    const name = mirrorTrigger(places, way, event);
    return ownStatement(
      'DROP TRIGGER',
      `DROP TRIGGER IF EXISTS ${quoteIdentifier(name)} ON ${quoteTable(places.live)}`,
      {
        locks: lockOn('ACCESS EXCLUSIVE', places.live),
        effects: [dropped({ type: 'trigger', name, table: places.live })],
      },
    );
  });

function lockAll({ live }: Places, other: string, { referrers }: Surroundings): Statement {
  const tables = [quoteTable(live), quoteTable(other), ...new Set(referrers.map(({ table }) => table))];
  return ownStatement('LOCK TABLE', `LOCK TABLE ${tables.join(', ')} IN ACCESS EXCLUSIVE MODE`, {
    locks: lockOn('ACCESS EXCLUSIVE', live, ...referrers.map(({ table }) => table)),
  });
}

const check = (text: string): Statement => ownStatement('DO', text);

const plain = (verb: string, texts: readonly string[]): readonly Statement[] =>
  texts.map((text) => ownStatement(verb, text));

const move = (table: string, schema: string, live: string): Statement =>
  ownStatement('ALTER TABLE', `ALTER TABLE ${quoteTable(table)} SET SCHEMA ${quoteIdentifier(schema)}`, {
    effects: [altered({ type: 'table', name: live }, 'replaced')],
  });

const dropReferrer = ({ table, name }: Referrer): Statement =>
  ownStatement('ALTER TABLE', `ALTER TABLE ${table} DROP CONSTRAINT ${quoteIdentifier(name)}`);

const addReferrer = ({ table, name, definition }: Referrer): Statement =>
  ownStatement(
    'ALTER TABLE',
    `ALTER TABLE ${table} ADD CONSTRAINT ${quoteIdentifier(name)} ${definition} NOT VALID`,
  );

const replaceView = ({ name, definition, options }: View): Statement =>
  ownStatement(
    'CREATE VIEW',
    `CREATE OR REPLACE VIEW ${name}${options === null || options === '' ? '' : ` WITH (${options})`} AS\n${definition.replace(/;\s*$/, '')}`,
  );

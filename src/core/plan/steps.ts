import type { Statement } from '../analysis/statement.ts';
import { type StepId, stepId } from '../ids.ts';
import type { Step, StepPhase } from './plan.ts';

/** Statements that belong together in their author's mind: a manifest entry, or a whole plain file. */
export interface StatementGroup {
  readonly statements: readonly Statement[];
  /**
   * Keep everything that can share a transaction in one: for plain files without a way down, whose authors
   * count on "all or nothing". Otherwise a statement that may take long gets a transaction of its own.
   */
  readonly atomic: boolean;
}

/**
 * Cuts statement groups into journaled steps. The author's own BEGIN and COMMIT are boundaries and are not
 * executed, nor is what Lockkeeper overrules; session settings stay where they stand and are repeated at the head of
 * every later step of their group, because each step runs in a session of its own.
 */
export function toSteps<Phase extends StepPhase>(
  phase: Phase,
  groups: readonly StatementGroup[],
  firstOrdinal = 1,
): (Step & { readonly phase: Phase })[] {
  const bundles = groups.flatMap(cutGroup);
  return bundles.map((bundle, index) => makeStep(phase, stepId(`${phase}-${firstOrdinal + index}`), bundle));
}

interface Bundle {
  readonly settings: readonly Statement[];
  readonly statements: readonly Statement[];
  readonly alone: boolean;
}

function cutGroup(group: StatementGroup): Bundle[] {
  const bundles: Bundle[] = [];
  const atomic = group.atomic || group.statements.some(makesTemporaryTable);
  let settings: readonly Statement[] = [];
  /** The bundle being filled, with the settings in force when it began. */
  let open: { readonly settings: readonly Statement[]; readonly statements: Statement[] } | null = null;
  const close = () => {
    if (open !== null) bundles.push({ ...open, alone: false });
    open = null;
  };
  for (const statement of group.statements) {
    const inForce = settingsAfter(settings, statement);
    switch (statement.kind) {
      case 'begin':
      case 'commit':
      case 'rollback':
        close();
        break;
      case 'overruled':
        break;
      case 'session':
        // DISCARD ALL: a session of its own has nothing to forget, and a transaction refuses it.
        if (statement.transactional) open?.statements.push(statement);
        else close();
        break;
      default:
        if (!statement.transactional || (statement.long && !atomic)) {
          close();
          bundles.push({ settings, statements: [statement], alone: !statement.transactional });
        } else {
          open ??= { settings, statements: [] };
          open.statements.push(statement);
        }
    }
    settings = inForce;
  }
  close();
  return bundles;
}

/** The session settings in force after a statement. */
export function settingsAfter(settings: readonly Statement[], statement: Statement): readonly Statement[] {
  switch (statement.kind) {
    case 'begin':
    case 'commit':
    case 'rollback':
      return settings.filter((setting) => !endsWithTransaction.has(setting.verb));
    case 'session':
      return statement.transactional ? [...settings, statement] : [];
    default:
      return settings;
  }
}

/** Statements that run outside transactions, with what stands before them and ends with its transaction. */
export function outOfReach(
  groups: readonly StatementGroup[],
): readonly { readonly statement: Statement; readonly lost: Statement }[] {
  return groups
    .flatMap(cutGroup)
    .filter((bundle) => bundle.alone)
    .flatMap(({ settings, statements }) =>
      statements.flatMap((statement) =>
        settings.filter(({ verb }) => endsWithTransaction.has(verb)).map((lost) => ({ statement, lost })),
      ),
    );
}

/** What a session statement says only until the author's COMMIT. */
const endsWithTransaction: ReadonlySet<string> = new Set([
  'SET LOCAL',
  'SET CONSTRAINTS',
  'LOCK TABLE',
  'SAVEPOINT',
  'RELEASE SAVEPOINT',
  'ROLLBACK TO SAVEPOINT',
]);

/** Rows put into a temporary table are gone in the next step's session. */
const makesTemporaryTable = (statement: Statement): boolean =>
  statement.findings.some((finding) => finding.rule === 'temporary-table');

function makeStep<Phase extends StepPhase>(
  phase: Phase,
  id: StepId,
  bundle: Bundle,
): Step & { readonly phase: Phase } {
  const [first] = bundle.statements;
  const attempts = bundle.alone ? attemptsOf(phase, bundle.statements) : [];
  return {
    id,
    phase,
    title: titleOf(bundle.statements.filter((statement) => statement.kind !== 'session')),
    mode: bundle.alone ? 'alone' : 'transaction',
    statements: [...bundle.settings, ...bundle.statements].map((statement) => statement.text),
    ...(attempts.length === 0 ? {} : { attempts }),
    long: bundle.statements.some((statement) => statement.long),
    destroys: bundle.statements.some((statement) => statement.destroys),
    effects: bundle.statements.flatMap((statement) => statement.effects),
    lock: strongestLock(bundle.statements),
    source: first?.position ?? null,
  };
}

/** Going back, the statement as it stands comes last: whatever it holds up, a restore would hold up more. */
const attemptsOf = (phase: StepPhase, statements: readonly Statement[]): readonly string[] =>
  statements.flatMap(({ text, attempts = [] }) =>
    phase === 'undo' && attempts.length > 0 ? [...attempts, text] : attempts,
  );

/** One line for a person: the statement itself when there is one, else the first and how many follow. */
export function titleOf(statements: readonly Statement[]): string {
  const [first, ...others] = statements;
  if (first === undefined) return '(nothing)';
  const text = first.text
    .replaceAll(/--[^\n]*/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  // By characters: half of a surrogate pair is no text that a database stores.
  const characters = [...text];
  const short = characters.length > 100 ? `${characters.slice(0, 99).join('')}…` : text;
  return others.length === 0 ? short : `${short} (and ${others.length} more)`;
}

/** The mode that excludes most, with the tables it is taken on; weaker locks of the step are left out. */
function strongestLock(statements: readonly Statement[]): Step['lock'] {
  const locks = statements.flatMap((statement) => (statement.lock === null ? [] : [statement.lock]));
  const [strongest] = locks.toSorted((a, b) => b.strength - a.strength);
  if (strongest === undefined) return null;
  const { mode } = strongest;
  const tables = locks.filter((lock) => lock.mode === mode).flatMap((lock) => lock.tables);
  return { mode, tables: [...new Set(tables)] };
}

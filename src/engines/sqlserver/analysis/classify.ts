import type { Effect } from '../../../core/analysis/statement.ts';
import type { Claim } from '../../claim.ts';
import { alterTable } from './alter-table.ts';
import { call, dbcc, privileges } from './calls.ts';
import { claim, union } from './claim.ts';
import { Cursor, Unread } from './cursor.ts';
import { query } from './data.ts';
import * as found from './findings.ts';
import type { Node } from './grammar.ts';
import { guardOf } from './guard.ts';
import { alterIndex } from './indexes.ts';
import type { Token } from './lexer.ts';
import { alterOther, create, defineModule, drop } from './objects.ts';
import type { ScriptMemory } from './script-memory.ts';
import * as session from './session.ts';
import { triggerSwitch } from './triggers.ts';

/** Says what the statements do that are sent together; what no family knows is taken to do anything. */
export function classify(nodes: readonly Node[], memory: ScriptMemory, misplaced: boolean): Claim {
  const [first, ...others] = nodes;
  if (first === undefined) return union('(nothing)', []);
  if (others.length === 0) return classifyNode(first, memory, misplaced);
  return union(verbOf(first.tokens), inside(nodes, memory, misplaced));
}

function classifyNode(node: Node, memory: ScriptMemory, misplaced: boolean): Claim {
  switch (node.kind) {
    case 'plain':
      return plain(node.tokens, memory);
    case 'module':
      return orUnknown(node.tokens, () => defineModule(node.tokens, misplaced));
    case 'block':
      return union('BEGIN', inside(node.body, memory));
    case 'if':
      return conditional(node, memory);
    case 'while': {
      const body = union('WHILE', inside([node.body], memory));
      return { ...body, long: true, findings: [...body.findings, found.loop] };
    }
    case 'try': {
      const body = inside(node.body, memory);
      const all = union('BEGIN TRY', [...body, ...inside(node.handler, memory)]);
      const tells = node.handler.some(({ tokens }) => /^(THROW|RAISERROR)$/.test(verbOf(tokens)));
      const what = body[0]?.verb ?? 'the block';
      return tells ? all : { ...all, findings: [...all.findings, found.errorSwallowed(what)] };
    }
    default:
      return node satisfies never;
  }
}

/** Statements of a block: what they say of transactions is said within the step's own. */
const inside = (nodes: readonly Node[], memory: ScriptMemory, misplaced = false): readonly Claim[] =>
  nodes.map((node) => {
    const one = classifyNode(node, memory, misplaced);
    if (one.kind === 'rollback') return claim(one.verb, 'unknown', { findings: [found.rollbackInside] });
    if (one.kind === 'begin' || one.kind === 'commit')
      return claim(one.verb, 'query', { findings: [found.transactionInside(one.verb)] });
    if (one.kind === 'overruled')
      return claim(one.verb, 'unknown', {
        findings: [found.unknown(`${one.verb} inside a block cannot be left out`)],
      });
    return one;
  });

/** IF: tolerant of what its condition looks for in the catalogue; any other condition is not judged. */
function conditional(node: Node & { readonly kind: 'if' }, memory: ScriptMemory): Claim {
  const branches = node.otherwise === null ? [node.body] : [node.body, node.otherwise];
  const all = union(`IF … ${verbOf(node.body.tokens)}`, inside(branches, memory));
  const changes = all.effects.some((effect) => effect.does !== 'write');
  const guard = guardOf(node.condition);
  const guarded =
    node.otherwise === null && guard !== null && all.effects.every((effect) => isGuarded(effect, guard));
  const effects = all.effects.map(tolerant);
  const findings = changes && !guarded ? [...all.findings, found.conditional(all.verb)] : all.findings;
  return { ...all, effects, findings };
}

/** Absence is looked for before something is made, presence before it is dropped or changed. */
const isGuarded = (effect: Effect, guard: 'absent' | 'present'): boolean =>
  effect.does === 'write' || (effect.does === 'create') === (guard === 'absent');

const tolerant = (effect: Effect): Effect => {
  if (effect.does === 'write') return effect;
  return effect.does === 'create' ? { ...effect, hedged: true } : { ...effect, ifExists: true };
};

const verbOf = (tokens: readonly Token[]): string => tokens[0]?.value.toUpperCase() ?? '';

function plain(tokens: readonly Token[], memory: ScriptMemory): Claim {
  return orUnknown(tokens, () => {
    const cursor = new Cursor(tokens);
    // GOTO's mark: it is known no longer than its batch.
    if (cursor.word(1) === ':' && tokens.length === 2) return claim('label', 'query');
    if (cursor.accept('ALTER', 'TABLE')) return alterTable(cursor, memory);
    if (cursor.accept('ALTER', 'INDEX')) return alterIndex(cursor, memory);
    if (cursor.accept('ALTER')) return alterOther(cursor);
    if (cursor.accept('CREATE')) return create(cursor, memory);
    if (cursor.accept('DROP')) return drop(cursor, memory);
    if (cursor.acceptAny('EXEC', 'EXECUTE') !== null) return call(cursor, memory);
    if (cursor.accept('DBCC')) return dbcc(cursor);
    if (cursor.accept('SET')) return session.set(cursor);
    const switched = triggerSwitch(cursor);
    if (switched !== null) return switched;
    return (
      query(tokens, memory) ??
      session.transactionControl(cursor) ??
      session.quietly(cursor) ??
      privileges(cursor) ??
      // The first statement of a batch may call a procedure without EXEC.
      (/^(sp|xp|usp)_/i.test(tokens[0]?.value ?? '') ? call(cursor, memory) : null)
    );
  });
}

/** Statements that the server refuses in a transaction. */
const outside = new Set(['BACKUP', 'RESTORE', 'RECONFIGURE', 'KILL', 'SHUTDOWN']);

function orUnknown(tokens: readonly Token[], read: () => Claim | null): Claim {
  try {
    const known = read();
    if (known !== null) return known;
  } catch (error) {
    if (!(error instanceof Unread)) throw error;
  }
  const verb = verbOf(tokens);
  return claim(verb, 'unknown', {
    transactional:
      !outside.has(verb) && !/^(CREATE|DROP) (DATABASE|FULLTEXT)$/.test(`${verb} ${tokens[1]?.value}`),
    long: true,
    destroys: true,
    findings: [
      found.unknown(
        `the statement (${tokens
          .slice(0, 3)
          .map(({ raw }) => raw)
          .join(' ')} …) is not one that Lockkeeper knows`,
      ),
    ],
  });
}

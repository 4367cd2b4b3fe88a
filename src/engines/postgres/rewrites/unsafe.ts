import type { Statement } from '../../../core/analysis/statement.ts';
import type { LaterWork } from '../../../core/rewrites/rewrite.ts';
import type { Node, Parser } from '../analysis/parser.ts';
import { all, as, relationName } from '../analysis/tree.ts';

/** A statement with a finding, in the grammar's tree and in its own letters. */
export interface Unsafe {
  readonly statement: Statement;
  readonly node: Node;
  readonly parser: Parser;
}

export type Command = NonNullable<ReturnType<typeof commandsOf>>[number];
const commandsOf = (node: Node) => all(as(node, 'AlterTableStmt')?.cmds, 'AlterTableCmd');

/** One action of an ALTER TABLE, as its author wrote it. */
export interface UnsafeAction {
  readonly command: Command;
  /** `ADD COLUMN …` */
  readonly text: string;
  /** `ALTER TABLE ONLY users`: what stands before the actions. */
  readonly prefix: string;
  /** The table as it is written in the statement. */
  readonly relation: string;
  /** The table as Lockkeeper calls it. */
  readonly table: string;
  readonly rules: ReadonlySet<string>;
  /** Names of the constraints that the statement makes, in order; the server's where the author gave none. */
  readonly constraints: readonly string[];
  /** A part of the statement between two of the grammar's places. */
  readonly slice: (from: number, to?: number) => string;
  /** Byte after the action's last. */
  readonly end: number;
  readonly parser: Parser;
}

/** What stands in the place of an action. */
export interface Replacement {
  readonly statements: readonly string[];
  readonly later?: LaterWork;
  readonly why: string;
}

/** The actions of an ALTER TABLE, cut at the commas between them; empty where the cut is not plain. */
export function actionsOf({ statement, node, parser }: Unsafe): readonly UnsafeAction[] {
  const commands = commandsOf(node);
  const alter = as(node, 'AlterTableStmt');
  const bytes = Buffer.from(statement.text);
  const slice = (from: number, to = bytes.length): string => bytes.subarray(from, to).toString();
  const tokens = (parser.scan(statement.text) ?? []).filter((token) => !token.tokenName.endsWith('_COMMENT'));
  const named = tokens.findIndex((token) => token.start === alter?.relation?.location);
  let first = named + 1;
  while (tokens[first]?.text === '.') first += 2;
  const nameEnd = tokens[first - 1]?.end ?? 0;
  if (tokens[first]?.text === '*') first += 1;
  const begin = tokens[first]?.start;
  if (named < 0 || begin === undefined) return [];
  let depth = 0;
  const commas = tokens.slice(first).filter(({ text }) => {
    if (text === '(' || text === '[') depth += 1;
    if (text === ')' || text === ']') depth -= 1;
    return text === ',' && depth === 0;
  });
  const starts = [begin, ...commas.map((comma) => comma.end)];
  if (starts.length !== commands.length) return [];
  const constraints = statement.effects.flatMap((effect) =>
    effect.does === 'create' && effect.object.type === 'constraint' ? [effect.object.name] : [],
  );
  return commands.map((command, index) => {
    const end = commas[index]?.start ?? bytes.length;
    return {
      command,
      text: slice(starts[index] ?? 0, end).trim(),
      prefix: slice(0, begin).trim(),
      relation: slice(alter?.relation?.location ?? 0, nameEnd),
      table: relationName(alter?.relation),
      rules: new Set(statement.findings.map((finding) => finding.rule)),
      constraints,
      slice,
      end,
      parser,
    };
  });
}

/** A name as SQL writes it: bare where it reads back as itself. */
export function written(parser: Parser, name: string): string {
  const tokens = parser.scan(name) ?? [];
  const [only] = tokens;
  const bare = tokens.length === 1 && only?.tokenName === 'IDENT' && /^[a-z_][a-z0-9_$]*$/.test(name);
  return bare ? name : `"${name.replaceAll('"', '""')}"`;
}

import type { SqlSource } from '../../core/migration.ts';
import { Asked } from './asked.ts';
import type { ChangeSet } from './change-set.ts';
import { changes } from './changes/all.ts';
import { readConditions } from './conditions.ts';
import { canonical, childrenNamed, type Node } from './node.ts';
import { Script, withSemicolons } from './script.ts';
import type { Walk } from './walk.ts';

/** Elements of a change set that are no changes. */
const besideChanges = new Set(['comment', 'preConditions', 'rollback', 'validCheckSum']);

/** A change set of XML, YAML or JSON; none where it is for other databases or contexts. */
export function readChangeSet(node: Node, file: SqlSource, walk: Walk): ChangeSet[] {
  const head = new Asked(node, file.path, walk.problems);
  const id = head.required('id');
  const author = head.required('author');
  const context = head.text('context') ?? head.text('contextFilter');
  const isForUs = walk.isForThisEngine(head.text('dbms')) && !head.flag('ignore');
  const isWanted = walk.isWanted(context, head.text('labels'), file.path, node.line);
  const before = head
    .children('preConditions')
    .flatMap((one) => readConditions(one, file.path, walk.dialect));
  const path = head.text('logicalFilePath') ?? file.path;
  const withoutTransaction = head.text('runInTransaction') === 'false';
  const repeatable = head.flag('runOnChange');
  if (head.flag('runAlways')) head.refuse('a change set that runs at every update', 'one that runs once');
  if (head.text('failOnError') === 'false')
    head.refuse('a change set that may fail', 'one that has to succeed');
  head.passOver('onValidationFail', 'created', 'objectQuotingStrategy');
  for (const child of node.children) head.children(child.name);
  head.close();
  if (!isForUs || !isWanted) return [];

  const writer = new Writer(file, walk);
  const changed = node.children.filter(({ name }) => !besideChanges.has(name));
  const { up, down } = writer.write(changed);
  const rollbacks = childrenNamed(node, 'rollback');
  const written = rollbacks.length === 0 ? down : writer.rollback(rollbacks);
  return [
    {
      id,
      author,
      file: path,
      up: writer.onlyFile(changed) ?? { path: file.path, text: up },
      down: written === null || written.trim() === '' ? null : { path: file.path, text: written },
      authored: JSON.stringify([changed.map(canonical), writer.filesRead.map(({ text }) => text)]),
      before,
      withoutTransaction,
      repeatable,
    },
  ];
}

class Writer {
  readonly filesRead: SqlSource[] = [];
  readonly #file: SqlSource;
  readonly #walk: Walk;

  constructor(file: SqlSource, walk: Walk) {
    this.#file = file;
    this.#walk = walk;
  }

  /** The statements of changes, and, where all of them have one, of their ways back, newest first. */
  write(nodes: readonly Node[]): { readonly up: string; readonly down: string | null } {
    const up = new Script();
    const back: { readonly line: number; readonly statements: readonly string[] | null }[] = [];
    for (const node of nodes) {
      const written = this.#writeOne(node);
      for (const { line, text } of written.up) up.add(line, text);
      back.unshift({ line: node.line, statements: written.down });
    }
    const isWhole = back.every(({ statements }) => statements !== null);
    const down = back.reduce(
      (script, { line, statements }) => (statements ?? []).reduce((all, one) => all.add(line, one), script),
      new Script(),
    );
    return { up: up.text, down: isWhole && back.length > 0 ? down.text : null };
  }

  rollback(nodes: readonly Node[]): string {
    const script = new Script();
    for (const node of nodes) {
      if (node.attributes.has('changeSetId')) {
        new Asked(node, this.#file.path, this.#walk.problems).refuse(
          'the way back is that of another change set',
          'its changes or statements',
        );
      }
      if (node.text.trim() !== '')
        script.add(node.textLine, this.#replaced(node.text, node.textLine).trimEnd());
      const { up } = this.write(node.children.filter(({ name }) => name !== 'comment'));
      if (up !== '')
        script.add(
          1,
          up.replace(/^\n+/, (lines) => '\n'.repeat(Math.max(lines.length, 0))),
        );
    }
    return script.text;
  }

  /** Where a change set is one file and nothing else, its statements stand in that file. */
  onlyFile(nodes: readonly Node[]): SqlSource | null {
    const [node, ...others] = nodes;
    if (node?.name !== 'sqlFile' || others.length > 0) return null;
    const [read] = this.filesRead;
    const delimiter = node.attributes.get('endDelimiter') ?? null;
    return read === undefined
      ? null
      : { path: read.path, text: withSemicolons(this.#walk.replaced(read.text, read.path, 1), delimiter) };
  }

  #writeOne(node: Node): {
    readonly up: readonly { readonly line: number; readonly text: string }[];
    readonly down: readonly string[] | null;
  } {
    const asked = new Asked(this.#withValues(node), this.#file.path, this.#walk.problems);
    if (node.name === 'tagDatabase') return { up: [], down: [] };
    if (node.name === 'sql') return { up: this.#sql(asked), down: null };
    if (node.name === 'sqlFile') return { up: this.#sqlFile(asked), down: null };
    const change = changes.get(node.name);
    const { dialect } = this.#walk;
    if (change === undefined || dialect === null) {
      asked.refuse(
        change === undefined
          ? `the change ${node.name} is not known here`
          : `${node.name} is not written for this engine`,
        'the change in SQL, as <sql> or in a formatted SQL file',
      );
      return { up: [], down: null };
    }
    const written = change(asked, dialect);
    asked.close();
    return { up: written.up.map((text) => ({ line: node.line, text })), down: written.down };
  }

  #sql(asked: Asked) {
    const isForUs = this.#walk.isForThisEngine(asked.text('dbms'));
    const attribute = asked.text('sql');
    const delimiter = asked.text('endDelimiter');
    asked.passOver('splitStatements', 'stripComments');
    asked.children('comment');
    asked.close();
    const { node } = asked;
    const text = withSemicolons((attribute ?? node.text).replace(/^\s*\n/, ''), delimiter).trim();
    // Leading blank lines are left out of the text, and stand between its line and its first statement.
    const skipped = attribute === null ? (/^\s*/.exec(node.text)?.[0].split('\n').length ?? 1) : 1;
    return isForUs && text !== '' ? [{ line: node.textLine + skipped - 1, text }] : [];
  }

  #sqlFile(asked: Asked) {
    const isForUs = this.#walk.isForThisEngine(asked.text('dbms'));
    const path = asked.required('path');
    const found = this.#walk.find(this.#file, path, asked.flag('relativeToChangelogFile'));
    const delimiter = asked.text('endDelimiter');
    asked.passOver('splitStatements', 'stripComments', 'encoding');
    asked.close();
    if (found === undefined) {
      asked.refuse(`there is no file ${path}`, 'an SQL file in the folder of migrations');
      return [];
    }
    this.#walk.used.add(found);
    if (!isForUs) return [];
    this.filesRead.push(found);
    return [
      {
        line: asked.node.line,
        text: withSemicolons(this.#walk.replaced(found.text, found.path, 1), delimiter).trim(),
      },
    ];
  }

  #withValues(node: Node): Node {
    return {
      ...node,
      attributes: new Map(
        [...node.attributes].map(([name, value]) => [name, this.#replaced(value, node.line)]),
      ),
      children: node.children.map((child) => this.#withValues(child)),
      text: this.#replaced(node.text, node.textLine),
    };
  }

  #replaced(text: string, line: number): string {
    return this.#walk.replaced(text, this.#file.path, line);
  }
}

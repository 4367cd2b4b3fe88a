import type { Action } from '../action.ts';
import type { OperationName } from './operations.ts';

/** What a server has to do for an ALTER TABLE, in the words of its manual. */
export function operationsOf(actions: readonly Action[]): readonly OperationName[] {
  const names = actions.flatMap(operationOf);
  // Together they are one operation, and a cheaper one.
  if (names.includes('drop-primary-key') && names.includes('add-primary-key')) {
    return [...names.filter((name) => !primaryKey.has(name)), 'replace-primary-key'];
  }
  return names;
}

const primaryKey = new Set<OperationName>(['drop-primary-key', 'add-primary-key']);

function operationOf(action: Action): readonly OperationName[] {
  switch (action.does) {
    case 'add-column': {
      const { column } = action;
      const own: OperationName = column.autoIncrement
        ? 'add-auto-increment-column'
        : column.generated === 'stored'
          ? 'add-stored-column'
          : column.generated === 'virtual'
            ? 'add-virtual-column'
            : column.placed
              ? 'add-column-between'
              : 'add-column';
      if (column.primary) return [own, 'add-primary-key'];
      return column.unique ? [own, 'add-index'] : [own];
    }
    case 'alter-column':
      return [action.what === 'visibility' ? 'column-visibility' : 'column-default'];
    case 'add-index':
      return [indexOperations[action.kind]];
    case 'enforce-check':
      return [action.enforced ? 'enforce-check' : 'unenforce-check'];
    case 'option':
      return [optionOperation(action.name, action.value)];
    case 'force':
      return ['rebuild-table'];
    case 'order-by':
      return ['order-rows'];
    case 'tablespace':
      return ['move-tablespace'];
    case 'versioning':
      return ['change-versioning'];
    case 'partition':
      return [wholePartitions.has(action.what) ? 'whole-partitions' : 'partition'];
    case 'toggle-keys':
    case 'clause':
      return [];
    default:
      return [action.does];
  }
}

const indexOperations = {
  index: 'add-index',
  unique: 'add-index',
  fulltext: 'add-fulltext-index',
  spatial: 'add-spatial-index',
  primary: 'add-primary-key',
} as const;

const wholePartitions = new Set([
  'add',
  'drop',
  'truncate',
  'exchange',
  'analyze',
  'check',
  'discard',
  'import',
]);

/** Options that say how rows are stored. */
const stored = new Set(['ROW_FORMAT', 'KEY_BLOCK_SIZE']);
/** Options that the servers treat as differently as their versions: the worst is assumed. */
const copied = new Set([
  'ENCRYPTED',
  'ENCRYPTION',
  'PAGE_COMPRESSED',
  'PAGE_COMPRESSION_LEVEL',
  'TABLESPACE',
  'UNION',
]);

function optionOperation(name: string, value: string): OperationName {
  if (name === 'ENGINE') return value === 'INNODB' ? 'rebuild-table' : 'change-engine';
  if (name === 'CHARSET' || name === 'COLLATE') return 'default-charset';
  if (stored.has(name)) return 'rebuild-table';
  return copied.has(name) ? 'change-engine' : 'set-option';
}

import type { SqlSource } from '../../core/migration.ts';
import { Asked } from './asked.ts';
import type { ChangeSet } from './change-set.ts';
import { readConditions } from './conditions.ts';
import { isFormattedSql, readFormatted } from './formatted.ts';
import type { Node } from './node.ts';
import { readChangeSet } from './structured.ts';
import type { Walk } from './walk.ts';
import { readXml } from './xml.ts';
import { readYaml } from './yaml.ts';

/** XML, YAML or JSON that says it is a change log. */
export const isStructuredLog = ({ path, text }: SqlSource): boolean =>
  /\.(?:xml|ya?ml|json)$/i.test(path) &&
  /<(?:\w+:)?databaseChangeLog\b|^\s*[{]?\s*"?databaseChangeLog"?\s*:/m.test(text);

/** The change sets of a log and of those that it includes, in their order. */
export function readLog(file: SqlSource, walk: Walk): readonly ChangeSet[] {
  if (walk.used.has(file)) return [];
  walk.used.add(file);
  if (isFormattedSql(file)) return readFormatted(file, walk);
  const isXml = /\.xml$/i.test(file.path);
  const root = isXml ? readXml(file, walk.problems) : readYaml(file, walk.problems);
  return root === null ? [] : root.children.flatMap((node) => readEntry(node, file, walk));
}

function readEntry(node: Node, file: SqlSource, walk: Walk): readonly ChangeSet[] {
  const asked = new Asked(node, file.path, walk.problems);
  switch (node.name) {
    case 'changeSet':
      return readChangeSet(node, file, walk);
    case 'include':
      return include(asked, file, walk);
    case 'includeAll':
      return includeAll(asked, file, walk);
    case 'property':
      walk.define(asked.text('name') ?? '', asked.text('value') ?? '', asked.text('dbms'));
      asked.passOver('global', 'context', 'contextFilter');
      asked.close();
      return [];
    case 'preConditions':
      // Before everything: what is for each database alone is asked of each change set.
      readConditions(asked, file.path, walk.dialect);
      return [];
    default:
      asked.refuse(
        `\`${node.name}\` in a change log is not known here`,
        'changeSet, include, includeAll or property',
      );
      return [];
  }
}

function include(asked: Asked, file: SqlSource, walk: Walk): readonly ChangeSet[] {
  const named = asked.required('file');
  const found = walk.find(file, named, asked.flag('relativeToChangelogFile'));
  const context = asked.text('context') ?? asked.text('contextFilter');
  const isWanted = walk.isWanted(context, asked.text('labels'), file.path, asked.node.line);
  asked.passOver('errorIfMissing', 'logicalFilePath');
  asked.close();
  if (found === undefined) {
    if (named !== '') asked.refuse(`there is no file ${named}`, 'a change log in the folder of migrations');
    return [];
  }
  if (isWanted) return readAny(found, walk);
  walk.used.add(found);
  return [];
}

function includeAll(asked: Asked, file: SqlSource, walk: Walk): readonly ChangeSet[] {
  const path = asked.required('path');
  const found = walk.findBelow(file, path, asked.flag('relativeToChangelogFile'));
  asked.passOver('errorIfMissingOrEmpty');
  asked.close();
  if (found.length === 0 && path !== '')
    asked.refuse(`there are no files below ${path}`, 'a folder of change logs');
  return found.flatMap((one) => readAny(one, walk));
}

/** SQL without Liquibase's comments is one change set, named as Liquibase names it. */
function readAny(file: SqlSource, walk: Walk): readonly ChangeSet[] {
  if (isStructuredLog(file) || isFormattedSql(file)) return readLog(file, walk);
  if (!/\.sql$/i.test(file.path) || walk.used.has(file)) return [];
  walk.used.add(file);
  return [
    {
      id: 'raw',
      author: 'includeAll',
      file: file.path,
      up: { path: file.path, text: walk.replaced(file.text, file.path, 1) },
      down: null,
      authored: file.text.trim(),
      before: [],
      withoutTransaction: false,
      repeatable: false,
    },
  ];
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findViolations, type SourceFile } from './rules.ts';
import { scanImports } from './scan-imports.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

function sourcesBelow(folder: string): SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

describe('the code', () => {
  const files = ['src', 'lambdas', 'infra'].flatMap(sourcesBelow);

  it('keeps the dependency rule', () => {
    expect(files.length).toBeGreaterThan(50);
    expect(findViolations(files)).toEqual([]);
  });

  it('is understood by the scanner: every relative import leads to a file', () => {
    const imports = files.flatMap(({ path, text }) => scanImports(text).map((one) => ({ path, ...one })));
    const relative = imports.flatMap(({ path, specifier }) =>
      specifier?.startsWith('.') ? [join(root, path, '..', specifier)] : [],
    );
    expect(relative.length).toBeGreaterThan(files.length);
    expect(relative.filter((path) => !/\.(ts|json|mjs)$/.test(path))).toEqual([]);
  });
});

describe('the rule', () => {
  const breachesOf = (path: string, text: string): string[] =>
    findViolations([{ path, text }]).map((line) => line.slice(path.length + 1));

  it.each([
    [
      'src/core/a.ts',
      "import { z } from 'zod';\nimport { parse } from 'yaml';\nimport { b } from './b/c.ts';",
    ],
    ['src/app/a.ts', "import { b } from '../core/b.ts';\nimport type { C } from './ports/c.ts';"],
    [
      'src/engines/postgres/a.ts',
      "import pg from 'pg';\nimport { b } from '../engine.ts';\nimport '../../app/b.ts';",
    ],
    ['src/engines/registry.ts', "import './postgres/a.ts';\nimport './mysql/a.ts';"],
    ['src/engines/mysql/a.ts', "if (name === 'mysql') {}"],
    ['src/formats/a.ts', "import { createHash } from 'node:crypto';\nimport '../core/a.ts';"],
    ['src/engines/registry.ts', "switch (engine) { case 'mysql': }"],
    ['src/local/rds/mysql/a.ts', "if (kind === 'mariadb') {}"],
    ['src/local/rds/a.ts', "const ports: Record<Engine, number> = { postgres: 5432, 'mysql': 3306 };"],
    ['src/cli/a.ts', "import '../local/a.ts';\nimport '../aws/a.ts';\nimport '../../lambdas/entry.ts';"],
    ['lambdas/entry.ts', "import '../src/aws/a.ts';\nimport './faults.ts';"],
    ['lambdas/a.ts', "import './entry.ts';\nimport '../src/app/a.ts';"],
    ['infra/a.ts', "import type { A } from '../src/core/a.ts';\nimport 'aws-cdk-lib';\nimport './b.ts';"],
    ['infra/a.ts', "import '../lambdas/catalog.ts';"],
    ['src/app/a.ts', "const engines = { postgres: 1, mysql: 2 };\nconst name = 'postgres';\nf('mysql');"],
    ['test/a.ts', "import '../src/aws/a.ts';\nimport '../src/local/a.ts';"],
  ])('lets %s be: %s', (path, text) => {
    expect(breachesOf(path, text)).toEqual([]);
  });

  const purity = '(allowed: nothing but itself)';
  const coreAndApp = '(allowed: src/core, src/app)';
  it.each([
    ['src/core/a.ts', "import 'node:path';", '1: src/core imports node:path'],
    ['src/core/a.ts', "import fs from 'fs';", '1: src/core imports fs'],
    ['src/core/a.ts', "import pg from 'pg';", '1: src/core imports pg'],
    ['src/core/a.ts', 'await import(name);', '1: src/core imports something computed'],
    [
      'src/core/a.ts',
      "\nimport type { Engine } from '../app/ports/engine.ts';",
      `2: src/core imports src/app/ports/engine.ts, which belongs to src/app ${purity}`,
    ],
    [
      'src/core/deep/a.ts',
      "export * from '../../aws/a.ts';",
      `1: src/core imports src/aws/a.ts, which belongs to src/aws ${purity}`,
    ],
    ['src/app/a.ts', "import '@aws-sdk/client-rds';", '1: src/app imports @aws-sdk/client-rds'],
    ['src/app/a.ts', "import { createHash } from 'node:crypto';", '1: src/app imports node:crypto'],
    [
      'src/app/a.ts',
      "import '../engines/postgres/a.ts';",
      '1: src/app imports src/engines/postgres/a.ts, which belongs to src/engines (allowed: src/core)',
    ],
    [
      'src/engines/mysql/a.ts',
      "import '../postgres/b.ts';",
      '1: the engine mysql imports the engine postgres',
    ],
    ['src/engines/mysql/a.ts', "import '../registry.ts';", '1: the engine mysql imports the registry'],
    [
      'src/aws/a.ts',
      "import '../local/b.ts';",
      `1: src/aws imports src/local/b.ts, which belongs to src/local ${coreAndApp}`,
    ],
    [
      'src/local/a.ts',
      "const b = await import('../aws/b.ts');",
      `1: src/local imports src/aws/b.ts, which belongs to src/aws ${coreAndApp}`,
    ],
    [
      'src/report/a.ts',
      "export { b } from '../formats/b.ts';",
      `1: src/report imports src/formats/b.ts, which belongs to src/formats ${coreAndApp}`,
    ],
    [
      'src/aws/a.ts',
      "import '../cli/b.ts';",
      `1: src/aws imports src/cli/b.ts, which belongs to src/cli ${coreAndApp}`,
    ],
    [
      'src/aws/a.ts',
      "import '../../lambdas/entry.ts';",
      `1: src/aws imports lambdas/entry.ts, which belongs to lambdas/entry.ts ${coreAndApp}`,
    ],
    [
      'src/local/a.ts',
      "import '../../test/support/b.ts';",
      `1: src/local imports test/support/b.ts, which belongs to test/support ${coreAndApp}`,
    ],
    [
      'lambdas/plan.ts',
      "import '../src/aws/a.ts';",
      '1: lambdas imports src/aws/a.ts, which belongs to src/aws (allowed: src/core, src/app, lambdas, lambdas/entry.ts, lambdas/catalog.ts)',
    ],
    [
      'infra/a.ts',
      "import { type A } from '../src/core/a.ts';",
      '1: infra imports src/core/a.ts, which belongs to src/core (allowed: lambdas/catalog.ts)',
    ],
    [
      'src/app/a.ts',
      "\nif (engine.name !== 'postgres') {}",
      '2: asks for the engine postgres by name; declare a capability instead',
    ],
    [
      'src/report/a.ts',
      "if ('mysql' == name) {}",
      '1: asks for the engine mysql by name; declare a capability instead',
    ],
    ...['src/engines/a.ts', 'src/local/rds/a.ts', 'src/formats/a.ts', 'src/core/analysis/a.ts'].map(
      (path) => [
        path,
        "if (engine === 'mysql') {}",
        '1: asks for the engine mysql by name; declare a capability instead',
      ],
    ),
    [
      'src/cli/a.ts',
      "switch (name) { case 'sqlserver': }",
      '1: asks for the engine sqlserver by name; declare a capability instead',
    ],
  ])('refuses in %s: %s', (path, text, breach) => {
    expect(breachesOf(path, text)).toEqual([breach]);
  });
});

describe('the scanner', () => {
  const runtime = (specifier: string | null) => ({ specifier, typeOnly: false });
  const typeOnly = (specifier: string) => ({ specifier, typeOnly: true });

  it.each([
    ["import 'a';", [runtime('a')]],
    ['import a from "a"', [runtime('a')]],
    ["import * as a from 'a'", [runtime('a')]],
    ["import a, { b as c, type D } from 'a'", [runtime('a')]],
    ["import {\n  a,\n  // from 'x'\n  b,\n} from 'a';", [runtime('a')]],
    ["import { from } from 'a'", [runtime('a')]],
    ["import type { A } from 'a'", [typeOnly('a')]],
    ["import type A from 'a'", [typeOnly('a')]],
    ["import type from 'a'", [runtime('a')]],
    ["import type, { b } from 'a'", [runtime('a')]],
    ["import data from 'a.json' with { type: 'json' }", [runtime('a.json')]],
    [
      "export * from 'a'; export * as b from 'b'; export { c } from 'c'",
      [runtime('a'), runtime('b'), runtime('c')],
    ],
    ["export type { A } from 'a'; export type * from 'b'", [typeOnly('a'), typeOnly('b')]],
    ["export { a };\nconst from = 'b';", []],
    ["export const a = 'from'; export type B = { c: 'd' }; export default 'e'", []],
    ["const a = await import('a');", [runtime('a')]],
    ['const a = await import(`a`);', [runtime('a')]],
    [`const a = await import(\`a\${b}\`);`, [runtime(null)]],
    ["type A = typeof import('a');", [runtime('a')]],
    ["const a = require('a'), b = require.resolve('b')", [runtime('a'), runtime('b')]],
    ['new URL(x, import.meta.url)', []],
    ["object.import('a'); object.require('b'); ({ import: 'c' })", []],
    ["// import 'a'\n/* import 'b' */ /** import('c') */", []],
    [`const a = "import 'a'"; const b = \`import 'b' \${c(\`import 'd'\`)} import 'e'\`;`, []],
    [`const a = \`\${{ b: '}' }}\`; import 'c'`, [runtime('c')]],
    [
      "const a = /['\"`]/; import 'b'; const c = 1 / 2; import 'd'; f(/[/'] /g)",
      [runtime('b'), runtime('d')],
    ],
    ["if (a) { b } import 'c'; const d = { e: `f` }; import 'g'", [runtime('c'), runtime('g')]],
  ])('finds in %s', (text, imports) => {
    expect(scanImports(text).map(({ specifier, typeOnly: gone }) => ({ specifier, typeOnly: gone }))).toEqual(
      imports,
    );
  });

  it('knows the line', () => {
    expect(scanImports("/*\n*/\nconst a = `\n`;\nimport 'b';").map(({ line }) => line)).toEqual([5]);
  });
});

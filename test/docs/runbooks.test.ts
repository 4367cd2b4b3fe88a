import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'docs/operations');
const pages = readdirSync(folder).filter((name) => name.endsWith('.md'));
const read = (path: string): string => readFileSync(path, 'utf8');

/** As GitHub names a heading's anchor. */
const anchorsOf = (page: string): string[] =>
  [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );

const help = (...command: string[]): string => {
  const script = join(root, 'bin/lockkeeper.js');
  return spawnSync(process.execPath, [script, ...command, '--help'], { encoding: 'utf8' }).stdout;
};
const commands = new Set([...help().matchAll(/^ {2}([a-z]+) /gm)].map(([, name = '']) => name));

describe.each(pages)('%s', (name) => {
  const page = read(join(folder, name));

  it('leads to pages and places that are there', () => {
    for (const [link, file = '', anchor] of page.matchAll(/\]\(([^)#:]*\.md)?(#[^)]*)?\)/g)) {
      if (link === ']()') continue;
      const path = file === '' ? join(folder, name) : join(folder, file);
      expect(existsSync(path), link).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(read(path)), link).toContain(anchor.slice(1));
    }
  });

  it('names commands and options that the command line has', () => {
    for (const [line = '', command = '', rest = ''] of page.matchAll(/lockkeeper ([a-z]+)([^`\n]*)/g)) {
      expect([...commands], line).toContain(command);
      const options = [...rest.matchAll(/--[a-z-]+/g)].map(([option]) => option);
      const known = options.length === 0 ? '' : help(command);
      for (const option of options) expect(known, line).toContain(option);
    }
  });
});

it('the list of runbooks is complete', () => {
  const index = read(join(folder, 'aws.md'));
  const missing = pages.filter((name) => name !== 'aws.md' && !index.includes(`(${name})`));
  expect(missing).toEqual([]);
});

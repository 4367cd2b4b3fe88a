import type { Problem } from '../../core/errors.ts';
import type { SqlSource } from '../../core/migration.ts';
import type { Draft, Format } from '../format.ts';
import { manifestBeside } from '../manifest-beside.ts';
import { baseOf, besides, isSql, samePath } from '../paths.ts';
import { findMarkers } from '../sections.ts';
import { type PlannedChange, readSqitchPlan } from './plan.ts';

const isPlan = (path: string): boolean => baseOf(path) === 'sqitch.plan';

/** Sqitch: the changes of `sqitch.plan` in its order, from the folders `deploy` and `revert`. */
export const sqitch: Format = {
  name: 'sqitch',
  sign: 'named like',
  patterns: 'deploy/<change>.sql and revert/<change>.sql of the changes in sqitch.plan',
  findSigns: (files) => files.filter(({ path }) => isPlan(path)),
  read(files) {
    const problems: Problem[] = [];
    const drafts = files
      .filter(({ path }) => isPlan(path))
      .flatMap((plan) => readSqitchPlan(plan, problems).map((change) => ({ plan, change })))
      .flatMap(({ plan, change }) => toDraft(change, plan, files, problems));
    const placed = new Set(drafts.flatMap(({ up, down }) => [up?.path, down?.path]));
    // A verify script is Sqitch's own look; the checks of a manifest stand in its place.
    const isVerify = (path: string): boolean => /(?:^|\/)verify\//.test(path);
    return {
      drafts,
      problems,
      unplaced: files.filter(({ path }) => isSql(path) && !placed.has(path) && !isVerify(path)),
    };
  },
};

function toDraft(
  { name, project, line }: PlannedChange,
  plan: SqlSource,
  files: readonly SqlSource[],
  problems: Problem[],
): Draft[] {
  const script = (folder: string): SqlSource | undefined =>
    files.find(({ path }) => samePath(path, besides(plan.path, `${folder}/${name}.sql`)));
  const [up, down] = [script('deploy'), script('revert')];
  if (up === undefined) {
    problems.push({
      file: plan.path,
      line,
      message: `the change ${name} has no script`,
      expected: besides(plan.path, `deploy/${name}.sql`),
    });
    return [];
  }
  problems.push(...[up, down].flatMap((file) => (file === undefined ? [] : refuseClientCommands(file))));
  return [
    {
      version: name,
      description: name,
      repeatable: false,
      up,
      authored: up.text,
      down: down ?? null,
      manifest: manifestBeside(up.path, files),
      recorded: { tool: 'sqitch', project, change: name },
      missing: { up: `deploy/${name}.sql`, down: `add revert/${name}.sql` },
    },
  ];
}

/** Sqitch hands its scripts to the database's own client. */
const refuseClientCommands = ({ path, text }: SqlSource): Problem[] =>
  findMarkers(text, /^[ \t]*\\([a-z]+)[^\r\n]*$/gim).map(({ match, line }) => ({
    file: path,
    line,
    message: `\`\\${match[1]}\` is a command of psql, and no psql runs this`,
    expected: 'SQL alone',
  }));

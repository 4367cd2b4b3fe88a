import type { Gap } from '../contract/world.ts';

/**
 * What a server that speaks T-SQL lacks of SQL Server, by the name of the capability, and which behaviour of the suite
 * cannot be seen without it. The suite knows nothing of this: it is told what to skip, and with which words.
 */
const babelfish: readonly Gap[] = [
  {
    capability: 'error 1222 for a lock that was not granted',
    instead: 'Babelfish ends the wait in time, with an error number that stands for many things (33557097)',
    unverified: [
      'a step that changes data: that waits for a row gives way and names who holds it',
      'a step that changes the schema: waits for readers no longer than it may, and names them',
      'a batch: gives way to a writer that holds one of its rows, and can be made again',
    ],
  },
  {
    capability: 'requests and who blocks them (sys.dm_exec_requests)',
    instead: 'Babelfish lists sessions only',
    unverified: ['checks: see who waits for a batch of ours'],
  },
  {
    capability: 'the end of a running statement when its client asks for it (attention)',
    instead: 'Babelfish lets a function run on, and answers when it is through',
    unverified: [
      'a batch: that runs into its time limit changed nothing',
      'a batch: that is stopped by its caller changed nothing',
    ],
  },
  {
    capability: 'CONVERT of datetime in style 126 and of varbinary in style 1',
    instead:
      'Babelfish refuses what it has itself written in them; the other kinds of keys were walked along',
    unverified: ['keys: of every kind are walked along'],
  },
  {
    capability: 'TRIGGER_NESTLEVEL with arguments',
    instead:
      'Babelfish refuses the call; triggers whose expressions give the same again do without it and were seen',
    unverified: [
      "rows written while a backfill runs: a column whose source changes after the backfill 'is not computed again",
    ],
  },
];

export const gapsOf = (version: string): readonly Gap[] => (/babelfish/i.test(version) ? babelfish : []);

import { expect as assert, describe, it } from 'vitest';
import { type Expectation, expect, type RestoredServer } from '../../../src/cli/demo/history.ts';
import type { LoggedWrite } from '../../../src/cli/demo/write-log.ts';

type Short = readonly [
  does: LoggedWrite['does'],
  revision: number | null,
  more?: Partial<Pick<LoggedWrite, 'outcome' | 'at' | 'server'>>,
];

const lost = { outcome: 'ambiguous' } as const;

const history = (writes: readonly Short[]): LoggedWrite[] =>
  writes.map(([does, revision, more], index) => ({
    table: 'users',
    key: '7',
    does,
    revision,
    outcome: 'acknowledged',
    at: index,
    server: 0,
    ...more,
  }));

const states = (...of: (number | null)[]): Expectation => ({ is: 'one-of', states: of });

describe('what a row must be after its writes', () => {
  const cases: readonly (readonly [string, readonly Short[], Expectation])[] = [
    ['the revision of an insert', [['insert', 0]], states(0)],
    [
      'the revision of the last update',
      [
        ['insert', 0],
        ['update', 1],
        ['update', 2],
      ],
      states(2),
    ],
    [
      'absent after a delete',
      [
        ['insert', 0],
        ['delete', null],
      ],
      states(null),
    ],
    [
      'before or after an update without reply',
      [
        ['update', 4],
        ['update', 5, lost],
      ],
      states(4, 5),
    ],
    [
      'there or not after a delete without reply',
      [
        ['update', 4],
        ['delete', null, lost],
      ],
      states(4, null),
    ],
    [
      'there or not after an insert without reply, if nothing else is known',
      [['insert', 0, lost]],
      { is: 'unknown' },
    ],
    [
      'decided by the next acknowledged write',
      [
        ['update', 4],
        ['update', 5, lost],
        ['update', 6],
      ],
      states(6),
    ],
    [
      'decided the other way',
      [
        ['update', 4],
        ['update', 5, lost],
        ['update', 5],
      ],
      states(5),
    ],
    [
      'absent once a writer no longer found it after a delete without reply',
      [
        ['update', 4],
        ['delete', null, lost],
        ['miss', null],
      ],
      states(null),
    ],
  ];
  it.each(cases)('%s', (_, writes, expected) => {
    assert(expect(history(writes))).toEqual(expected);
  });
});

describe('writes that show by themselves that an earlier one was lost', () => {
  const cases: readonly (readonly [string, readonly Short[], RegExp])[] = [
    [
      'an update that met an older revision',
      [
        ['update', 4],
        ['update', 4],
      ],
      /found revision 3 .* revision 4/,
    ],
    [
      'an update that met a revision nobody wrote',
      [
        ['update', 4],
        ['update', 7],
      ],
      /found revision 6/,
    ],
    [
      'a row not found',
      [
        ['insert', 0],
        ['miss', null],
      ],
      /did not find it .* revision 0/,
    ],
    [
      'an update of a deleted row',
      [
        ['delete', null],
        ['update', 3],
      ],
      /found revision 2 .* no row/,
    ],
    [
      'a second delete',
      [
        ['delete', null],
        ['delete', null],
      ],
      /there again/,
    ],
    [
      'a key given out twice',
      [
        ['insert', 0],
        ['insert', 0],
      ],
      /given out again/,
    ],
    [
      'an update that met neither possibility',
      [
        ['update', 4],
        ['update', 5, lost],
        ['update', 4],
      ],
      /revision 3 .* revision 4 or revision 5/,
    ],
  ];
  it.each(cases)('%s', (_, writes, because) => {
    assert(expect(history(writes))).toEqual({ is: 'contradiction', because: assert.stringMatching(because) });
  });
});

describe('after a restore', () => {
  const restored: RestoredServer = { before: 100, server: 1 };
  const early = { at: 50, server: 0 };
  const late = { at: 150, server: 0 };
  const after = { at: 200, server: 1 };
  const cases: readonly (readonly [string, readonly Short[], Expectation])[] = [
    ['a write before the recovery point must be there', [['update', 3, early]], states(3)],
    [
      'writes after it may be there or not',
      [
        ['update', 3, early],
        ['update', 4, late],
        ['update', 5, late],
      ],
      states(3, 4, 5),
    ],
    [
      'a delete after it may have come back',
      [
        ['update', 3, early],
        ['delete', null, late],
      ],
      states(3, null),
    ],
    ['an insert after it may be gone', [['insert', 0, late]], states(null, 0)],
    ['a row first seen after it was one revision older', [['update', 9, late]], states(8, 9)],
    ['a delete of a row of which nothing is known says nothing', [['delete', null, late]], { is: 'unknown' }],
    [
      'a write that the restored server acknowledged must be there',
      [
        ['update', 3, early],
        ['update', 4, late],
        ['update', 4, after],
      ],
      states(4),
    ],
    [
      'the restored server may have begun with any of them',
      [
        ['update', 3, early],
        ['update', 4, late],
        ['update', 5, late],
        ['update', 5, after],
      ],
      states(5),
    ],
    [
      'a key may be given out again by the restored server',
      [
        ['insert', 0, late],
        ['update', 1, late],
        ['insert', 0, after],
      ],
      states(0),
    ],
    [
      'a write without reply after it changes nothing that is certain',
      [
        ['update', 3, early],
        ['update', 4, { ...late, ...lost }],
      ],
      states(3, 4),
    ],
  ];
  it.each(cases)('%s', (_, writes, expected) => {
    assert(expect(history(writes), restored)).toEqual(expected);
  });

  it('shows a write lost that the restored server met too old', () => {
    const writes = history([
      ['update', 3, early],
      ['update', 4, late],
      ['update', 3, after],
    ]);
    assert(expect(writes, restored)).toMatchObject({
      is: 'contradiction',
      because: assert.stringMatching(/found revision 2/),
    });
  });

  it('shows a write lost that the old server itself forgot', () => {
    const writes = history([
      ['update', 3, early],
      ['update', 4, late],
      ['update', 4, late],
    ]);
    assert(expect(writes, restored)).toMatchObject({ is: 'contradiction' });
  });

  it('without a restore the same later writes must be there, whatever server took them', () => {
    assert(
      expect(
        history([
          ['update', 3, early],
          ['update', 4, late],
        ]),
      ),
    ).toEqual(states(4));
    assert(
      expect(
        history([
          ['update', 4, early],
          ['update', 4, after],
        ]),
      ),
    ).toMatchObject({ is: 'contradiction' });
  });
});

import { describe, expect, test } from '@jest/globals';
import { encodeId, decodeId } from '../../src/api/global-id';
import { encodeCursor, pageRequest, toConnection } from '../../src/api/paging';

const NAME = 'plans';
const read = (args: object) => pageRequest(args, NAME, ['text', 'whole']);

describe('A page', () => {
  test('has 20 items from the start where nothing is said', () => expect(read({})).toEqual({ size: 20, backward: false, after: null, before: null }));

  test('counts from the start with first, from the end with last', () => {
    expect(read({ first: 1 })).toMatchObject({ size: 1, backward: false });
    expect(read({ last: 100, first: null })).toMatchObject({ size: 100, backward: true });
  });

  test.each([[{ first: 0 }], [{ first: -1 }], [{ first: 101 }], [{ last: 0 }], [{ last: 101 }], [{ first: 1, last: 1 }]])(
    'of %p is refused',
    (args) => expect(() => read(args)).toThrow(expect.objectContaining({ code: 'PAGE_INVALID' })),
  );
});

describe('A cursor', () => {
  const cursor = encodeCursor(NAME, ['a', '7']);

  test('leads back to its values', () => expect(read({ after: cursor, before: cursor })).toMatchObject({ after: ['a', '7'], before: ['a', '7'] }));

  test.each([
    ['of another connection', encodeCursor('customers', ['a', '7'])],
    ['with too few values', encodeCursor(NAME, ['a'])],
    ['with too many values', encodeCursor(NAME, ['a', '7', '8'])],
    ['with a value of another type', encodeCursor(NAME, ['a', 7])],
    ['with a number too large for a statement', encodeCursor(NAME, ['a', '9'.repeat(19)])],
    ['with NUL', encodeCursor(NAME, ['\u0000', '7'])],
    ['with half of a surrogate pair', encodeCursor(NAME, ['\ud800', '7'])],
    ['that is empty', ''],
    ['that is no base64', '§$%'],
    ['that is no JSON', Buffer.from('plans').toString('base64url')],
    ['that is an object', Buffer.from('{"0":"plans"}').toString('base64url')],
    ['of a megabyte', 'a'.repeat(1_000_000)],
  ])('%s is refused', (_name, after) => expect(() => read({ after })).toThrow(expect.objectContaining({ code: 'CURSOR_INVALID' })));
});

describe('A connection', () => {
  test('has the cursors of its first and last items, and none where it is empty', () => {
    const connection = toConnection({ items: ['a', 'b'], hasPreviousPage: false, hasNextPage: true }, NAME, (item) => [item, '1']);
    const cursors = connection.edges.map((edge) => edge.cursor);
    expect(connection.pageInfo).toEqual({ hasPreviousPage: false, hasNextPage: true, startCursor: cursors[0], endCursor: cursors[1] });
    expect(toConnection({ items: [], hasPreviousPage: false, hasNextPage: false }, NAME, () => []).pageInfo).toMatchObject({
      startCursor: null,
      endCursor: null,
    });
  });
});

describe('An opaque id', () => {
  test('leads back to its parts', () => expect(decodeId('UsageEvent', encodeId('UsageEvent', 5n, 'x'))).toEqual(['5', 'x']));

  test.each([
    ['of another type', encodeId('CreditGrant', 5n)],
    ['without parts', encodeId('UsageEvent')],
    ['that is no base64', '***'],
    ['with a tail', `${encodeId('UsageEvent', 5n)}=`],
  ])('%s is none', (_name, id) => expect(decodeId('UsageEvent', id)).toBeNull());
});

import { expect, test } from '@jest/globals';
import { metadataProblems, sameMetadata, type Metadata } from '../../src/domain/metadata';

function nested(levels: number): object {
  return levels === 1 ? {} : { inner: nested(levels - 1) };
}

test.each([
  ['an object', { plan: 'pro', seats: 3, tags: ['a', null, true] }],
  ['an empty object', {}],
  ['eight levels', nested(8)],
  ['sixteen kilobytes', { text: 'x'.repeat(16 * 1024 - '{"text":""}'.length) }],
])('%s is fine', (_, value) => {
  expect(metadataProblems('metadata', value)).toEqual([]);
});

test.each([
  ['a list', [], 'must be a JSON object.'],
  ['a text', 'x', 'must be a JSON object.'],
  ['a null', null, 'must be a JSON object.'],
  ['nine levels', nested(9), 'must be at most 8 levels deep.'],
  ['forty thousand levels', JSON.parse(`${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}`), 'must be at most 8 levels deep.'],
  ['a byte too many', { text: 'x'.repeat(16 * 1024 - '{"text":""}'.length + 1) }, 'must have at most 16 KB of JSON.'],
  ['bytes, not characters', { text: 'ä'.repeat(8 * 1024) }, 'must have at most 16 KB of JSON.'],
  ['NUL in a text', { a: ['\0'] }, 'must not contain NUL or half of a surrogate pair.'],
  ['half of a surrogate pair in a name', { '\ud800': 1 }, 'must not contain NUL or half of a surrogate pair.'],
  ['a reserved name', JSON.parse('{"a":{"__proto__":1}}'), 'must not contain the reserved name __proto__.'],
  ['a number no double can hold', { a: 1e400 }, 'must not contain a number outside the range of a double.'],
])('%s is refused', (_, value, message) => {
  expect(metadataProblems('metadata', value)).toEqual([{ field: 'metadata', message }]);
});

test.each<[string, Metadata, Metadata, boolean]>([
  ['names in another order, at any depth', { a: 1, b: { c: [1], d: 2 } }, { b: { d: 2, c: [1] }, a: 1 }, true],
  ['zero and minus zero', { a: 0 }, { a: -0 }, true],
  ['items in another order', { a: [1, 2] }, { a: [2, 1] }, false],
  ['a null and an absent name', { a: null }, {}, false],
  ['a text and a number', { a: '1' }, { a: 1 }, false],
])('%s', (_, a, b, same) => {
  expect(sameMetadata(a, b)).toBe(same);
});

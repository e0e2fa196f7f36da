import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CATALOG_FORMATS, readTree, writeTree, type CatalogFormat, type Tree, type TreeMap } from '../../src/cli/catalog-tree';
import { ExactNumber } from '../../src/domain/exact-number';

const odd = fc.constantFrom(
  '',
  ' ',
  'yes',
  'null',
  '~',
  '1',
  '-1.5e3',
  '.5',
  '0x1F',
  '1_000',
  '2026-01-01',
  '__proto__',
  'a: b',
  '- a',
  '#',
  '|',
  '*a',
  '&a',
  '!x',
  'a\nb',
  'a \n\tb\n',
  '\r\n',
  '😀',
  '"',
  "'",
  '%',
);
const text = fc.oneof(odd, fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }));
const number = fc.tuple(fc.bigInt(), fc.option(fc.nat())).map(([whole, part]) => new ExactNumber(part === null ? `${whole}` : `${whole}.${part}`));
const key = fc.oneof(odd, fc.string({ unit: 'grapheme-ascii', maxLength: 20 }));

const tree = fc.letrec<{ tree: Tree; map: TreeMap }>((tie) => ({
  tree: fc.oneof({ maxDepth: 3 }, text, number, fc.boolean(), fc.constant(null), fc.array(tie('tree'), { maxLength: 4 }), tie('map')),
  map: fc.array(fc.tuple(key, tie('tree')), { maxLength: 5 }).map((entries) => new Map(entries)),
})).map;

describe.each(Object.keys(CATALOG_FORMATS) as CatalogFormat[])('as %s', (format) => {
  test('any tree is read as it was written, with all digits and in its order, and written again to the same bytes', () => {
    fc.assert(
      fc.property(tree, (written) => {
        const bytes = writeTree(written, format);
        const { tree: read, problems } = readTree(bytes, format);
        expect(problems).toEqual([]);
        expect(read).toEqual(written);
        expect(writeTree(read as TreeMap, format)).toBe(bytes);
      }),
      { numRuns: 300 },
    );
  });

  test('a place is that of what is asked for, or of what is around it', () => {
    const { placeOf } = readTree(
      writeTree(
        new Map<string, Tree>([
          ['a', new Map([['b', ['x', 'y']]])],
          ['c', null],
        ]),
        format,
      ),
      format,
    );
    const lines = ['a', 'a/b', 'a/b/1', 'a/b/1/nothing', 'c', 'nothing'].map((path) => placeOf(path).line);
    expect(lines).toEqual(format === 'yaml' ? [1, 2, 4, 4, 5, 1] : [2, 3, 5, 5, 8, 1]);
  });
});

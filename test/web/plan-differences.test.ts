import { describe, expect, test } from '@jest/globals';
import { differenceText, relativeDifferenceText } from '../../src/web/app/format/difference';
import { differencesBetween } from '../../src/web/app/views/review/differences';
import type { PlanRate } from '../../src/web/app/views/plans/plan-rate';

const CREDITS = { id: 'credits', name: 'Credits', unitSingular: 'credit', unitPlural: 'credits' };

function rate(featureId: string, pricing: { creditsPerUnit: string } | { formula: string }, currency = CREDITS): PlanRate {
  const feature = { id: featureId, name: featureId.toUpperCase(), unit: 'request' };
  const none = { creditsPerUnit: null, formula: null };
  return { id: featureId, mode: 'formula' in pricing ? 'FORMULA' : 'FLAT', feature, currency, ...none, ...pricing };
}

const told = (before: PlanRate[], after: PlanRate[]) =>
  differencesBetween(before, after).map(({ feature, kind, sentences }) => [feature.id, kind, ...sentences]);

describe('the differences of two versions of a plan', () => {
  test('are none where every price is the same', () => {
    expect(
      told(
        [rate('a', { creditsPerUnit: '1' }), rate('b', { formula: 'value' })],
        [rate('b', { formula: 'value' }), rate('a', { creditsPerUnit: '1' })],
      ),
    ).toEqual([]);
  });

  test('tell new, changed and removed prices', () => {
    const before = [rate('a', { creditsPerUnit: '0.35' }), rate('b', { creditsPerUnit: '2' }), rate('c', { creditsPerUnit: '2' })];
    expect(told(before, [rate('a', { creditsPerUnit: '0.4' }), rate('c', { creditsPerUnit: '1.5' }), rate('d', { formula: 'value' })])).toEqual([
      ['a', 'CHANGED', 'The price rises from 0.35 to 0.4 (+14.3 %).'],
      ['c', 'CHANGED', 'The price falls from 2 to 1.5 (−25 %).'],
      ['d', 'ADDED', 'It gets a price. Until now, usage of it was refused.'],
      ['b', 'REMOVED', 'It has no price any more: usage of it will be refused.'],
    ]);
  });

  test('tell another currency and another mode', () => {
    const other = { ...CREDITS, id: 'coins', name: 'Coins' };
    expect(told([rate('a', { creditsPerUnit: '1' })], [rate('a', { formula: 'value' }, other)])).toEqual([
      ['a', 'CHANGED', 'It is charged in Coins instead of Credits.', 'A formula takes the place of the flat price.'],
    ]);
  });

  test('tell what a formula reads newly and no longer, by any way to write a dimension', () => {
    const before = rate('a', { formula: 'max(tokens, 1) * dimension("old-key")' });
    const after = rate('a', { formula: 'max(tokens, 2) * dimension("new-key") + pages' });
    expect(told([before], [after])).toEqual([
      ['a', 'CHANGED', 'The formula changes: it now depends on new-key and pages, and it no longer depends on old-key.'],
    ]);
    expect(told([rate('a', { formula: 'tokens' })], [rate('a', { formula: 'tokens * 2' })])).toEqual([['a', 'CHANGED', 'The formula changes.']]);
  });
});

test.each([
  ['0.1', '0.3', '0.2'],
  ['3.064', '3.064', '0'],
  ['99999999999999999999999999.999999999999', '0', '-99999999999999999999999999.999999999999'],
  ['-1', '0.5', '1.5'],
  ['1', 'x', null],
])('from %s to %s is a difference of exactly %s', (from, to, difference) => expect(differenceText(from, to)).toBe(difference));

test.each([
  ['0.35', '0.4', '0.142857'],
  ['2', '1', '-0.500000'],
  ['0', '1', null],
])('from %s to %s is a change by the part %s', (from, to, part) => expect(relativeDifferenceText(from, to)).toBe(part));

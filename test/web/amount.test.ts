import { describe, expect, test } from '@jest/globals';
import { shownAmount } from '../../src/web/app/format/amount';

describe('an amount that is shown with few digits', () => {
  test.each([
    ['1234567.123456', '1,234,567.1235'],
    ['-0.5', '−0.5'],
    ['0.00015', '0.0002'],
    ['0', '0'],
    ['0.000000000001', '< 0.0001'],
    ['-0.00001', '> −0.0001'],
  ])('%s is %s: rounded, but never to nothing', (text, shown) => expect(shownAmount(text, 4)).toBe(shown));

  test('is less than 1 where it has no digits after the point', () => expect(shownAmount('0.3', 0)).toBe('< 1'));
});

import { describe, expect, test } from '@jest/globals';
import { grantName } from '../../src/web/app/format/grant';

describe('a grant', () => {
  test('is called after its reason', () =>
    expect(grantName({ category: 'RECURRING', amount: '5000', reason: 'Monthly allowance' })).toBe('Monthly allowance'));

  test('is called after what and how much it is, where no reason is given or told', () => {
    expect(grantName({ category: 'RECURRING', amount: '5000', reason: null })).toBe('Recurring grant of 5,000');
    expect(grantName({ category: 'PAID', amount: '1234567.5' })).toBe('Paid grant of 1,234,567.5');
  });
});

import { describe, expect, test } from '@jest/globals';
import { isLow, runOut, runOutText, type Expiry } from '../../src/web/app/format/run-out';
import { grantName } from '../../src/web/app/format/grant';

describe('a grant', () => {
  test('is called after its reason', () =>
    expect(grantName({ category: 'RECURRING', amount: '5000', reason: 'Monthly allowance' })).toBe('Monthly allowance'));

  test('is called after what and how much it is, where no reason is given or told', () => {
    expect(grantName({ category: 'RECURRING', amount: '5000', reason: null })).toBe('Recurring grant of 5,000');
    expect(grantName({ category: 'PAID', amount: '1234567.5' })).toBe('Paid grant of 1,234,567.5');
  });
});

describe('how long a balance lasts', () => {
  const NOW = Date.parse('2026-11-27T12:00:00Z');
  const inDays = (days: number, amount: string): Expiry => ({ at: new Date(NOW + days * 86_400_000).toISOString(), amount });
  /** At 10 a day. */
  const lasts = (balance: string, expiries: Expiry[] = []): string => {
    const state = runOut(balance, '300', expiries, NOW);
    return state.kind === 'lasts'
      ? `${runOutText(state)} until ${state.until.toISOString().slice(5, 10)}${state.expires ? ', then it expires' : ''}`
      : state.kind;
  };

  test('is the balance at the pace of the last month', () => {
    expect(lasts('345')).toBe('34 days until 12-31');
    expect(lasts('5')).toBe('Less than a day until 11-28');
    expect(lasts('-1')).toBe('overdrawn');
    expect(lasts('0')).toBe('empty');
    expect(runOut('5', '0', [], NOW).kind).toBe('unused');
  });

  test('is never longer than until all of it has expired', () => {
    expect(lasts('345', [inDays(28.9, '345')])).toBe('29 days until 12-26, then it expires');
    expect(lasts('345', [inDays(40, '345')])).toBe('34 days until 12-31');
    expect(lasts('10000000000000000000000.1', [inDays(3, '10000000000000000000000.1')])).toBe('3 days until 11-30, then it expires');
  });

  test('counts what outlives an expiry from then on', () => {
    expect(lasts('600', [inDays(10, '500')])).toBe('20 days until 12-17');
    expect(lasts('600', [inDays(10, '50')])).toBe('2 months until 01-26');
    expect(lasts('900', [inDays(20, '400'), inDays(10, '500')])).toBe('20 days until 12-17, then it expires');
  });

  test('is low within a week, whether it is used up or expires', () => {
    expect(isLow(runOut('60', '300', [], NOW))).toBe(true);
    expect(isLow(runOut('900', '300', [inDays(5, '900')], NOW))).toBe(true);
    expect(isLow(runOut('900', '300', [inDays(5, '800')], NOW))).toBe(false);
  });
});

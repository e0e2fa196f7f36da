import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { candidatePrice, candidateRates, type CandidateRate, type ChargedUsage } from '../../src/domain/candidate-rates';
import { creditsFromNumeric as c } from '../../src/domain/credits';
import { Decimal } from '../../src/domain/decimal';
import { backtestRange } from '../../src/domain/backtest';
import { ImpactTally, quantileRanks, relativeChange, sumOfImpacts } from '../../src/domain/impact';

const FLAT = (featureKey: number, creditsPerUnit: string, currencyKey: number | null = 1): CandidateRate => ({
  featureKey,
  currencyKey,
  pricing: { mode: 'FLAT', creditsPerUnit: c(creditsPerUnit) },
});
const FORMULA = (featureKey: number, formula: string): CandidateRate => ({ featureKey, currencyKey: 1, pricing: { mode: 'FORMULA', formula } });

function usage(featureKey: number, value: string, cost: string, dimensions: Record<string, number | string> = {}): ChargedUsage {
  const entries = Object.entries(dimensions).map(([name, one]) => [name, typeof one === 'number' ? new Decimal(one) : one] as const);
  return { featureKey, value: c(value), dimensions: new Map(entries), currencyKey: 1, cost: c(cost) };
}

describe('rates under trial', () => {
  test('price an event as a report would', () => {
    expect(candidatePrice(candidateRates([FLAT(1, '2.5')], true), usage(1, '3', '1'))).toEqual({ cost: c('7.5'), currencyKey: 1 });
    expect(candidatePrice(candidateRates([FORMULA(1, 'tokens / 3')], true), usage(1, '1', '1', { tokens: 1 }))).toEqual({
      cost: c('0.333333333333'),
      currencyKey: 1,
    });
  });

  test.each([
    ['tokens * 2', {}, 'DIMENSION_MISSING'],
    ['tokens * 2', { tokens: 'many' }, 'DIMENSION_TYPE'],
    ['1 / tokens', { tokens: 0 }, 'DIVISION_BY_ZERO'],
    ['0 - tokens', { tokens: 1 }, 'CHARGE_OUT_OF_RANGE'],
  ])('%s on %j is refused with the code of a report', (formula, dimensions, code) => {
    expect(candidatePrice(candidateRates([FORMULA(1, formula)], true), usage(1, '1', '1', dimensions))).toMatchObject({ code });
  });

  test('of a whole plan refuse what they do not price; a single one says nothing about other usage, and charges in the currency of the event', () => {
    expect(candidatePrice(candidateRates([FLAT(1, '2')], true), usage(2, '1', '1'))).toMatchObject({ code: 'RATE_NOT_FOUND' });
    expect(candidatePrice(candidateRates([FLAT(1, '2', null)], false), usage(2, '1', '1'))).toBeNull();
    expect(candidatePrice(candidateRates([FLAT(1, '2', null)], false), { ...usage(1, '1', '1'), currencyKey: 7 })).toEqual({
      cost: c('2'),
      currencyKey: 7,
    });
  });
});

describe('a tally', () => {
  const event = fc.record({
    customerKey: fc.bigInt({ min: 1n, max: 4n }),
    featureKey: fc.integer({ min: 1, max: 3 }),
    day: fc.nat(2),
    cost: fc.bigInt({ min: 0n, max: 10n ** 20n }),
    value: fc.bigInt({ min: 0n, max: 10n ** 15n }),
  });
  const rates = candidateRates([FLAT(1, '0.123456789012'), FLAT(2, '3', 2)], true);

  test('has cells that add up to its events, in every currency, whatever becomes of them', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const tally = new ImpactTally();
        const expected = new Map([1, 2].map((currency) => [currency, { old: 0n, new: 0n, count: 0, refused: 0 }]));
        for (const { customerKey, day, ...more } of events) {
          const one = { ...more, dimensions: new Map(), currencyKey: 1 };
          const price = candidatePrice(rates, one)!;
          tally.add(customerKey, day, one, price);
          const [own, other] = [expected.get(1)!, expected.get(2)!];
          own.old += one.cost;
          own.count += 1;
          if ('code' in price) own.refused += 1;
          else if (price.currencyKey === 1) own.new += price.cost;
          else Object.assign(other, { new: other.new + price.cost, count: other.count + 1 });
        }
        for (const [currency, sums] of expected) {
          const cells = tally.cells.filter(({ currencyKey }) => currencyKey === currency);
          const sum = sumOfImpacts(cells.map((cell) => ({ ...cell, refusedCount: cell.code === '' ? 0 : cell.eventCount })));
          expect(sum).toEqual({ eventCount: sums.count, refusedCount: sums.refused, oldCredits: sums.old, newCredits: sums.new });
        }
      }),
    );
  });

  test('has no difference where an event costs what it did', () => {
    const tally = new ImpactTally();
    tally.add(1n, 0, usage(1, '4', '10'), candidatePrice(candidateRates([FLAT(1, '2.5')], true), usage(1, '4', '10'))!);
    expect(tally.cells).toEqual([
      { customerKey: 1n, day: 0, featureKey: 1, currencyKey: 1, code: '', eventCount: 1, oldCredits: c('10'), newCredits: c('10') },
    ]);
  });
});

describe('a change', () => {
  test.each([
    ['3', '4', '0.333333333333'],
    ['3', '2', '-0.333333333333'],
    ['8', '0', '-1'],
    ['5', '5', '0'],
    ['0', '5', null],
    ['0', '0', null],
    ['2000000000000', '2000000000001', '0'],
    ['2000000000000', '2000000000003', '0.000000000002'],
  ])('from %s to %s is %s', (oldCredits, newCredits, share) => {
    expect(relativeChange({ oldCredits: c(oldCredits), newCredits: c(newCredits) })).toBe(share);
  });

  test('of a quantile is that of the nearest rank', () => {
    expect([...quantileRanks(1).values()]).toEqual([1, 1, 1, 1, 1, 1, 1]);
    expect([...quantileRanks(100).values()]).toEqual([1, 5, 25, 50, 75, 95, 100]);
  });
});

describe('the range of a back-test', () => {
  const now = new Date('2026-03-31T10:00:00Z');
  const instant = (text: string) => new Date(text);

  test('is the 30 days before its end, which is now where none is given', () => {
    expect(backtestRange({}, now)).toEqual({ from: instant('2026-03-01T10:00:00Z'), to: now });
    expect(backtestRange({ to: instant('2026-02-01T00:00:00Z') }, now)).toEqual({
      from: instant('2026-01-02T00:00:00Z'),
      to: instant('2026-02-01T00:00:00Z'),
    });
    expect(backtestRange({ from: instant('2026-03-31T00:00:00Z') }, now)).toEqual({ from: instant('2026-03-31T00:00:00Z'), to: now });
  });

  test.each([
    [{ from: now, to: now }, 'to: must be after from.'],
    [{ from: instant('2026-04-01T00:00:00Z') }, 'to: must be after from.'],
    [{ from: instant('1900-01-01T00:00:00Z') }, 'to: must be at most 100 years after from.'],
    [{ from: new Date(NaN) }, 'from: must be an RFC 3339 instant between the years 1 and 9999, such as 2026-01-31T12:00:00Z.'],
  ])('is refused where it is none', (input, message) => {
    expect(() => backtestRange(input, now)).toThrow(message);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import { pagePeriods, planPeriods, publicationInstant, versionInForceAt, type PlanVersion } from '../../src/domain/plan';

function at(second: number): Date {
  return new Date(Date.UTC(2025, 0, 1) + second * 1000);
}

function version(planKey: number, number: number, publishedAt: number | null): PlanVersion {
  const status = publishedAt === null ? ('DRAFT' as const) : ('PUBLISHED' as const);
  return {
    key: planKey * 100 + number,
    planKey,
    planId: `plan-${planKey}`,
    number,
    status,
    createdAt: at(0),
    publishedAt: publishedAt === null ? null : at(publishedAt),
  };
}

function plain(periods: ReturnType<typeof planPeriods>) {
  return periods.map(({ planVersion, from, to }) => [planVersion.planKey, planVersion.number, seconds(from), to && seconds(to)]);
}

function seconds(instant: Date): number {
  return (instant.getTime() - at(0).getTime()) / 1000;
}

describe('the version in force', () => {
  const versions = [version(1, 1, 10), version(1, 2, 20), version(1, 3, null)];

  test.each([
    ['before the first publication it is the first published version', 5, 1],
    ['from the instant of its publication on it is that version', 20, 2],
    ['a millisecond earlier it is the one before', 19.999, 1],
    ['a draft is never in force', 1000, 2],
  ])('%s', (_, second, number) => {
    expect(versionInForceAt(versions, at(second))?.number).toBe(number);
  });

  test('there is none where nothing was published', () => {
    expect(versionInForceAt([version(1, 1, null)], at(1))).toBeNull();
  });

  test('a publication comes after the one before it, even when the clock has not moved or has gone back', () => {
    expect(publicationInstant(versions, at(30))).toEqual(at(30));
    expect(publicationInstant(versions, at(20))).toEqual(at(20.001));
    expect(publicationInstant(versions, at(3))).toEqual(at(20.001));
    expect(publicationInstant([], at(3))).toEqual(at(3));
  });
});

describe('the plan history', () => {
  const versions = [version(1, 1, 10), version(1, 2, 20), version(2, 1, 0), version(2, 2, null)];

  test('a publication ends the period of one version and begins that of the next, without an assignment', () => {
    expect(plain(planPeriods([{ validFrom: at(12), planKey: 1 }], versions))).toEqual([
      [1, 1, 12, 20],
      [1, 2, 20, null],
    ]);
  });

  test('an assignment before the first publication is on the first version from its beginning', () => {
    expect(plain(planPeriods([{ validFrom: at(1), planKey: 1 }], versions))).toEqual([
      [1, 1, 1, 20],
      [1, 2, 20, null],
    ]);
  });

  test('the next assignment ends the period, and a publication after it plays no part', () => {
    const assignments = [
      { validFrom: at(12), planKey: 1 },
      { validFrom: at(15), planKey: 2 },
    ];
    expect(plain(planPeriods(assignments, versions))).toEqual([
      [1, 1, 12, 15],
      [2, 1, 15, null],
    ]);
  });

  test('a time on no plan has no period', () => {
    const assignments = [
      { validFrom: at(22), planKey: 1 },
      { validFrom: at(25), planKey: null },
      { validFrom: at(30), planKey: 2 },
    ];
    expect(plain(planPeriods(assignments, versions))).toEqual([
      [1, 2, 22, 25],
      [2, 1, 30, null],
    ]);
  });

  test('at every instant the history names the version in force of the plan that was assigned last', () => {
    const second = fc.integer({ min: 0, max: 50 });
    const publications = fc.uniqueArray(second, { minLength: 1, maxLength: 5 });
    const assignments = fc.uniqueArray(fc.record({ validFrom: second, planKey: fc.constantFrom(1, 2, null) }), {
      selector: (a) => a.validFrom,
      maxLength: 6,
    });
    fc.assert(
      fc.property(publications, publications, assignments, second, (ofOne, ofTwo, assigned, moment) => {
        const published = (planKey: number, instants: number[]) =>
          instants.sort((a, b) => a - b).map((instant, index) => version(planKey, index + 1, instant));
        const all = [...published(1, ofOne), ...published(2, ofTwo)];
        const inOrder = assigned
          .map(({ validFrom, planKey }) => ({ validFrom: at(validFrom), planKey }))
          .sort((a, b) => a.validFrom.getTime() - b.validFrom.getTime());
        const last = inOrder.findLast(({ validFrom }) => validFrom <= at(moment));
        const expected = last
          ? versionInForceAt(
              all.filter(({ planKey }) => planKey === last.planKey),
              at(moment),
            )
          : null;
        const found = planPeriods(inOrder, all).filter(({ from, to }) => from <= at(moment) && (!to || to > at(moment)));
        expect(found.map(({ planVersion }) => planVersion.key)).toEqual(expected ? [expected.key] : []);
      }),
    );
  });

  test('its pages, forward and backward, hold every period exactly once, the latest first', () => {
    const periods = planPeriods(
      [1, 2, 3, 4, 5].map((second) => ({ validFrom: at(second), planKey: 2 })),
      versions,
    );
    const forward = pagePeriods(periods, { size: 2, backward: false, after: null, before: null });
    const middle = pagePeriods(periods, { size: 2, backward: false, after: [at(4).toISOString()], before: null });
    const backward = pagePeriods(periods, { size: 2, backward: true, after: null, before: [at(2).toISOString()] });
    expect([forward, middle, backward].map(({ items, ...more }) => [items.map(({ from }) => seconds(from)), more])).toEqual([
      [[5, 4], { hasPreviousPage: false, hasNextPage: true }],
      [[3, 2], { hasPreviousPage: true, hasNextPage: true }],
      [[4, 3], { hasPreviousPage: true, hasNextPage: true }],
    ]);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import { planPeriods, type PlanAssignment, type PlanVersion } from '../../src/domain/plan';
import {
  inOrderOfEffect,
  publicationAt,
  publicationForNewCustomers,
  publicationInstant,
  publicationStatus,
  replacementOf,
  type PlanPublication,
  type PublicationScope,
} from '../../src/domain/publication';

function at(second: number): Date {
  return new Date(Date.UTC(2025, 0, 1) + second * 1000);
}

interface Given {
  readonly key: number;
  readonly version: number;
  readonly scope?: PublicationScope;
  readonly from: number;
  readonly cancelled?: boolean;
}

function publication({ key, version, scope = 'ALL_CUSTOMERS', from, cancelled = false }: Given, planKey = 1): PlanPublication {
  return {
    key,
    planKey,
    planId: `plan-${planKey}`,
    planVersionKey: planKey * 100 + version,
    versionNumber: version,
    scope,
    effectiveAt: at(from),
    publishedAt: at(key / 1000),
    publishedBy: null,
    publishedByKeyId: null,
    cancelledAt: cancelled ? at(0) : null,
    cancelledBy: null,
    cancelledByKeyId: null,
  };
}

const NOBODY: ReadonlySet<number> = new Set();

describe('what is in force', () => {
  // To all from 10, to new customers from 20, to a list from 30, a cancelled one from 35, back to all from 40.
  const ordered = inOrderOfEffect(
    [
      { key: 1, version: 1, from: 10 },
      { key: 2, version: 2, scope: 'NEW_CUSTOMERS' as const, from: 20 },
      { key: 3, version: 3, scope: 'CUSTOMERS' as const, from: 30 },
      { key: 4, version: 4, from: 35, cancelled: true },
      { key: 5, version: 1, from: 40 },
    ].map((given) => publication(given)),
  );
  const old = { since: at(0), listedIn: NOBODY };
  const recent = { since: at(25), listedIn: NOBODY };
  const listed = { since: at(0), listedIn: new Set([3]) };
  const late = { since: at(45), listedIn: NOBODY };

  test.each([
    ['before anything is effective, the first that was published', old, 5, 1],
    ['from its very instant on, a publication to all', old, 10, 1],
    ['for a customer that was there before, not one to new customers', old, 20, 1],
    ['for a customer that came after it, one to new customers', recent, 25, 2],
    ['a millisecond before it is effective, not one to a list', listed, 29.999, 1],
    ['for a customer on its list, one to a list', listed, 30, 3],
    ['for others, not one to a list', recent, 30, 2],
    ['never one that was cancelled', old, 36, 1],
    ['for everybody, a later one to all, also of an older version', listed, 40, 1],
    ['for a new customer, a later one to all before an earlier one to new customers', late, 45, 1],
  ])('%s', (_, stay, second, version) => {
    expect(publicationAt(ordered, stay, at(second))?.versionNumber).toBe(version);
  });

  test('a customer that comes at the very instant of a publication to new customers is new', () => {
    expect(publicationAt(ordered, { since: at(20), listedIn: NOBODY }, at(20))?.versionNumber).toBe(2);
    expect(publicationForNewCustomers(ordered, at(20))?.versionNumber).toBe(2);
    expect(publicationForNewCustomers(ordered, at(19.999))?.versionNumber).toBe(1);
  });

  test('of two that are effective at one instant, it is the one that was published later', () => {
    const two = inOrderOfEffect([publication({ key: 8, version: 2, from: 10 }), publication({ key: 7, version: 1, from: 10 })]);
    expect(publicationAt(two, old, at(10))?.versionNumber).toBe(2);
  });

  test('the first that was published counts before any, even where it is effective last, and one that was cancelled never', () => {
    const first = publication({ key: 1, version: 1, from: 50 });
    const others = [publication({ key: 2, version: 2, from: 20 }), publication({ key: 3, version: 3, scope: 'CUSTOMERS', from: 0 })];
    expect(publicationAt(inOrderOfEffect([first, ...others]), old, at(5))?.versionNumber).toBe(1);
    expect(publicationAt(inOrderOfEffect([{ ...first, cancelledAt: at(3) }, ...others]), old, at(5))?.versionNumber).toBe(2);
    expect(publicationAt(inOrderOfEffect([{ ...first, cancelledAt: at(3) }]), old, at(60))).toBeNull();
  });

  test('a publication is scheduled until the instant at which it is effective, unless it is cancelled', () => {
    const one = publication({ key: 1, version: 1, from: 10 });
    expect(publicationStatus(one, at(9.999))).toBe('SCHEDULED');
    expect(publicationStatus(one, at(10))).toBe('EFFECTIVE');
    expect(publicationStatus({ ...one, cancelledAt: at(3) }, at(20))).toBe('CANCELLED');
  });

  test.each([
    ['not while a later one is to new customers or to a list only', 1, 39.999, null],
    ['from the very instant on at which a later one to all is effective', 1, 40, 5],
    ['also where it was to some only', 3, 40, 5],
    ['not by one that was before it', 5, 60, null],
    ['not where it was cancelled itself', 4, 60, null],
  ])('a publication is replaced: %s', (_, key, second, by) => {
    const one = publication({ key, version: 1, from: 0 });
    expect(replacementOf(ordered, one, at(second))?.key ?? null).toBe(by);
  });

  test('each publication has an instant of its own, after the one before it, even when the clock has not moved or has gone back', () => {
    const before = [{ publishedAt: at(20) }, { publishedAt: at(10) }];
    expect(publicationInstant(before, at(30))).toEqual(at(30));
    expect(publicationInstant(before, at(20))).toEqual(at(20.001));
    expect(publicationInstant(before, at(3))).toEqual(at(20.001));
    expect(publicationInstant([], at(3))).toEqual(at(3));
  });
});

describe('what follows from assignments and publications', () => {
  const LAST_SECOND = 30;
  const second = fc.integer({ min: 0, max: LAST_SECOND });
  const scope = fc.constantFrom<PublicationScope>('ALL_CUSTOMERS', 'NEW_CUSTOMERS', 'CUSTOMERS');
  const acts = fc.array(
    fc.record({ planKey: fc.constantFrom(1, 2), version: fc.integer({ min: 1, max: 3 }), scope, from: second, cancelled: fc.boolean() }),
    {
      maxLength: 8,
    },
  );
  const moves = fc.uniqueArray(fc.record({ validFrom: second, planKey: fc.constantFrom(1, 2, null) }), {
    selector: (one) => one.validFrom,
    maxLength: 5,
  });
  const listedIn = fc.uniqueArray(fc.integer({ min: 1, max: 8 }));
  const versions = [1, 2].flatMap((planKey) => [1, 2, 3].map((number) => planVersion(planKey, number)));

  test('is never a publication that is replaced', () => {
    fc.assert(
      fc.property(acts, second, second, listedIn, (given, since, moment, listed) => {
        const ordered = inOrderOfEffect(given.map((one, index) => publication({ ...one, key: index + 1 })));
        const deciding = publicationAt(ordered, { since: at(since), listedIn: new Set(listed) }, at(moment));
        expect(deciding && replacementOf(ordered, deciding, at(moment))).toBeNull();
      }),
    );
  });

  test('is at every instant what a simulation, second by second, comes to', () => {
    fc.assert(
      fc.property(acts, moves, listedIn, (given, moved, listed) => {
        const publications = given.map(({ planKey, ...one }, index) => publication({ ...one, key: index + 1 }, planKey));
        const assignments = moved.map(({ validFrom, planKey }) => ({ validFrom: at(validFrom), planKey }));
        const periods = planPeriods({ assignments, publications, versions, listedIn: new Set(listed) });
        const found = Array.from({ length: LAST_SECOND + 1 }, (_, moment) => {
          const during = periods.filter(({ from, to }) => from <= at(moment) && (!to || at(moment) < to));
          expect(during.length).toBeLessThanOrEqual(1);
          return during[0]?.planVersion.key ?? null;
        });
        expect(found).toEqual(simulate(publications, assignments, listed));
      }),
      { numRuns: 500 },
    );
  });

  function planVersion(planKey: number, number: number): PlanVersion {
    const key = planKey * 100 + number;
    return { key, planKey, planId: `plan-${planKey}`, number, status: 'PUBLISHED', createdAt: at(0), publishedAt: at(0), revision: null };
  }

  /** The version of every second, by acting out what happens in it: first the publications take effect, then the customer moves. */
  function simulate(publications: readonly PlanPublication[], assignments: readonly PlanAssignment[], listed: readonly number[]): (number | null)[] {
    const standing = publications.filter(({ cancelledAt }) => !cancelledAt);
    let planKey: number | null = null;
    let mine: PlanPublication | null = null;
    const later = (a: PlanPublication | null | undefined, b: PlanPublication) =>
      !a || a.effectiveAt < b.effectiveAt || (a.effectiveAt.getTime() === b.effectiveAt.getTime() && a.key < b.key) ? b : a;
    return Array.from({ length: LAST_SECOND + 1 }, (_, moment) => {
      for (const one of standing.filter(({ effectiveAt }) => effectiveAt.getTime() === at(moment).getTime())) {
        const isMine = one.scope === 'ALL_CUSTOMERS' || (one.scope === 'CUSTOMERS' && listed.includes(one.key));
        if (one.planKey === planKey && isMine) mine = later(mine, one);
      }
      const move = assignments.find(({ validFrom }) => validFrom.getTime() === at(moment).getTime());
      if (move) {
        planKey = move.planKey;
        mine = standing
          .filter((one) => one.planKey === planKey && one.effectiveAt <= at(moment))
          .filter((one) => one.scope !== 'CUSTOMERS' || listed.includes(one.key))
          .reduce<PlanPublication | null>((best, one) => later(best, one), null);
      }
      if (planKey === null) return null;
      const first = standing.find((one) => one.planKey === planKey);
      return (mine ?? first)?.planVersionKey ?? null;
    });
  }
});

import { describe, expect, test } from '@jest/globals';
import { assignmentAt, draftOf, pagePeriods, planPeriods, type PlanAssignment, type PlanVersion } from '../../src/domain/plan';
import type { PlanPublication } from '../../src/domain/publication';

function at(second: number): Date {
  return new Date(Date.UTC(2025, 0, 1) + second * 1000);
}

function version(planKey: number, number: number, publishedAt: number | null): PlanVersion {
  const status = publishedAt === null ? ('DRAFT' as const) : ('PUBLISHED' as const);
  const published = publishedAt === null ? { publishedAt: null, revision: 1 } : { publishedAt: at(publishedAt), revision: null };
  return { key: planKey * 100 + number, planKey, planId: `plan-${planKey}`, number, status, createdAt: at(0), ...published };
}

/** A publication to all customers of each version that is published, at once. */
function publicationsOf(versions: readonly PlanVersion[]): PlanPublication[] {
  return versions.flatMap(({ key, planKey, planId, number, publishedAt }) => {
    if (!publishedAt) return [];
    const nobody = { publishedBy: null, publishedByKeyId: null, cancelledAt: null, cancelledBy: null, cancelledByKeyId: null };
    const instants = { effectiveAt: publishedAt, publishedAt };
    return [{ key, planKey, planId, planVersionKey: key, versionNumber: number, scope: 'ALL_CUSTOMERS' as const, ...instants, ...nobody }];
  });
}

function periodsOf(assignments: readonly PlanAssignment[], versions: readonly PlanVersion[], more: readonly PlanPublication[] = []) {
  return planPeriods({ assignments, publications: [...publicationsOf(versions), ...more], versions, listedIn: new Set() });
}

function plain(periods: ReturnType<typeof planPeriods>) {
  return periods.map(({ planVersion, from, to }) => [planVersion.planKey, planVersion.number, seconds(from), to && seconds(to)]);
}

function seconds(instant: Date): number {
  return (instant.getTime() - at(0).getTime()) / 1000;
}

test('the assignment in force is the last that has begun', () => {
  const assignments = [1, 5].map((second) => ({ validFrom: at(second), planKey: second }));
  expect([0, 1, 4.999, 5].map((second) => assignmentAt(assignments, at(second))?.planKey ?? null)).toEqual([null, 1, 1, 5]);
});

test('the draft is the one version that is not published', () => {
  expect(draftOf([version(1, 1, 10), version(1, 2, null)])?.number).toBe(2);
  expect(draftOf([version(1, 1, 10)])).toBeNull();
});

describe('the plan history', () => {
  const versions = [version(1, 1, 10), version(1, 2, 20), version(2, 1, 0), version(2, 2, null)];

  test('a publication ends the period of one version and begins that of the next, without an assignment', () => {
    expect(plain(periodsOf([{ validFrom: at(12), planKey: 1 }], versions))).toEqual([
      [1, 1, 12, 20],
      [1, 2, 20, null],
    ]);
  });

  test('an assignment before the first publication is on the first version from its beginning', () => {
    expect(plain(periodsOf([{ validFrom: at(1), planKey: 1 }], versions))).toEqual([
      [1, 1, 1, 20],
      [1, 2, 20, null],
    ]);
  });

  test('a version that is published again while it is in force goes on in the same period', () => {
    const again = { ...publicationsOf(versions)[1]!, key: 900, effectiveAt: at(25), publishedAt: at(25) };
    expect(plain(periodsOf([{ validFrom: at(12), planKey: 1 }], versions, [again]))).toEqual([
      [1, 1, 12, 20],
      [1, 2, 20, null],
    ]);
  });

  test('the next assignment ends the period, and a publication after it plays no part', () => {
    const assignments = [
      { validFrom: at(12), planKey: 1 },
      { validFrom: at(15), planKey: 2 },
    ];
    expect(plain(periodsOf(assignments, versions))).toEqual([
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
    expect(plain(periodsOf(assignments, versions))).toEqual([
      [1, 2, 22, 25],
      [2, 1, 30, null],
    ]);
  });

  test('its pages, forward and backward, hold every period exactly once, the latest first', () => {
    const assignments = [1, 2, 3, 4, 5].map((second) => ({ validFrom: at(second), planKey: 2 }));
    const periods = periodsOf(assignments, versions);
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

import { DrawdownError } from './errors';
import type { CursorValues, Page, PageRequest } from './paging';
import { inOrderOfEffect, publicationsDuring, type PlanPublication } from './publication';

export interface Plan {
  readonly key: number;
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly archivedAt: Date | null;
}

export const PLAN_VERSION_STATUSES = { DRAFT: 'DRAFT', PUBLISHED: 'PUBLISHED' } as const;
export type PlanVersionStatus = keyof typeof PLAN_VERSION_STATUSES;

/**
 * Prices of a plan. A draft can be edited; once published it never changes. `publishedAt`, of its first publication, is set exactly on
 * published ones, `revision` exactly on drafts: it rises with every change of a draft of the plan.
 */
export interface PlanVersion {
  readonly key: number;
  readonly planKey: number;
  readonly planId: string;
  /** 1, 2, 3 … within the plan. */
  readonly number: number;
  readonly status: PlanVersionStatus;
  readonly createdAt: Date;
  readonly publishedAt: Date | null;
  readonly revision: number | null;
}

/** A bound on the rates of one version, so that it can always be shown, copied and checked whole. */
export const MOST_RATES = 500;

/** From `validFrom` until the customer's next assignment; `planKey` null: on no plan. */
export interface PlanAssignment {
  readonly validFrom: Date;
  readonly planKey: number | null;
}

/** A time a customer is on one version; `to` null: until further notice. */
export interface CustomerPlanPeriod {
  readonly planVersion: PlanVersion;
  readonly from: Date;
  readonly to: Date | null;
}

/** The assignment that says which plan a customer is on at an instant; null before the first. Assignments in order of time. */
export function assignmentAt(assignments: readonly PlanAssignment[], at: Date): PlanAssignment | null {
  return assignments.findLast((assignment) => assignment.validFrom <= at) ?? null;
}

export function draftOf(versions: readonly PlanVersion[]): PlanVersion | null {
  return versions.find((version) => version.status === 'DRAFT') ?? null;
}

/** What plan periods follow from: of the plans that a customer was, is or will be on. `listedIn`: the publications that name the customer. */
export interface PlanHistory {
  readonly assignments: readonly PlanAssignment[];
  readonly publications: readonly PlanPublication[];
  readonly versions: readonly PlanVersion[];
  readonly listedIn: ReadonlySet<number>;
}

/**
 * Which version a customer was, is and will be on, in order of time. Nothing of it is stored: it follows from the assignments and the
 * publications, so that publishing a version moves every customer it is about. Times without a plan have no period.
 */
export function planPeriods({ assignments, publications, versions, listedIn }: PlanHistory): CustomerPlanPeriod[] {
  const ordered = [...assignments].sort((a, b) => a.validFrom.getTime() - b.validFrom.getTime());
  const versionByKey = new Map(versions.map((version) => [version.key, version]));
  return ordered.flatMap(({ planKey, validFrom }, index) => {
    const to = ordered[index + 1]?.validFrom ?? null;
    const ofPlan = inOrderOfEffect(publications.filter((publication) => publication.planKey === planKey));
    const deciding = publicationsDuring(ofPlan, { since: validFrom, listedIn }, to);
    const starts = deciding.filter(({ publication }, i) => publication.planVersionKey !== deciding[i - 1]?.publication.planVersionKey);
    return starts.map(({ publication, from }, i) => ({
      planVersion: versionByKey.get(publication.planVersionKey)!,
      from,
      to: starts[i + 1]?.from ?? to,
    }));
  });
}

/** A page of the periods, the latest first. Cursors hold the instant at which a period begins. */
export function pagePeriods(periods: readonly CustomerPlanPeriod[], { size, backward, after, before }: PageRequest): Page<CustomerPlanPeriod> {
  const latestFirst = [...periods].reverse();
  const begin = after ? latestFirst.filter(({ from }) => from < instantOf(after)) : latestFirst;
  const within = before ? begin.filter(({ from }) => from > instantOf(before)) : begin;
  const items = backward ? within.slice(-size) : within.slice(0, size);
  if (!items[0]) return { items, hasPreviousPage: after !== null, hasNextPage: before !== null };
  const first = latestFirst.indexOf(items[0]);
  return { items, hasPreviousPage: first > 0, hasNextPage: first + items.length < latestFirst.length };
}

function instantOf(cursor: CursorValues): Date {
  const instant = new Date(String(cursor[0]));
  if (Number.isNaN(instant.getTime())) throw new DrawdownError('CURSOR_INVALID');
  return instant;
}

import { DrawdownError } from './errors';
import type { CursorValues, Page, PageRequest } from './paging';

export interface Plan {
  readonly key: number;
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly archivedAt: Date | null;
}

export const PLAN_VERSION_STATUSES = { DRAFT: 'DRAFT', PUBLISHED: 'PUBLISHED' } as const;
export type PlanVersionStatus = keyof typeof PLAN_VERSION_STATUSES;

/** Prices of a plan. A draft can be edited; once published it never changes. `publishedAt` is set exactly on published ones. */
export interface PlanVersion {
  readonly key: number;
  readonly planKey: number;
  readonly planId: string;
  /** 1, 2, 3 … within the plan. */
  readonly number: number;
  readonly status: PlanVersionStatus;
  readonly createdAt: Date;
  readonly publishedAt: Date | null;
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

/** The versions that were published, in the order of their publication. */
function publications(versions: readonly PlanVersion[]): (PlanVersion & { publishedAt: Date })[] {
  const published = versions.filter((version): version is PlanVersion & { publishedAt: Date } => version.publishedAt !== null);
  return published.sort((a, b) => a.publishedAt.getTime() - b.publishedAt.getTime());
}

/** The plan a customer is on at an instant; null for none. Assignments in order of time. */
export function planAt(assignments: readonly PlanAssignment[], at: Date): number | null {
  return assignments.findLast((assignment) => assignment.validFrom <= at)?.planKey ?? null;
}

/** The version that prices usage at an instant: the last one published by then; before the first publication, the first. In order of publication. */
export function versionAt<V extends { readonly publishedAt: Date }>(published: readonly V[], at: Date): V | null {
  return published.findLast((version) => version.publishedAt <= at) ?? published[0] ?? null;
}

/** The same of all versions of a plan, in any order, drafts among them. */
export function versionInForceAt(versions: readonly PlanVersion[], at: Date): PlanVersion | null {
  return versionAt(publications(versions), at);
}

export function draftOf(versions: readonly PlanVersion[]): PlanVersion | null {
  return versions.find((version) => version.status === 'DRAFT') ?? null;
}

/** When a version published now takes effect: now, but after the publication before it, so that each has a time of its own. */
export function publicationInstant(versions: readonly PlanVersion[], now: Date): Date {
  const last = publications(versions).at(-1);
  return last && last.publishedAt >= now ? new Date(last.publishedAt.getTime() + 1) : now;
}

/**
 * Which version a customer was, is and will be on, in order of time. Nothing of it is stored: it follows from the assignments and the
 * publications, so that publishing a version moves every customer of the plan. Times without a plan have no period.
 */
export function planPeriods(assignments: readonly PlanAssignment[], versions: readonly PlanVersion[]): CustomerPlanPeriod[] {
  const ordered = [...assignments].sort((a, b) => a.validFrom.getTime() - b.validFrom.getTime());
  return ordered.flatMap(({ planKey, validFrom }, index) => {
    const ofPlan = publications(versions.filter((version) => version.planKey === planKey));
    return periodsBetween(ofPlan, validFrom, ordered[index + 1]?.validFrom ?? null);
  });
}

function periodsBetween(published: readonly (PlanVersion & { publishedAt: Date })[], from: Date, to: Date | null): CustomerPlanPeriod[] {
  const periods: CustomerPlanPeriod[] = [];
  published.forEach((planVersion, index) => {
    const starts = index === 0 || planVersion.publishedAt < from ? from : planVersion.publishedAt;
    const next = published[index + 1]?.publishedAt ?? null;
    const ends = earlier(next, to);
    if (ends === null || starts < ends) periods.push({ planVersion, from: starts, to: ends });
  });
  return periods;
}

function earlier(a: Date | null, b: Date | null): Date | null {
  if (!a || !b) return a ?? b;
  return a < b ? a : b;
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

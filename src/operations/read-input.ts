import { refuseInput } from '../domain/catalog-input';
import type { Problem } from '../domain/errors';
import { idProblems } from '../domain/ids';
import { instantProblems } from '../domain/instant';
import type { TimeSpan } from '../domain/time-order';

export type GivenInstant = Date | null | undefined;

/** Refuses (ID_INVALID, INPUT_INVALID) what was given as the id of a resource or as an instant and is none. */
export function refuseUnreadable(resourceId: string | null | undefined, at: GivenInstant): void {
  refuseInput(['ID_INVALID', resourceProblems(resourceId)], ['INPUT_INVALID', instantProblems('at', at)]);
}

/** Resources are never looked up: they come into being by use, so any id that is one may be asked for. */
export function resourceProblems(resourceId: string | null | undefined): Problem[] {
  return resourceId === null || resourceId === undefined ? [] : idProblems('resourceId', resourceId);
}

/** What is wrong with a range that may be open on both sides. */
export function spanProblems(fromField: string, from: GivenInstant, toField: string, to: GivenInstant): Problem[] {
  const unreadable = [...instantProblems(fromField, from), ...instantProblems(toField, to)];
  return unreadable.length === 0 && from && to && from >= to ? [{ field: toField, message: `must be after ${fromField}.` }] : unreadable;
}

export function timeSpan(from: GivenInstant, to: GivenInstant): TimeSpan {
  return { from: from ?? null, to: to ?? null };
}

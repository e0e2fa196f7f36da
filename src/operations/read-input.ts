import { refuseProblems, type Problem } from '../domain/errors';
import { idProblems } from '../domain/ids';
import type { TimeSpan } from '../domain/time-order';

type GivenInstant = Date | null | undefined;

/** Refuses (INPUT_INVALID) what was given as an instant or as the id of a resource and is none. */
export function refuseUnreadable(instants: Readonly<Record<string, GivenInstant>>, resourceId: string | null | undefined): void {
  refuseProblems('INPUT_INVALID', [...instantProblems(instants), ...resourceProblems(resourceId)]);
}

export function instantProblems(instants: Readonly<Record<string, GivenInstant>>): Problem[] {
  return Object.entries(instants)
    .filter(([, instant]) => instant && Number.isNaN(instant.getTime()))
    .map(([field]) => ({ field, message: 'must be an RFC 3339 instant such as 2026-01-31T12:00:00Z.' }));
}

export function resourceProblems(resourceId: string | null | undefined): Problem[] {
  return resourceId === null || resourceId === undefined ? [] : idProblems('resourceId', resourceId);
}

export function timeSpan(from: GivenInstant, to: GivenInstant): TimeSpan {
  return { from: from ?? null, to: to ?? null };
}

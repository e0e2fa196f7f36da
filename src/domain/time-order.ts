/** Which end of a list by time comes first. */
export const TIME_ORDERS = { NEWEST_FIRST: 'NEWEST_FIRST', OLDEST_FIRST: 'OLDEST_FIRST' } as const;
export type TimeOrder = keyof typeof TIME_ORDERS;

/** A half-open range: from (included) to (not included); null: no bound on that side. */
export interface TimeSpan {
  readonly from: Date | null;
  readonly to: Date | null;
}

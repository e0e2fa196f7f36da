/** The values a cursor holds: the sort key of one item. Instants as ISO text, whole numbers as decimal text. */
export type CursorValues = readonly (string | number | boolean | null)[];

/**
 * One page of a list: `size` items (1…100) from the start after `after`, or (`backward`) up to the end before `before`.
 * Both bounds may be given with either direction, as Relay says.
 */
export interface PageRequest {
  readonly size: number;
  readonly backward: boolean;
  readonly after: CursorValues | null;
  readonly before: CursorValues | null;
}

/** Items in the list's order, whichever way the page was taken. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly hasPreviousPage: boolean;
  readonly hasNextPage: boolean;
}

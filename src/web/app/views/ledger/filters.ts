/** The parameters of the address that say which entries are shown. */
const FILTERS = ['kind', 'from', 'to', 'order', 'grant', 'feature', 'currency', 'entry'] as const;

/** The change of the address that takes all of them away. */
export const WITHOUT_FILTERS: Readonly<Record<string, null>> = Object.fromEntries(FILTERS.map((name) => [name, null]));

/** How many hold entries back: neither the order nor what is open does. */
export function countFilters(text: (name: string) => string | null): number {
  return FILTERS.filter((name) => name !== 'order' && name !== 'entry' && text(name) !== null).length;
}

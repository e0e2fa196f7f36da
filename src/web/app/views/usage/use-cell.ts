import { parseExactly, stringifyExactly } from '../../api/exact-json';
import { useAddress } from '../../navigation/use-address';
import type { UsageFilter } from './usage-question';

/** Some of the usage that is shown: of a series, a column, or both. */
export interface Cell {
  readonly title: string;
  readonly filters: readonly UsageFilter[];
  readonly from: string;
  readonly to: string;
}

interface CellAddress {
  readonly cell: Cell | null;
  /** Where the list of its entries stands. */
  readonly after: string | null;
  show(cell: Cell): void;
  /** The event whose charge is explained. */
  readonly event: string | null;
  go(after: string | null): void;
  explain(event: string | null): void;
  close(): void;
}

/** The cell whose entries are looked at is part of the address, too; the page behind it stays where it is. */
export function useCell(): CellAddress {
  const { text, change } = useAddress();
  const stay = { after: text('after'), before: text('before') };
  return {
    cell: cellFrom(text('cell')),
    after: text('entries'),
    event: text('event'),
    show: (cell) => change({ ...stay, cell: stringifyExactly(cell), entries: null, event: null }),
    go: (after) => change({ ...stay, entries: after, event: null }),
    explain: (event) => change({ ...stay, event }),
    close: () => change({ ...stay, cell: null, entries: null, event: null }, { replace: true }),
  };
}

function cellFrom(text: string | null): Cell | null {
  if (text === null) return null;
  try {
    const { title, filters, from, to } = parseExactly(text) as Partial<Cell>;
    return typeof title === 'string' && Array.isArray(filters) && typeof from === 'string' && typeof to === 'string'
      ? { title, filters, from, to }
      : null;
  } catch {
    return null;
  }
}

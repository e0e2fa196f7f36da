import { cellDigest, heldPage, type HeldPage } from '../domain/breakdown-cursor';
import { DrawdownError } from '../domain/errors';
import type { Page, PageRequest } from '../domain/paging';
import type { Database } from '../store/database';
import { isSnapshotText, openBreakdown } from '../store/rollup-snapshot';
import { listUsageEntries, type UsageCell, type UsageEntry } from '../store/series-entries';
import type { Context } from './context';
import { ask } from './precedence';

/** A page of the ledger entries of a cell, with what its cursors must hold besides a place. */
export interface EntryPage extends Page<UsageEntry> {
  readonly digest: string;
  readonly held: HeldPage;
}

/** The ledger entries that one series of a breakdown, or one of its points, is made of, as its first page saw them. `digest` is that of the breakdown. Refuses: CURSOR_INVALID. */
export async function creditUsageEntries(
  database: Database,
  context: Context,
  cell: UsageCell & { readonly digest: string },
  request: PageRequest,
): Promise<EntryPage> {
  const digest = cellDigest(cell.digest, cell.values, cell.span);
  const held = heldPage(request, digest, context.now) ?? { snapshot: cell.query.snapshot, ...cell.span };
  if (!isSnapshotText(held.snapshot.text)) throw new DrawdownError('CURSOR_INVALID');
  const query = { ...cell.query, snapshot: held.snapshot };
  const page = await ask(database, async (transaction) => {
    const open = await openBreakdown(transaction, { scope: query.scope, shape: query, range: cell.span });
    return listUsageEntries(transaction, { ...cell, query }, open, request);
  });
  return { ...page, digest, held };
}

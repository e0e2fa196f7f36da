import { DrawdownError } from '../domain/errors';
import { isStorableText } from '../domain/ids';
import type { CursorValues, Page, PageRequest } from '../domain/paging';
import type { Database } from './database';
import { Prisma } from './generated/client';

/** Where the catalog is read and written: the database itself, or one transaction of it. */
export interface Catalog {
  readonly prisma: Prisma.TransactionClient;
}

const WAIT_FOR_CONNECTION_MS = 10_000;
const LONGEST_TRANSACTION_MS = 20_000;

/** Does all of the work or nothing of it. */
export async function inCatalogTransaction<T>(database: Database, work: (catalog: Catalog) => Promise<T>): Promise<T> {
  const options = { maxWait: WAIT_FOR_CONNECTION_MS, timeout: LONGEST_TRANSACTION_MS };
  return database.prisma.$transaction((prisma) => work({ prisma }), options);
}

/**
 * A change of an environment's catalog. Raising the revision comes first: it tells every process to read anew what it has cached, and its
 * row lock lets the changes of one environment happen one after the other, so that what a change has checked still holds when it writes.
 */
export function changeCatalog<T>(database: Database, environmentKey: number, change: (catalog: Catalog) => Promise<T>): Promise<T> {
  return inCatalogTransaction(database, async (catalog) => {
    await catalog.prisma.$executeRaw`UPDATE environment SET catalog_revision = catalog_revision + 1 WHERE key = ${environmentKey}`;
    return change(catalog);
  });
}

/** Runs an insert; where its id is taken, by whoever was first, refuses with ALREADY_EXISTS. `thing` is a word and an id, such as `plan pro`. */
export async function insertNew<T>(thing: string, insert: Promise<T>): Promise<T> {
  try {
    return await insert;
  } catch (error) {
    if (errorCode(error) !== 'P2002') throw error;
    throw new DrawdownError('ALREADY_EXISTS', `There already is a ${thing}; choose another id.`, [], { cause: error });
  }
}

function errorCode(error: unknown): string {
  return error instanceof Prisma.PrismaClientKnownRequestError ? error.code : '';
}

/** What of a list is wanted beside the page. */
export interface CatalogFilter {
  readonly includeArchived: boolean;
  /** Only ids that begin with this text. */
  readonly idPrefix?: string | null;
}

/** One page of things in the order of their ids. One row more than the page is asked for, to know whether there is more. */
export function idPage(filter: CatalogFilter, request: PageRequest) {
  const { after, before, backward, size } = request;
  const conditions = [
    ...(after ? [{ id: { gt: cursorText(after, 0) } }] : []),
    ...(before ? [{ id: { lt: cursorText(before, 0) } }] : []),
    ...(filter.includeArchived ? [] : [{ archivedAt: null }]),
    ...(filter.idPrefix ? [{ id: { startsWith: escapePattern(filter.idPrefix) } }] : []),
  ];
  return { where: { AND: conditions }, orderBy: { id: backward ? ('desc' as const) : ('asc' as const) }, take: size + 1 };
}

/** Of the characters an id can have, only `_` means something in a pattern; text that no id contains finds nothing. */
function escapePattern(prefix: string): string {
  return isStorableText(prefix) ? prefix.replace(/[\\%_]/g, '\\$&') : ' ';
}

/** The page from the rows of a query that asked for one more than the page's size, in the direction of the request. */
export function pageOf<T>(rows: readonly T[], { size, backward, after, before }: PageRequest): Page<T> {
  const more = rows.length > size;
  const items = rows.slice(0, size);
  if (backward) return { items: items.reverse(), hasPreviousPage: more || after !== null, hasNextPage: before !== null };
  return { items, hasPreviousPage: after !== null, hasNextPage: more || before !== null };
}

/** A cursor comes from outside: its values are as trustworthy as any other input. */
export function cursorText(values: CursorValues, index: number): string {
  const value = values[index];
  if (typeof value !== 'string' || !isStorableText(value)) throw new DrawdownError('CURSOR_INVALID');
  return value;
}

export function cursorInstant(values: CursorValues, index: number): Date {
  const instant = new Date(cursorText(values, index));
  if (Number.isNaN(instant.getTime())) throw new DrawdownError('CURSOR_INVALID');
  return instant;
}

const MOST_INTEGER = 2 ** 31 - 1;

export function cursorInteger(values: CursorValues, index: number): number {
  const integer = Number(cursorText(values, index));
  if (!Number.isInteger(integer) || Math.abs(integer) > MOST_INTEGER) throw new DrawdownError('CURSOR_INVALID');
  return integer;
}

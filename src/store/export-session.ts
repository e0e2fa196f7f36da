import type { PoolClient, QueryResult } from 'pg';
import type { Database, Transaction } from './database';

/** What is read in one transaction, batch by batch. */
export interface ExportReading<Item> {
  /** An empty batch is the end. */
  next(): Promise<Item[]>;
  /** Whether more may follow at the end: then the next reading goes on from there. */
  readonly endsEarly: () => boolean;
}

export interface ExportPace {
  /** How long a batch may wait for its reader before the connection is given back. */
  readonly restMs: number;
  /** How long one reading may go on before others have their turn. */
  readonly heldMs: number;
}

/** Begins a reading behind what was read before: so many items, the last of which is known. */
export type BeginReading<Item> = (transaction: Transaction, count: number, last: Item | null) => Promise<ExportReading<Item>>;

/**
 * Reads batch after batch, each when it is asked for. A reader that pauses holds neither connection nor transaction: the reading ends, and the next begins
 * where it was. What is committed meanwhile is for `begin` to leave out. An abort ends the statement that is under way.
 */
export async function* readForExport<Item>(
  database: Database,
  begin: BeginReading<Item>,
  { restMs, heldMs }: ExportPace,
  signal: AbortSignal,
): AsyncGenerator<Item[], void, undefined> {
  let session: ExportSession<Item> | null = null;
  let count = 0;
  let last: Item | null = null;
  try {
    for (;;) {
      if (!session?.isOpen) session = await ExportSession.open<Item>(database, signal, (transaction) => begin(transaction, count, last));
      const batch: Item[] = await session.next();
      if (batch.length === 0) {
        if (!session.endsEarly()) return;
        await session.close();
        continue;
      }
      count += batch.length;
      last = batch.at(-1)!;
      session.rest(restMs, heldMs);
      yield batch;
      await session.resume();
    }
  } finally {
    await session?.close();
  }
}

const BEGIN = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0;
  SET LOCAL work_mem = '64MB'; SET LOCAL cursor_tuple_fraction = 1; SELECT pg_backend_pid() AS pid`;

/** One transaction that only reads, on one unchanging view, which ends with its reading, with a long pause, or with the export. */
class ExportSession<Item> {
  private readonly openedAt = performance.now();
  private reading: ExportReading<Item> | null = null;
  private closing: Promise<void> | null = null;
  private timer: NodeJS.Timeout | undefined;

  private constructor(
    private readonly client: PoolClient,
    private readonly signal: AbortSignal,
    private readonly onAbort: () => void,
  ) {
    signal.addEventListener('abort', onAbort);
  }

  static async open<Item>(
    database: Database,
    signal: AbortSignal,
    begin: (transaction: Transaction) => Promise<ExportReading<Item>>,
  ): Promise<ExportSession<Item>> {
    signal.throwIfAborted();
    const client = await database.exports.connect();
    let pid = 0;
    const session = new ExportSession<Item>(client, signal, () => cancelStatement(database, pid));
    try {
      const opened = (await client.query(BEGIN)) as unknown as QueryResult<{ pid: number }>[];
      pid = opened.at(-1)!.rows[0]!.pid;
      signal.throwIfAborted();
      session.reading = await begin(client);
      return session;
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  get isOpen(): boolean {
    return this.closing === null;
  }

  next(): Promise<Item[]> {
    this.signal.throwIfAborted();
    return this.reading!.next();
  }

  endsEarly(): boolean {
    return this.reading!.endsEarly();
  }

  /** The reader has a batch, and may take its time. */
  rest(restMs: number, heldMs: number): void {
    if (performance.now() - this.openedAt > heldMs) void this.close();
    else this.timer = setTimeout(() => void this.close(), restMs);
  }

  async resume(): Promise<void> {
    clearTimeout(this.timer);
    await this.closing;
  }

  close(): Promise<void> {
    clearTimeout(this.timer);
    this.signal.removeEventListener('abort', this.onAbort);
    return (this.closing ??= rollBack(this.client, this.signal.aborted));
  }
}

/** Nothing was written. A connection on which this fails is not used again, nor one for which a cancellation may still be on its way. */
async function rollBack(client: PoolClient, isCancelled: boolean): Promise<void> {
  try {
    await client.query('ROLLBACK');
    client.release(isCancelled);
  } catch (error) {
    client.release(error as Error);
  }
}

/** Where nothing is under way it does nothing. */
function cancelStatement(database: Database, pid: number): void {
  if (pid !== 0) database.pool.query('SELECT pg_cancel_backend($1)', [pid]).catch(() => undefined);
}

/** A cursor over a statement. Its first batch is read at once, so that what goes wrong with it goes wrong here. */
export async function openCursor<Row extends object>(
  transaction: Transaction,
  statement: { readonly text: string; readonly values: unknown[] },
  batchSize: number,
): Promise<() => Promise<Row[]>> {
  await transaction.query(`DECLARE export_rows NO SCROLL CURSOR FOR ${statement.text}`, statement.values);
  const fetch = async () => (await transaction.query<Row>(`FETCH FORWARD ${batchSize} FROM export_rows`)).rows;
  let first: Row[] | null = await fetch();
  return async () => {
    const rows = first ?? (await fetch());
    first = null;
    return rows;
  };
}

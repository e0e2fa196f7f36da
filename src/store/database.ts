import { availableParallelism } from 'node:os';
import { PrismaPg } from '@prisma/adapter-pg';
import { Client, Pool, types, type CustomTypesConfig, type PoolClient, type PoolConfig, type QueryResult } from 'pg';
import { DrawdownError } from '../domain/errors';
import { PrismaClient } from './generated/client';
import { Openings } from './openings';
import { RollupWishes } from './rollup-wishes';
import { sendTogether } from './send-together';
import { Turns } from './turns';

/** How to reach the database and how much of it to use. */
export interface DatabaseOptions {
  readonly connectionString: string;
  /** At least 2. Half of them, the odd one included, are for what writes, the others for what reads; the catalog has a few of its own besides. */
  readonly connections: number;
}

export type Transaction = PoolClient;

/** What statements can be sent to: a transaction, or the pool where each statement is one of its own. */
export type Queryable = Pick<PoolClient, 'query'>;

/** The transaction was certainly rolled back, through no fault of its statements (a deadlock, a serialisation failure, a connection lost before COMMIT): it may be tried again. */
export class TransactionRolledBackError extends Error {
  constructor(cause: unknown) {
    super('The transaction was rolled back; it may be tried again.', { cause });
  }
}

/** The connection was lost while COMMIT was under way: whether the transaction took place is unknown. */
export class CommitOutcomeUnknownError extends Error {
  constructor(cause: unknown) {
    super('The connection was lost during COMMIT; whether the transaction took place is unknown.', { cause });
  }
}

/** Exports read for long, and their readers may be slow: they have a few of their own, and take turns. */
const EXPORT_CONNECTIONS = 2;
/** Rollups are built one at a time: by a lock, a transaction that reads and one that writes. */
const BACKGROUND_CONNECTIONS = 3;
/** The catalog asks rarely and briefly. Its own pool cannot starve the hot path, nor be starved by it. */
const CATALOG_CONNECTIONS = 4;
/** Snapshots that wait for their turn; more are told to try again. */
const MOST_WAITING_SNAPSHOTS = 100;
const CONNECT_TIMEOUT_MS = 15_000;
/** Long enough for several others to have their turn before. */
const EXPORT_WAIT = { connectionTimeoutMillis: 120_000 };
/** Far above what any statement needs; only a stuck one meets it. */
const STATEMENT_TIMEOUT_MS = 60_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 60_000;
const QUERY_CANCELED = '57014';
const TOO_SLOW =
  'Reading this took longer than a minute and was given up. Sums for breakdowns that were asked for are being built: ask again in some minutes, or for a shorter range or fewer customers.';

/** bigint for int8, Date for timestamptz, text for numeric. Set per query, so that Prisma's adapter, which has its own, is left alone. */
const PARSERS: CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (format !== 'binary') {
      if (oid === types.builtins.INT8) return BigInt;
      if (oid === types.builtins.TIMESTAMPTZ) return dateFromTimestamptz;
    }
    return types.getTypeParser(oid, format);
  }) as CustomTypesConfig['getTypeParser'],
};

/**
 * The database: `prisma` for the catalog; for set-based statements `pool`, from which everything reads, and `writers`, which readers cannot
 * take: however much is read, reports, grants and voids find a connection.
 */
export class Database {
  readonly pool: Pool;
  readonly writers: Pool;
  /** What exports read from, so that no other question waits for one. */
  readonly exports: Pool;
  /** What goes on in the background has connections of its own, so that no report and no question waits for one. */
  readonly background: Background;
  /** What questions would like to be rolled up. */
  readonly wishes = new RollupWishes();
  /** How breakdowns are expected to open. */
  readonly openings = new Openings();
  /** For writing large batches: on few cores not two at once, so that one is left for what reads. That costs no throughput. */
  readonly largeWrites = new Turns(Math.max(1, Math.floor(availableParallelism() / 2)), Infinity);
  readonly prisma: PrismaClient;
  private readonly catalogPool: Pool;
  /** Snapshots may be long: they leave half of the pool to what is brief. */
  private readonly snapshotTurns: Turns;

  constructor({ connectionString, connections }: DatabaseOptions) {
    const readers = Math.floor(connections / 2);
    this.pool = createPool({ connectionString, max: readers, application_name: 'drawdown reads', types: PARSERS, pipeline: true });
    this.writers = createPool({ connectionString, max: connections - readers, application_name: 'drawdown', types: PARSERS });
    this.exports = createPool({
      connectionString,
      max: EXPORT_CONNECTIONS,
      application_name: 'drawdown exports',
      types: PARSERS,
      pipeline: true,
      ...EXPORT_WAIT,
    });
    this.background = new Background(
      createPool({ connectionString, max: BACKGROUND_CONNECTIONS, application_name: 'drawdown rollups', types: PARSERS }),
    );
    this.catalogPool = createPool({ connectionString, max: CATALOG_CONNECTIONS, application_name: 'drawdown catalog' });
    this.prisma = new PrismaClient({ adapter: new PrismaPg(this.catalogPool) });
    this.snapshotTurns = new Turns(Math.ceil(readers / 2), MOST_WAITING_SNAPSHOTS);
  }

  /**
   * Does the work in one transaction at READ COMMITTED. Errors of the work's statements come through as they are; see the two classes above for the rest.
   * `opening` is SQL without parameters that travels together with BEGIN; the work gets its results.
   */
  transaction<T>(work: (transaction: Transaction, opened: readonly QueryResult[]) => Promise<T>, opening = ''): Promise<T> {
    return inTransaction(this.writers, work, `BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;${opening}`);
  }

  /**
   * Does the work, which only reads, on one unchanging view of the database, however long it takes and whatever is written meanwhile.
   * `settings` is SQL that travels together with BEGIN; so do the first statements of the work, which gets a promise of its results. Refuses (TRY_AGAIN) where too
   * many wait for their turn.
   */
  snapshot<T>(work: (transaction: Transaction, opened: Promise<readonly QueryResult[]>) => Promise<T>, settings = ''): Promise<T> {
    return this.snapshotTurns.take(() => inSnapshot(this.pool, work, `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;${settings}`));
  }

  async close(): Promise<void> {
    await this.prisma.$disconnect();
    await Promise.all([this.pool.end(), this.writers.end(), this.exports.end(), this.background.pool.end(), this.catalogPool.end()]);
  }
}

/** The same for work that nobody waits for. */
export class Background {
  constructor(readonly pool: Pool) {}

  transaction<T>(work: (transaction: Transaction, opened: readonly QueryResult[]) => Promise<T>, opening = ''): Promise<T> {
    return inTransaction(this.pool, work, `BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;${opening}`);
  }

  snapshot<T>(work: (transaction: Transaction) => Promise<T>, settings = ''): Promise<T> {
    return inTransaction(this.pool, work, `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;${settings}`);
  }
}

async function inTransaction<T>(
  pool: Pool,
  work: (transaction: Transaction, opened: readonly QueryResult[]) => Promise<T>,
  begin: string,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    const opened: QueryResult | QueryResult[] = await client.query(begin);
    const result = await work(client, [opened].flat().slice(1));
    await commit(client);
    return result;
  } catch (error) {
    broken = error instanceof CommitOutcomeUnknownError || isConnectionLoss(error) ? (error as Error) : await rollback(client);
    throw isRetryable(error) ? new TransactionRolledBackError(error) : error;
  } finally {
    client.release(broken);
  }
}

/** Each wait for the database is one for the event loop, too: of those for BEGIN and COMMIT, where there is nothing to be committed, none is needed. */
async function inSnapshot<T>(
  pool: Pool,
  work: (transaction: Transaction, opened: Promise<readonly QueryResult[]>) => Promise<T>,
  begin: string,
): Promise<T> {
  const client = await pool.connect();
  sendTogether(client);
  const opened = client.query(begin).then((results: QueryResult | QueryResult[]) => [results].flat().slice(1));
  const [begun, done] = await Promise.allSettled([opened, work(client, opened)]);
  client.query('ROLLBACK').then(
    () => client.release(),
    (error: Error) => client.release(error),
  );
  const failed = [begun, done].find((outcome) => outcome.status === 'rejected');
  if (failed) throw snapshotError(failed.reason);
  return (done as PromiseFulfilledResult<T>).value;
}

function snapshotError(reason: unknown): unknown {
  if ((reason as { code?: unknown }).code === QUERY_CANCELED) return new DrawdownError('TRY_AGAIN', TOO_SLOW, [], { cause: reason });
  return isRetryable(reason) ? new TransactionRolledBackError(reason) : reason;
}

/**
 * A client whose promises are made here. Those of pg hang together with a function that V8 puts among what lives long, because it is assigned to a property:
 * each would keep the rows of its answer, long after they were read, until the whole heap is searched.
 */
class FleetingClient extends Client {
  override query(...given: unknown[]): never {
    const query = super.query.bind(this) as (...all: unknown[]) => never;
    const [config, values, callback] = given as [{ submit?: unknown }, unknown, unknown];
    if ([callback, values, config.submit].some((one) => typeof one === 'function')) return query(...given);
    return new Promise<QueryResult>((resolve, reject) => {
      query(config, values, (error: Error | null, result: QueryResult) => (error ? reject(error) : resolve(result)));
    }) as never;
  }
}

function createPool(config: PoolConfig): Pool {
  const pool = new Pool({
    Client: FleetingClient,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    keepAlive: true,
    ...config,
    connectionString: inUtc(config.connectionString!),
  });
  pool.on('error', () => undefined); // an idle connection broke: the pool has already dropped it
  pool.on('connect', (client) => client.on('error', () => undefined)); // one in use broke: its next statement fails
  return pool;
}

/**
 * Prisma's adapter writes instants without an offset, for sessions in UTC, and drops the offset when it reads them. The option travels in the
 * address, because an address with options of its own would override any given beside it.
 */
function inUtc(connectionString: string): string {
  const url = new URL(connectionString);
  url.searchParams.set('options', `${url.searchParams.get('options') ?? ''} -c TimeZone=UTC -c DateStyle=ISO`.trim());
  return url.href;
}

/** COMMIT of a transaction that PostgreSQL has given up answers ROLLBACK, without an error. */
async function commit(client: PoolClient): Promise<void> {
  let answer;
  try {
    answer = await client.query('COMMIT');
  } catch (error) {
    throw isConnectionLoss(error) ? new CommitOutcomeUnknownError(error) : error;
  }
  if (answer.command !== 'COMMIT') throw new Error('The transaction was rolled back at COMMIT, because an earlier statement of it had failed.');
}

/** Returns the reason where the connection cannot be used any more. */
async function rollback(client: PoolClient): Promise<Error | undefined> {
  try {
    await client.query('ROLLBACK');
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';
/** SQLSTATEs after which the session is over: administrator's command, crash, shutdown, idle timeouts. */
const SESSION_ENDED = new Set(['57P01', '57P02', '57P03', '57P04', '57P05', '25P03', '25P04']);

function isRetryable(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return code === SERIALIZATION_FAILURE || code === DEADLOCK_DETECTED || isConnectionLoss(error);
}

/** pg reports a lost connection by the system's code, or by an error without any. */
export function isConnectionLoss(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof CommitOutcomeUnknownError) return false;
  const code = driverCode(error);
  if (typeof code === 'string') return SESSION_ENDED.has(code) || code.startsWith('08') || SOCKET_CODES.has(code);
  return /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Client was closed)/.test(
    error.message,
  );
}

/** What the driver called an error; Prisma has a code of its own and keeps the driver's beside it. */
function driverCode(error: Error): unknown {
  const { code, meta } = error as { code?: unknown; meta?: { driverAdapterError?: { cause?: { originalCode?: unknown } } } };
  return meta?.driverAdapterError?.cause?.originalCode ?? code;
}

const SOCKET_CODES = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH', 'ECONNABORTED']);

/** `2025-01-31 09:30:00.123+00`: sessions are in UTC, so the text needs no more than a T and a Z. */
function dateFromTimestamptz(text: string): Date {
  const utc = text.endsWith('+00') ? new Date(`${text.slice(0, 10)}T${text.slice(11, -3)}Z`) : new Date(Number.NaN);
  return Number.isNaN(utc.getTime()) ? (types.getTypeParser(types.builtins.TIMESTAMPTZ) as (value: string) => Date)(text) : utc;
}

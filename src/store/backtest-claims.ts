import type { Backtest } from '../domain/backtest';
import { BACKTEST_COLUMNS, backtestFrom, type BacktestRow } from './backtests';
import type { Queryable } from './database';

/** A back-test that a process has taken on, with all that it needs to go on where it, or another process, has stopped. */
export interface ClaimedBacktest extends Backtest {
  readonly startedAt: Date;
  /** The process's own. */
  readonly owner: string;
  /** PostgreSQL's text of the snapshot that it goes by. */
  readonly snapshot: string;
  /** The last customer whose results are written; 0: none. */
  readonly doneCustomerKey: bigint;
  /** The events of the customers whose results are written. */
  readonly doneEvents: number;
}

interface ClaimedRow extends BacktestRow {
  readonly started_at: Date;
  readonly snapshot: string;
  readonly done_customer_key: bigint;
  readonly done_events: bigint;
}

/** Without a sign of life for so long, a process is taken for dead. By the database's clock, which is one for all. */
const LEASE = `interval '15 seconds'`;
const MOST_ATTEMPTS = 3;
const DIED = `The server stopped in the middle of it ${MOST_ATTEMPTS} times.`;

/** Takes the first that waits, or whose process has died. One that has brought down several processes is given up, before it brings down all. */
export async function claimBacktest(queryable: Queryable, owner: string, now: Date): Promise<ClaimedBacktest | null> {
  await queryable.query(
    `UPDATE backtest SET state = 'FAILED', failure = $1, finished_at = $2, owner = NULL, heartbeat_at = NULL
     WHERE state = 'RUNNING' AND heartbeat_at < clock_timestamp() - ${LEASE} AND attempts >= ${MOST_ATTEMPTS}`,
    [DIED, now],
  );
  const { rows } = await queryable.query<ClaimedRow>(
    `UPDATE backtest b SET state = 'RUNNING', owner = $1, heartbeat_at = clock_timestamp(), attempts = attempts + 1,
       started_at = coalesce(started_at, $2), snapshot = coalesce(snapshot, pg_current_snapshot()::text)
     WHERE key = (
       SELECT key FROM backtest WHERE state = 'QUEUED' OR (state = 'RUNNING' AND heartbeat_at < clock_timestamp() - ${LEASE})
       ORDER BY key LIMIT 1 FOR UPDATE SKIP LOCKED
     )
     RETURNING ${BACKTEST_COLUMNS}, b.snapshot, b.done_customer_key, b.done_events`,
    [owner, now],
  );
  const row = rows[0];
  if (!row) return null;
  const { started_at: startedAt, snapshot, done_customer_key: doneCustomerKey, done_events: doneEvents } = row;
  return { ...backtestFrom(row), startedAt, owner, snapshot, doneCustomerKey, doneEvents: Number(doneEvents) };
}

type ClaimRef = Pick<ClaimedBacktest, 'key' | 'owner'>;

/** Says that the process is alive, and how far it is. False: it is its own no longer. */
export async function keepClaim(queryable: Queryable, claim: ClaimRef, eventsDone: number, eventsTotal: number | null): Promise<boolean> {
  const { rowCount } = await queryable.query(
    `UPDATE backtest SET heartbeat_at = clock_timestamp(), events_done = $3, events_total = $4 WHERE key = $1 AND owner = $2 AND state = 'RUNNING'`,
    [claim.key, claim.owner, eventsDone, eventsTotal],
  );
  return rowCount === 1;
}

/** Says that the results up to a customer are written, in the transaction that writes them. False: another process, or a cancellation, came first. */
export async function advanceClaim(queryable: Queryable, claim: ClaimRef, customerKey: bigint, eventsDone: number): Promise<boolean> {
  const { rowCount } = await queryable.query(
    `UPDATE backtest SET heartbeat_at = clock_timestamp(), done_customer_key = $3, done_events = $4, events_done = $4
     WHERE key = $1 AND owner = $2 AND state = 'RUNNING'`,
    [claim.key, claim.owner, customerKey, eventsDone],
  );
  return rowCount === 1;
}

/** Ends it, unless it is the process's own no longer. `failure` null: it is done. */
export async function settleClaim(queryable: Queryable, claim: ClaimRef, failure: string | null, now: Date): Promise<void> {
  await queryable.query(
    `UPDATE backtest SET state = CASE WHEN $3::text IS NULL THEN 'DONE' ELSE 'FAILED' END::"BacktestState", failure = $3, finished_at = $4,
       owner = NULL, heartbeat_at = NULL, events_total = CASE WHEN $3::text IS NULL THEN events_done ELSE events_total END
     WHERE key = $1 AND owner = $2 AND state = 'RUNNING'`,
    [claim.key, claim.owner, failure, now],
  );
}

/** Gives it back, for any process to go on with. */
export async function releaseClaim(queryable: Queryable, claim: ClaimRef): Promise<void> {
  await queryable.query(
    `UPDATE backtest SET state = 'QUEUED', owner = NULL, heartbeat_at = NULL, attempts = attempts - 1, events_done = done_events
     WHERE key = $1 AND owner = $2 AND state = 'RUNNING'`,
    [claim.key, claim.owner],
  );
}

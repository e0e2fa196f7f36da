import type { BreakdownSnapshot } from '../domain/breakdown';
import { MOST_CLOCK_SKEW_MS } from '../domain/clock-skew';
import type { Conditions } from './conditions';

/** A number that no transaction seen now has reached; asked once per statement. */
const NEXT_TRANSACTION = '(SELECT pg_snapshot_xmax(pg_current_snapshot())::text::int8)';

/**
 * Whether a row of the table, which is only ever added to, was committed after a snapshot was taken, of which PostgreSQL's text is given.
 * A row's xmin has 32 bits; it is older than the next transaction's number of 64. Snapshots list no subtransactions: such rows must be written without savepoints.
 * Most rows that are looked at are older than all that was under way at the snapshot, which their age tells for a fraction of the work.
 */
export function isUnseen(values: Conditions, table: string, snapshot: string): string {
  const next = NEXT_TRANSACTION;
  const xmin = `${table}.xmin::text::int8`;
  const wide = `greatest(3, (${next} & ~4294967295) + ${xmin} - CASE WHEN ${xmin} < (${next} & 4294967295) THEN 0 ELSE 4294967296 END)`;
  const [oldest] = snapshot.split(':', 1);
  const isYoung = `age(${table}.xmin) <= age(${values.placeholder(String(BigInt(oldest!) & 0xffff_ffffn))}::xid)`;
  return `(${isYoung} AND NOT pg_visible_in_snapshot((${wide})::text::xid8, ${values.placeholder(snapshot)}::pg_snapshot))`;
}

/** Before this, nothing was received that was committed after the snapshot. */
export function earliestReceipt({ asOf }: BreakdownSnapshot): Date {
  return new Date(asOf.getTime() - MOST_CLOCK_SKEW_MS);
}

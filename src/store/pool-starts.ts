import { creditsFromNumeric } from '../domain/credits';
import type { PoolMilestone, PoolStart } from '../domain/reburn';
import type { Transaction } from './database';
import { openGrantFrom, type OpenGrantRow } from './pools';
import { plainColumn } from './sql-arrays';

/** A pool right after an entry of its ledger; 0n: before the first. */
export interface PoolPlace {
  readonly customerKey: bigint;
  readonly poolKey: bigint;
  readonly sequence: bigint;
}

/** A pool to burn again from a place on. */
export interface PlacedPool extends PoolStart {
  readonly poolKey: bigint;
  readonly currencyKey: number;
}

interface PoolRow {
  pool_key: bigint;
  currency_key: number;
  balance: string;
  at: Date | null;
}

interface MilestoneRow {
  pool_key: bigint;
  sequence: bigint;
  at: Date;
  kind: PoolMilestone['kind'];
  amount: string;
  balance_after: string;
  grant_key: bigint;
}

const PLACES = `unnest($1::int8[], $2::int8[], $3::int8[]) AS place (customer_key, pool_key, sequence)`;

/** What the pools were at their places, and what has happened to them since besides usage. */
export async function loadPoolStarts(transaction: Transaction, places: readonly PoolPlace[]): Promise<PlacedPool[]> {
  const columns = [
    plainColumn(places, (place) => place.customerKey),
    plainColumn(places, (place) => place.poolKey),
    plainColumn(places, (place) => place.sequence),
  ];
  const pools = await selectPools(transaction, columns);
  const milestones = grouped(await selectMilestones(transaction, columns));
  const grants = grouped(await selectGrants(transaction, columns));
  return pools.map((row) => ({
    poolKey: row.pool_key,
    currencyKey: row.currency_key,
    balance: creditsFromNumeric(row.balance),
    lastEntryAt: row.at,
    grants: (grants.get(row.pool_key) ?? []).map(openGrantFrom),
    milestones: (milestones.get(row.pool_key) ?? []).map(milestoneFrom),
  }));
}

async function selectPools(transaction: Transaction, columns: readonly string[]): Promise<PoolRow[]> {
  const { rows } = await transaction.query<PoolRow>(
    `SELECT p.key AS pool_key, p.currency_key, coalesce(l.balance_after, 0) AS balance, l.at
     FROM ${PLACES} JOIN pool p ON p.customer_key = place.customer_key AND p.key = place.pool_key
     LEFT JOIN ledger_entry l ON l.customer_key = place.customer_key AND l.pool_key = place.pool_key AND l.sequence = place.sequence`,
    [...columns],
  );
  return rows;
}

/** An overdraft that is settled moves credits within the pool, which follows from the grant. */
async function selectMilestones(transaction: Transaction, columns: readonly string[]): Promise<MilestoneRow[]> {
  const { rows } = await transaction.query<MilestoneRow>(
    `SELECT l.pool_key, l.sequence, l.at, l.kind::text AS kind, l.amount, l.balance_after, l.grant_key
     FROM ${PLACES} JOIN ledger_entry l ON l.customer_key = place.customer_key AND l.pool_key = place.pool_key AND l.sequence > place.sequence
     WHERE l.kind <> 'CONSUMED' AND l.kind IN ('GRANTED', 'EXPIRED', 'VOIDED') ORDER BY l.pool_key, l.sequence`,
    [...columns],
  );
  return rows;
}

/** Those that had something left, with what they had, and those that became effective later, whole. What is left now, and the entries since, say what was left then. */
async function selectGrants(transaction: Transaction, columns: readonly string[]): Promise<OpenGrantRow[]> {
  const { rows } = await transaction.query<OpenGrantRow>(
    `WITH since AS MATERIALIZED (
       SELECT l.pool_key, l.grant_key, sum(l.amount) AS amount, bool_or(l.kind = 'GRANTED') AS starts_later
       FROM ${PLACES} JOIN ledger_entry l ON l.customer_key = place.customer_key AND l.pool_key = place.pool_key AND l.sequence > place.sequence
       WHERE l.grant_key IS NOT NULL GROUP BY 1, 2
     )
     SELECT g.customer_key, g.pool_key, g.key, g.category::text AS category, g.priority, g.effective_at, g.expires_at, g.created_at, g.amount,
            CASE WHEN s.starts_later THEN g.amount ELSE g.remaining - coalesce(s.amount, 0) END AS remaining,
            NOT coalesce(s.starts_later, FALSE) AS activated
     FROM ${PLACES} JOIN credit_grant g ON g.customer_key = place.customer_key AND g.pool_key = place.pool_key
     LEFT JOIN since s ON s.pool_key = g.pool_key AND s.grant_key = g.key
     WHERE g.activated AND (coalesce(s.starts_later, FALSE) OR g.remaining - coalesce(s.amount, 0) > 0)`,
    [...columns],
  );
  return rows;
}

function milestoneFrom(row: MilestoneRow): PoolMilestone {
  return {
    sequence: row.sequence,
    at: row.at,
    kind: row.kind,
    amount: creditsFromNumeric(row.amount),
    balanceAfter: creditsFromNumeric(row.balance_after),
    grantKey: row.grant_key,
  };
}

function grouped<Row extends { readonly pool_key: bigint }>(rows: readonly Row[]): Map<bigint, Row[]> {
  const groups = new Map<bigint, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.pool_key);
    if (group) group.push(row);
    else groups.set(row.pool_key, [row]);
  }
  return groups;
}

import { compileFormula } from '../src/domain/formula/formula';
import { creditsFromResult, creditsFromText, creditsToText } from '../src/domain/credits';
import { dimensionsFromRaw } from '../src/domain/dimensions-input';
import { EventKeys } from '../src/domain/ids';
import { Decimal } from '../src/domain/decimal';
import type { Database } from '../src/store/database';
import { FORMULA } from './world';

/*
 * What one would write first: an interactive Prisma transaction for each event, which locks the pool, takes from the grant, and keeps event,
 * ledger and one rollup. It does less than Drawdown (one grant, no idempotency beyond the unique key, one block size), and is the comparison.
 */

const CONCURRENCY = 4;
const PRICED = compileFormula(FORMULA);
const eventKeys = new EventKeys(0);

interface Report {
  readonly customerId: string;
  readonly idempotencyKey: string;
  readonly dimensions: Record<string, unknown>;
}

/** Answers events per second. */
export async function reportByPrisma(database: Database, environmentKey: number, reports: readonly Report[]): Promise<number> {
  let next = 0;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      while (next < reports.length) await reportOne(database, environmentKey, reports[next++]!);
    }),
  );
  return reports.length / ((performance.now() - start) / 1000);
}

async function reportOne({ prisma }: Database, environmentKey: number, report: Report): Promise<void> {
  const { dimensions } = dimensionsFromRaw(report.dimensions);
  const cost = creditsFromResult(PRICED.evaluate(new Decimal(1), dimensions));
  const now = new Date();
  await prisma.$transaction(
    async (transaction) => {
      const customer = await transaction.customer.findUniqueOrThrow({ where: { environmentKey_id: { environmentKey, id: report.customerId } } });
      const rate = await transaction.rate.findFirstOrThrow({ where: { planVersion: { status: 'PUBLISHED', plan: { environmentKey } } } });
      await transaction.$queryRaw`SELECT key FROM pool WHERE customer_key = ${customer.key} AND currency_key = ${rate.currencyKey} FOR UPDATE`;
      const pool = await transaction.pool.findFirstOrThrow({ where: { customerKey: customer.key } });
      const grant = await transaction.creditGrant.findFirstOrThrow({ where: { customerKey: customer.key, poolKey: pool.key, closed: false } });
      const sequence = pool.sequence + 1n;
      const balanceAfter = creditsToText((creditsFromText(pool.balance.toFixed()) ?? 0n) - cost);
      const remaining = creditsToText((creditsFromText(grant.remaining.toFixed()) ?? 0n) - cost);
      const costText = creditsToText(cost);
      const of = { customerKey: customer.key, poolKey: pool.key };
      const key = eventKeys.next(now);
      const event = { ...of, key, idempotencyKey: report.idempotencyKey, at: now, receivedAt: now, featureKey: rate.featureKey, rateKey: rate.key };
      const outcome = { setKey: 1n, value: '1', cost: costText, balanceAfter, firstSequence: sequence, entryCount: 1 };
      await transaction.usageEvent.create({ data: { ...event, ...outcome, looseDimensions: report.dimensions as object } });
      const entry = { ...of, sequence, at: now, kind: 'CONSUMED' as const, amount: `-${costText}`, balanceAfter, grantKey: grant.key };
      await transaction.ledgerEntry.create({ data: { ...entry, eventKey: key, eventAt: now, featureKey: rate.featureKey } });
      await transaction.pool.update({
        where: { customerKey_key: { ...{ customerKey: customer.key }, key: pool.key } },
        data: { balance: balanceAfter, sequence, lastEntryAt: now },
      });
      await transaction.creditGrant.update({
        where: { customerKey_key: { customerKey: customer.key, key: grant.key } },
        data: { remaining, activated: true },
      });
      const day = Math.floor(now.getTime() / 86_400_000);
      const cell = { ...of, rollupKey: 0, days: 1, start: day, setKey: 1n, rateKey: rate.key, grantKey: grant.key };
      const added = { creditsSmall: { increment: cost / 1_000n }, valueSmall: { increment: 10n ** 9n }, eventCount: { increment: 1n } };
      await transaction.usageRollup.upsert({
        where: { customerKey_rollupKey_days_start_setKey_rateKey_poolKey_grantKey: cell },
        create: { ...cell, creditsSmall: cost / 1_000n, valueSmall: 10n ** 9n, eventCount: 1n },
        update: added,
      });
    },
    { maxWait: 60_000, timeout: 60_000 },
  );
}

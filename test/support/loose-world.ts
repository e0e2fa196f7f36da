import fc from 'fast-check';
import type { DimensionValue } from '../../src/domain/dimensions';
import type { RawUsageReport } from '../../src/domain/usage-report';
import type { Context } from '../../src/operations/context';
import { UsageCollector } from '../../src/operations/usage-collector';
import type { Database } from '../../src/store/database';
import { DimensionDictionary } from '../../src/store/dimension-sets';
import { PriceBook } from '../../src/store/price-book';
import { testDatabase } from './database';
import { Seller } from './seller';
import { testServer } from './server';
import { DAY_MS, MIDNIGHT, NOW } from './usage-reference';

/** A seller with the features `chat`, priced by the dimension `tier`, `image` and `call`, and any number of server processes. */
export interface LooseWorld {
  readonly database: Database;
  readonly context: Context;
  readonly seller: Seller;
  /** A collector with memory of its own, as every process has. */
  process(): UsageCollector;
}

export async function looseWorld(customers: readonly string[]): Promise<LooseWorld> {
  const database = await testDatabase();
  const server = await testServer(database, { now: () => NOW });
  const seller = new Seller(server);
  await seller.sell({ chat: 'coalesce(tier, "none") == "gold" ? 0.25 : 1.5', image: '2.5', call: '2' });
  for (const id of customers) {
    await seller.customer(id);
    await seller.grant(id, '500', { effectiveAt: '2026-01-01T00:00:00Z' });
  }
  const process = () =>
    new UsageCollector({ database, prices: new PriceBook(), dictionary: new DimensionDictionary() }, (error) => {
      throw error;
    });
  return { database, context: { environmentKey: server.key, environmentId: server.id, now: NOW }, seller, process };
}

let keys = 0;
export const nextKey = () => `key-${(keys += 1)}`;

/** So many reports of a customer, each with a request id of its own. */
export function requests(customerId: string, count: number, featureId = 'call'): RawUsageReport[] {
  return Array.from({ length: count }, (_, index) => {
    const idempotencyKey = nextKey();
    const timestamp = new Date(NOW.getTime() - index * 3_600_000);
    return {
      customerId,
      featureId,
      idempotencyKey,
      timestamp,
      dimensions: { request: `request ${idempotencyKey}`, model: `m${index % 5}` },
    };
  });
}

/** Reports with texts, numbers and booleans in one key, and with ids of requests, any of which may be absent. */
export function mixedReports(customerIds: readonly string[], count: number, seed: number): RawUsageReport[] {
  const dimensions = {
    request: fc.oneof(
      fc.integer({ min: 0, max: 400 }).map((id) => `request ${id}`),
      fc.constantFrom<unknown>(7, true, '7', 'true'),
    ),
    mixed: fc.constantFrom<unknown>(3, '3', 3.5, true, false, -2, 0, 'a"\\', '', '😀'),
    model: fc.constantFrom('gpt', 'gp\tt\u0001', 'é'),
    tier: fc.constantFrom('gold', 'silver'),
    fast: fc.boolean(),
  };
  const report = fc.record({
    customerId: fc.constantFrom(...customerIds),
    featureId: fc.constantFrom('chat', 'image'),
    timestamp: fc.integer({ min: MIDNIGHT - 40 * DAY_MS, max: NOW.getTime() }).map((ms) => new Date(ms)),
    dimensions: fc.record(dimensions, { requiredKeys: [] }),
  });
  return fc.sample(report, { numRuns: count, seed }).map((one) => ({ ...one, idempotencyKey: nextKey() }));
}

/** What a report gave as dimensions, in a form that can be compared. */
export function dimensionLabels(dimensions: Iterable<[string, unknown]>): Record<string, string> {
  return Object.fromEntries(
    [...dimensions].map(([name, value]) => [name, typeof value === 'string' ? `"${value}` : String(value as DimensionValue)]),
  );
}

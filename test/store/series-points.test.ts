import { beforeAll, expect, test } from '@jest/globals';
import type { BreakdownInput } from '../../src/domain/breakdown';
import { seriesWindow } from '../../src/domain/breakdown-cursor';
import { bucketSpans } from '../../src/domain/time-range';
import { fillNewRollup } from '../../src/operations/build-rollup';
import { creditUsage } from '../../src/operations/credit-usage';
import { openBreakdown } from '../../src/store/rollup-snapshot';
import { loadSeries, loadSeriesWithPoints } from '../../src/store/rollups';
import { loadPoints } from '../../src/store/usage-series';
import { asBuilder } from '../support/rollup-rows';
import { usageWorld, type UsageWorld } from '../support/usage-reference';

const RANGE = { from: new Date('2026-01-05T00:00:00Z'), to: new Date('2026-03-20T00:00:00Z') };
const PAGES = [{}, { size: 2 }, { size: 2, after: ['2'] }, { size: 3, backward: true }, { size: 2, after: ['1000'] }];
let world: UsageWorld;

beforeAll(async () => {
  world = await usageWorld();
  const { rows } = await world.database.pool.query<{ key: bigint }>(`SELECT key FROM customer WHERE id = 'texts'`);
  for (const dimensions of [['model'], ['fast', 'model']]) {
    const rollup = { customerKey: rows[0]!.key, dimensions, byRate: false, byGrant: false };
    const first = { state: 'FILLING' as const, size: 0, eventCount: 0n };
    await asBuilder(world.database, async () => expect(await fillNewRollup(world.database, rollup, first, () => false)).toBe('BUILT'));
  }
});

/** The same page with points by one statement, and by several. */
async function bothWays(
  input: BreakdownInput,
  { size = 50, backward = false, after = null }: { size?: number; backward?: boolean; after?: string[] | null },
) {
  const { query } = await creditUsage(world.database, world.context, input, { size: 1, backward: false, after: null, before: null });
  const window = seriesWindow({ size, backward, after: after && ['', '', '', '', '', ...after], before: null });
  return world.database.snapshot(async (transaction) => {
    const open = await openBreakdown(transaction, { scope: query.scope, shape: query, range: query.range });
    const present = { ...query, snapshot: { ...query.snapshot, text: open.snapshot } };
    const [page, buckets] = [await loadSeries(transaction, present, open, window), bucketSpans(query.range)];
    const points = await loadPoints(transaction, present, open, page.series, buckets);
    return { together: await loadSeriesWithPoints(transaction, present, open, window, buckets), apart: { page, points } };
  });
}

test('a page with the points of its series, where each is a dimension set, is the same by one statement', async () => {
  for (const groupBy of [['model'], ['model', 'fast']])
    for (const field of ['CREDITS', 'VALUE', 'EVENT_COUNT'] as const)
      for (const direction of ['ASC', 'DESC'] as const)
        for (const interval of ['DAY', 'MONTH'] as const)
          for (const page of PAGES) {
            const input = { currencyId: 'credits', customerId: 'texts', groupBy, orderBy: { field, direction }, interval, ...RANGE };
            const { together, apart } = await bothWays(input, page);
            expect(together).toEqual(apart);
            expect(together!.page.seriesCount).toBeGreaterThan(4);
          }
});

test('what is not of the rollup alone is read by several statements', async () => {
  const input = { currencyId: 'credits', customerId: 'texts', groupBy: ['model'], ...RANGE };
  const others = [
    { interval: 'HOUR' as const, to: new Date('2026-01-20T00:00:00Z') },
    { from: new Date('2026-01-05T01:00:00Z') },
    { groupBy: ['featureId'] },
    { timeZone: 'Asia/Kolkata' },
  ];
  for (const other of others) expect((await bothWays({ ...input, ...other }, {})).together).toBeNull();
});

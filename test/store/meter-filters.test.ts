import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { meteredFeature, isMetered, meterFrom, meterFromJson, meterToJson } from '../../src/domain/meter';
import type { PageRequest } from '../../src/domain/paging';
import type { UsageEvent } from '../../src/domain/usage-event';
import { creditUsage } from '../../src/operations/credit-usage';
import { usageEvents } from '../../src/operations/usage-events';
import { dimensionFilters } from '../support/usage-questions';
import { DAY_MS, MIDNIGHT, usageWorld, type UsageWorld } from '../support/usage-reference';

const ALL: PageRequest = { size: 1_000_000, backward: false, after: null, before: null };
const FROM = new Date(MIDNIGHT - 200 * DAY_MS);
const TO = new Date(MIDNIGHT + 2 * DAY_MS);
let world: UsageWorld;
let events: readonly UsageEvent[];

beforeAll(async () => {
  world = await usageWorld();
  events = (await usageEvents(world.database, world.context, { currencyId: 'credits', order: 'OLDEST_FIRST' }, ALL)).items;
}, 60_000);

const questions = () =>
  fc.record({ customerId: fc.constantFrom('mixed', 'texts', 'plain'), filters: fc.array(dimensionFilters(), { maxLength: 2 }) });

/** As the catalog keeps and reads it. */
function matching(customerId: string, filters: Parameters<typeof meterFrom>[0]['filters']): UsageEvent[] {
  const meter = meterFromJson(JSON.parse(JSON.stringify(meterToJson(meterFrom({ eventName: 'e', filters })))));
  const feature = meteredFeature(1, 'f', meter);
  return events.filter((event) => event.customerId === customerId && isMetered(feature, event.dimensions));
}

describe('the filters of a meter mean in memory what they mean in SQL', () => {
  test('in a breakdown', async () => {
    await fc.assert(
      fc.asyncProperty(questions(), async ({ customerId, filters }) => {
        const expected = matching(customerId, filters);
        const input = { customerId, currencyId: 'credits', filters, from: FROM, to: TO, interval: 'YEAR' as const };
        const { total } = await creditUsage(world.database, world.context, input, ALL);
        expect(total).toEqual({
          credits: expected.reduce((sum, { charge }) => sum + charge.cost, 0n),
          value: expected.reduce((sum, { value }) => sum + value, 0n),
          eventCount: expected.length,
        });
      }),
      { numRuns: 150 },
    );
  }, 60_000);

  test('in a list of events', async () => {
    await fc.assert(
      fc.asyncProperty(questions(), async ({ customerId, filters }) => {
        const wish = { customerId, currencyId: 'credits', dimensions: filters, order: 'OLDEST_FIRST' as const };
        const { items } = await usageEvents(world.database, world.context, wish, ALL);
        expect(items.map(({ key }) => key)).toEqual(matching(customerId, filters).map(({ key }) => key));
      }),
      { numRuns: 100 },
    );
  }, 60_000);
});

import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { valueLabel, type BreakdownInput } from '../../src/domain/breakdown';
import { breakdownCursor } from '../../src/domain/breakdown-cursor';
import type { PageRequest } from '../../src/domain/paging';
import { bucketSpans } from '../../src/domain/time-range';
import { creditUsage, type Breakdown } from '../../src/operations/credit-usage';
import { creditUsageEntries, type EntryPage } from '../../src/operations/credit-usage-entries';
import type { UsageEntry } from '../../src/store/series-entries';
import { questions } from '../support/usage-questions';
import { isAskedFor, readFacts, usageWorld, valueIn, type Fact, type UsageWorld } from '../support/usage-reference';

const ALL: PageRequest = { size: 1_000_000, backward: false, after: null, before: null };
let world: UsageWorld;
let facts: Fact[];

beforeAll(async () => {
  world = await usageWorld();
  facts = await readFacts(world.database);
});

const ask = (input: BreakdownInput) => creditUsage(world.database, world.context, input, ALL);
const place = ({ digest, held }: EntryPage, { eventAt, customerKey, eventKey, sequence }: UsageEntry) =>
  breakdownCursor(digest, held, eventAt.toISOString(), String(customerKey), String(eventKey), String(sequence));

/** All entries, page by page, from the start or from the end. */
async function walk(cell: Parameters<typeof creditUsageEntries>[2], size: number, backward: boolean): Promise<UsageEntry[]> {
  const entries: UsageEntry[] = [];
  let cursor: PageRequest['after'] = null;
  for (let more = true; more;) {
    const request = backward ? { size, backward, after: null, before: cursor } : { size, backward, after: cursor, before: null };
    const page: EntryPage = await creditUsageEntries(world.database, world.context, cell, request);
    if (backward) entries.unshift(...page.items);
    else entries.push(...page.items);
    more = backward ? page.hasPreviousPage : page.hasNextPage;
    const end = backward ? page.items[0] : page.items.at(-1);
    cursor = end ? place(page, end) : null;
  }
  return entries;
}

function expected(input: BreakdownInput, series: Breakdown['series'][number], { from, to }: { from: Date; to: Date }): string[] {
  const labels = JSON.stringify(series.values.map(valueLabel));
  return facts
    .filter((fact) => fact.entry !== null && isAskedFor(fact, input, from, to))
    .filter((fact) => JSON.stringify((input.groupBy ?? []).map((name) => valueLabel(valueIn(fact, name)))) === labels)
    .map(({ entry }) => entry!)
    .sort();
}

const names = (entries: readonly UsageEntry[]) => entries.map(({ poolKey, sequence }) => `${poolKey}/${sequence}`).sort();

describe('the entries of a series', () => {
  test('are exactly those it is made of, on every page once, in both directions, the newest usage first', async () => {
    const question = fc.tuple(questions(), fc.nat(), fc.nat(), fc.constantFrom(3, 17, 100));
    await fc.assert(
      fc.asyncProperty(question, async ([{ range, ...input }, ofSeries, ofPoint, size]) => {
        const breakdown = await ask({ ...input, ...range });
        const series = breakdown.series[ofSeries % Math.max(1, breakdown.series.length)];
        if (!series) return;
        const buckets = bucketSpans(breakdown.query.range);
        for (const span of [breakdown.query.range, buckets[ofPoint % buckets.length]!]) {
          const cell = { ...breakdown, ...series, span };
          const entries = await walk(cell, size, false);
          expect(names(entries)).toEqual(expected(input, series, span));
          expect(entries.map(({ eventAt }) => eventAt.getTime())).toEqual(entries.map(({ eventAt }) => eventAt.getTime()).sort((a, b) => b - a));
          expect(await walk(cell, size, true)).toEqual(entries);
        }
        const all = await walk({ ...breakdown, ...series, span: breakdown.query.range }, 100, false);
        expect(all.reduce((sum, { amount }) => sum - amount, 0n)).toBe(series.credits);
      }),
      { numRuns: 60 },
    );
  }, 240_000);

  test('stay those of the first page while more is reported', async () => {
    const input: BreakdownInput = {
      currencyId: 'credits',
      customerId: 'plain',
      range: 'LAST_YEAR',
      filters: [{ key: 'featureId', equals: 'image' }],
    };
    const breakdown = await ask(input);
    const cell = { ...breakdown, ...breakdown.series[0]!, span: breakdown.query.range };
    const before = await walk(cell, 100, false);
    const first = await creditUsageEntries(world.database, world.context, cell, { ...ALL, size: 2 });
    await world.seller.report('plain', 'image');
    const present = await ask(input);
    const again = { ...present, ...present.series[0]!, span: cell.span };
    const rest = await creditUsageEntries(world.database, world.context, again, { ...ALL, after: place(first, first.items[1]!) });
    expect([...first.items, ...rest.items]).toEqual(before);
    expect(await walk(again, 100, false)).toHaveLength(before.length + 1);
  });

  test('have cursors of their own: those of another series, point or breakdown are refused', async () => {
    const breakdown = await ask({ currencyId: 'credits', customerId: 'plain', range: 'LAST_YEAR', groupBy: ['featureId'] });
    const [one, other] = breakdown.series.map((series) => ({ ...breakdown, ...series, span: breakdown.query.range }));
    const page = await creditUsageEntries(world.database, world.context, one!, { ...ALL, size: 1 });
    const request = { ...ALL, after: place(page, page.items[0]!) };
    const refused = expect.objectContaining({ code: 'CURSOR_INVALID' });
    for (const cell of [other!, { ...one!, span: { from: one!.span.from, to: new Date(one!.span.to.getTime() - 1) } }, { ...one!, digest: 'other' }])
      await expect(creditUsageEntries(world.database, world.context, cell, request)).rejects.toEqual(refused);
    await expect(creditUsageEntries(world.database, world.context, one!, request)).resolves.toMatchObject({ hasPreviousPage: true });
  });
});

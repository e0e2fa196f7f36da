import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { importCommand } from '../../src/cli/import';
import { asDecimal, NOVEMBER, TRACES, traceLines, type TraceLine } from '../support/azure-trace';
import { backtestUntilDone } from '../support/backtests';
import { mutate } from '../support/catalog';
import { testDatabase } from '../support/database';
import { Seller } from '../support/seller';
import { testServer } from '../support/server';
import { onTerminal } from '../support/terminal';

const SLICE = 2_000;
const CUSTOMERS = ['north', 'south', 'west'];
const FEATURES = ['chat', 'code'];

/** In ten-thousandths of a credit, by formulas that stand in no other file. */
const COSTS = {
  live: { formula: '0.0025 * ContextTokens + 0.01 * GeneratedTokens', of: (context: bigint, generated: bigint) => 25n * context + 100n * generated },
  changed: {
    formula: 'GeneratedTokens > 100 ? 0.5 + 0.0031 * ContextTokens : 0.0031 * ContextTokens + 0.007 * GeneratedTokens',
    of: (context: bigint, generated: bigint) => 31n * context + (generated > 100n ? 5_000n : 70n * generated),
  },
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backtest-'));
});
afterAll(() => rm(folder, { recursive: true }));

interface Usage extends TraceLine {
  readonly customer: string;
  readonly feature: string;
}

function sumOf(usages: readonly Usage[], { of }: (typeof COSTS)['live']): bigint {
  return usages.reduce((sum, { contextTokens, generatedTokens }) => sum + of(BigInt(contextTokens), BigInt(generatedTokens)), 0n);
}

/** What the API is to say of usage under two formulas. */
function impactOf(usages: readonly Usage[], to: (typeof COSTS)['live']) {
  const [old, now] = [sumOf(usages, COSTS.live), sumOf(usages, to)];
  const sums = { oldCredits: asDecimal(old), newCredits: asDecimal(now), change: asDecimal(now - old) };
  return { eventCount: usages.length, refusedCount: 0, ...sums };
}

describe.each(TRACES)('a back-test of %s', (_name, trace) => {
  let seller: Seller;
  const usages = traceLines(trace)
    .slice(0, SLICE)
    .map((line, i): Usage => ({ ...line, customer: CUSTOMERS[i % CUSTOMERS.length]!, feature: FEATURES[(i >> 2) % FEATURES.length]! }));

  beforeAll(async () => {
    const server = await testServer(await testDatabase());
    seller = new Seller(server);
    await seller.sell(Object.fromEntries(FEATURES.map((id) => [id, COSTS.live.formula])));
    for (const id of CUSTOMERS) await seller.customer(id);
    await seller.grant('north', '50');
    const lines = usages.map(({ timestamp, contextTokens, generatedTokens, customer, feature }) =>
      [timestamp, contextTokens, generatedTokens, customer, feature].join(','),
    );
    const path = join(folder, 'slice.csv');
    await writeFile(path, ['TIMESTAMP,ContextTokens,GeneratedTokens,customer,feature', ...lines].join('\n'));
    const columns = ['--customer-column', 'customer', '--feature-column', 'feature', '--timestamp-column', 'TIMESTAMP'];
    const args = [path, ...columns, '--source', 'slice', '--url', `${server.url}/graphql`, '--key', server.keys.WRITER];
    const { out } = await onTerminal((terminal) => importCommand(terminal).parseAsync(args, { from: 'user' }));
    expect(out).toBe(`${usages.length} lines: ${usages.length} accepted, 0 already known, 0 refused.\n`);
    await mutate(server, 'createPlanDraft', { planId: 'pro' }, '__typename');
  }, 120_000);

  const backtest = () => backtestUntilDone(seller, { planId: 'pro', ...NOVEMBER });
  const of = (is: (usage: Usage) => boolean) => usages.filter(is);

  test('with a draft equal to the live version shows a difference of exactly 0: in total, by feature, in the distribution and for every mover', async () => {
    const { eventsDone, result } = await backtest();
    expect(eventsDone).toBe(usages.length);
    const [currency, ...others] = result.currencies;
    expect(others).toEqual([]);
    expect(currency.total).toEqual({ ...impactOf(usages, COSTS.live), change: '0', relativeChange: '0' });
    expect(currency.features).toHaveLength(FEATURES.length);
    for (const { feature, impact } of currency.features)
      expect(impact).toEqual({
        ...impactOf(
          of((usage) => usage.feature === feature.id),
          COSTS.live,
        ),
        change: '0',
        relativeChange: '0',
      });
    const { distribution, movers } = currency;
    const counts = { customerCount: 3, increasedCount: 0, unchangedCount: 3, decreasedCount: 0, fromNothingCount: 0 };
    expect(distribution).toMatchObject(counts);
    expect(distribution.histogram.filter(({ customerCount }: { customerCount: number }) => customerCount > 0)).toEqual([
      { from: '0', to: '0', customerCount: 3 },
    ]);
    expect(new Set(distribution.quantiles.map(({ relativeChange }: { relativeChange: string }) => relativeChange))).toEqual(new Set(['0']));
    for (const { node } of movers.edges) expect([node.impact.change, node.impact.relativeChange]).toEqual(['0', '0']);
    expect(result.runOutCounts).toEqual({ newly: 0, sooner: 0, later: 0, noLonger: 0 });
    expect(result.refusals).toEqual([]);
  }, 60_000);

  test('with a changed formula gives the independent sums to the last digit: in total, by feature and by customer', async () => {
    for (const featureId of FEATURES)
      await mutate(
        seller.server,
        'setRate',
        { planId: 'pro', version: 2, featureId, currencyId: 'credits', mode: 'FORMULA', formula: COSTS.changed.formula },
        '__typename',
      );
    const { result } = await backtest();
    const [currency] = result.currencies;
    expect(sumOf(usages, COSTS.changed)).not.toBe(sumOf(usages, COSTS.live));
    expect(currency.total).toMatchObject(impactOf(usages, COSTS.changed));
    for (const { feature, impact } of currency.features)
      expect(impact).toMatchObject(
        impactOf(
          of((usage) => usage.feature === feature.id),
          COSTS.changed,
        ),
      );
    const movers = currency.movers.edges.map(({ node }: any) => [node.customer.id, node.impact]).sort();
    expect(movers).toMatchObject(
      CUSTOMERS.map((id) => [
        id,
        impactOf(
          of(({ customer }) => customer === id),
          COSTS.changed,
        ),
      ]),
    );
  }, 60_000);
});

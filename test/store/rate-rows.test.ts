import { beforeAll, describe, expect, test } from '@jest/globals';
import { compiledPricing } from '../../src/domain/price';
import type { Database } from '../../src/store/database';
import { loadRates, loadRatesOfVersions } from '../../src/store/rate-rows';
import { findRates } from '../../src/store/rates';
import { mutate } from '../support/catalog';
import { testDatabase } from '../support/database';
import { Seller } from '../support/seller';
import { testServer, type TestServer } from '../support/server';

let database: Database;
let server: TestServer;
beforeAll(async () => {
  database = await testDatabase();
  server = await testServer(database);
  await new Seller(server).sell({ chat: 'tokens * 0.000001', image: '2.5' });
});

async function versionKeys(): Promise<number[]> {
  const { rows } = await database.pool.query<{ key: number }>('SELECT key FROM plan_version ORDER BY number');
  return rows.map((row) => row.key);
}

describe('rates', () => {
  test('are the same by every way they are read', async () => {
    const ofVersion = await loadRatesOfVersions(database.pool, await versionKeys());
    const byKey = await loadRates(
      database.pool,
      ofVersion.map(({ rate }) => rate.key),
    );
    const ofCatalog = await findRates(database, await versionKeys());
    expect(ofCatalog).toHaveLength(2);
    for (const { planVersionKey, rate } of ofCatalog) {
      expect(byKey.get(rate.key)).toEqual(rate);
      expect(ofVersion).toContainEqual({ versionKey: planVersionKey, rate });
    }
  });

  test('that are read again are not compiled again', async () => {
    const pricingOfChat = async () => (await findRates(database, await versionKeys())).find(({ rate }) => rate.featureId === 'chat')!.rate.pricing;
    expect(compiledPricing(await pricingOfChat())).toBe(compiledPricing(await pricingOfChat()));
  });

  test('of a draft have the formula that was set last', async () => {
    await mutate(server, 'createPlanDraft', { planId: 'pro' }, '__typename');
    for (const formula of ['tokens * 7', 'tokens * 8']) {
      await mutate(
        server,
        'setRate',
        { planId: 'pro', version: 2, featureId: 'chat', currencyId: 'credits', mode: 'FORMULA', formula },
        '__typename',
      );
      const read = await loadRatesOfVersions(database.pool, (await versionKeys()).slice(1));
      expect(read.map(({ rate }) => rate.pricing)).toContainEqual({ mode: 'FORMULA', formula });
    }
  });
});

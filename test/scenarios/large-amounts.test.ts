import { beforeAll, expect, test } from '@jest/globals';
import { testDatabase } from '../support/database';
import { Seller } from '../support/seller';
import { testServer, type TestServer } from '../support/server';

let server: TestServer;
let seller: Seller;

beforeAll(async () => {
  server = await testServer(await testDatabase());
  seller = new Seller(server);
  await seller.sell({ plain: '1', signed: '1 + 0 * value' });
  await seller.customer('ada');
});

const TIMESTAMP = '2026-01-15T12:00:00Z';
const QUERY = `{ creditUsage(input: { customerId: "ada", currencyId: "credits", groupBy: ["featureId"], orderBy: { field: KEY, direction: ASC }, from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z" })
  { total { credits value eventCount } edges { node { groups { value } credits value } } }
  auditLedger(input: { customerId: "ada" }) { ok differences { detail } } }`;

async function report(featureId: string, values: readonly string[]): Promise<void> {
  await seller.reportAll(values.map((value) => ({ customerId: 'ada', featureId, value, timestamp: TIMESTAMP })));
}

test('sums of many ordinary amounts carry over where 64 bits end', async () => {
  await seller.customer('bea');
  const event = { customerId: 'bea', featureId: 'plain', value: '999999.123456789', timestamp: TIMESTAMP };
  await seller.reportAll(Array.from({ length: 2500 }, () => event));
  const { creditUsage, auditLedger } = await seller.ask(QUERY.replaceAll('ada', 'bea'));
  expect(auditLedger.ok).toBe(true);
  expect(creditUsage.total).toEqual({ credits: '2499997808.6419725', value: '2499997808.6419725', eventCount: 2500 });
});

test('sums stay exact through every size of amount, in one batch and over many', async () => {
  const tiny = '0.000000000001';
  const nearMillion = '999999.999999999999';
  const huge = '99999999999999999999999999.999999999998';
  await report('plain', [tiny, nearMillion, nearMillion, '1000', '999.999999999999', '123456789.000000000001']);
  await report('plain', [nearMillion]);
  await report('plain', [nearMillion, tiny]);
  await report('signed', ['-999999.5', '-999999.5', '-123456789012.25', '5', huge]);
  const { creditUsage, auditLedger } = await seller.ask(QUERY);
  expect(auditLedger).toEqual({ ok: true, differences: [] });
  expect(creditUsage).toEqual({
    total: { credits: '127458793.999999999998', value: '99999999999999876668669782.749999999996', eventCount: 14 },
    edges: [
      { node: { groups: [{ value: 'plain' }], credits: '127458788.999999999998', value: '127458788.999999999998' } },
      { node: { groups: [{ value: 'signed' }], credits: '5', value: '99999999999999876541210993.749999999998' } },
    ],
  });
});

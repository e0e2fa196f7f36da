import { beforeAll, describe, expect, test } from '@jest/globals';
import { importCommand } from '../../src/cli/import';
import { asDecimal, NOVEMBER, TRACES, traceLines } from '../support/azure-trace';
import { testDatabase } from '../support/database';
import { testServer, type TestServer } from '../support/server';
import { onTerminal } from '../support/terminal';

let server: TestServer;

async function ask(document: string, variables: unknown = {}) {
  const { data, errors } = await server.graphql(document, variables);
  expect(errors).toBeUndefined();
  return data;
}

async function importTrace(trace: string): Promise<string> {
  const columns = ['--customer', 'azure', '--feature', 'code', '--timestamp-column', 'TIMESTAMP'];
  const args = [trace, ...columns, '--url', `${server.url}/graphql`, '--key', server.keys.WRITER];
  return (await onTerminal((terminal) => importCommand(terminal).parseAsync(args, { from: 'user' }))).out;
}

/** Independent of the program: whole ten-thousandths of a credit, straight from the text of the file. */
function independentSum(trace: string): { credits: string; events: number; byGeneratedTokens: Map<string, bigint> } {
  const lines = traceLines(trace);
  const byGeneratedTokens = new Map<string, bigint>();
  let sum = 0n;
  for (const { contextTokens, generatedTokens } of lines) {
    const cost = 25n * BigInt(contextTokens) + 100n * BigInt(generatedTokens);
    sum += cost;
    byGeneratedTokens.set(generatedTokens, (byGeneratedTokens.get(generatedTokens) ?? 0n) + cost);
  }
  return { credits: asDecimal(sum), events: lines.length, byGeneratedTokens };
}

function tenThousandths(amount: string): bigint {
  const [whole, fraction = ''] = amount.replace('-', '').split('.');
  expect(fraction.length).toBeLessThanOrEqual(4);
  return BigInt(whole! + fraction.padEnd(4, '0'));
}

describe.each(TRACES)('%s', (_name, trace) => {
  const expected = independentSum(trace);

  beforeAll(async () => {
    server = await testServer(await testDatabase());
    await ask(`mutation {
      createCurrency(input: { id: "credits", name: "Credits" }) { currency { id } }
      createFeature(input: { id: "code", name: "Code completion" }) { feature { id } }
      createPlan(input: { id: "trace", name: "Trace" }) { plan { id } }
      createPlanDraft(input: { planId: "trace" }) { planVersion { number } }
      setRate(input: { planId: "trace", version: 1, featureId: "code", currencyId: "credits", mode: FORMULA,
        formula: "0.0025 * ContextTokens + 0.01 * GeneratedTokens" }) { rate { id } }
      publishPlan(input: { planId: "trace", revision: 2, affects: { scope: ALL_CUSTOMERS } }) { publication { status } }
      createCustomer(input: { id: "azure", name: "Azure", planId: "trace", planValidFrom: "2023-11-01T00:00:00Z" }) { customer { id } }
      grantCredits(input: { customerId: "azure", currencyId: "credits", amount: "10000", category: PAID }) { grant { id } }
    }`);
    expect(await importTrace(trace)).toBe(`${expected.events} lines: ${expected.events} accepted, 0 already known, 0 refused.\n`);
  }, 120_000);

  test('the total of creditUsage is the independent sum to the last digit', async () => {
    const { creditUsage } = await ask(
      `query ($input: CreditUsageInput!) { creditUsage(input: $input, first: 1) { total { credits eventCount } edges { node { credits } } } }`,
      { input: { customerId: 'azure', currencyId: 'credits', groupBy: ['featureId'], ...NOVEMBER } },
    );
    expect(creditUsage).toEqual({
      total: { credits: expected.credits, eventCount: expected.events },
      edges: [{ node: { credits: expected.credits } }],
    });
  });

  test('what the ledger consumed, page by page, is the independent sum to the last digit', async () => {
    let after: string | null = null;
    let consumed = 0n;
    const events = new Set<string>();
    do {
      const {
        creditLedger,
      }: { creditLedger: { edges: { node: { amount: string; event: { id: string } } }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } } =
        await ask(
          `query ($after: String) {
          creditLedger(customerId: "azure", currencyId: "credits", kinds: [CONSUMED], first: 100, after: $after) {
            edges { node { amount event { id } } } pageInfo { hasNextPage endCursor }
          }
        }`,
          { after },
        );
      for (const { node } of creditLedger.edges) {
        consumed += tenThousandths(node.amount);
        events.add(node.event.id);
      }
      after = creditLedger.pageInfo.hasNextPage ? creditLedger.pageInfo.endCursor : null;
    } while (after !== null);
    expect(asDecimal(consumed)).toBe(expected.credits);
    expect(events.size).toBe(expected.events);
    const { creditBalance } = await ask(
      `{ creditBalance(input: { customerId: "azure", currencyId: "credits" }) { granted consumed balance overdraft } }`,
    );
    expect(creditBalance).toMatchObject({ granted: '10000', consumed: expected.credits });
  }, 120_000);

  test('a breakdown by feature and a dimension, paged by 5, walks all series exactly once', async () => {
    let after: string | null = null;
    const series = new Map<string, bigint>();
    let seriesSeen = 0;
    do {
      const { creditUsage }: { creditUsage: SeriesPage } = await ask(
        `query ($input: CreditUsageInput!, $after: String) {
          creditUsage(input: $input, first: 5, after: $after) {
            edges { node { credits groups { key value } } } pageInfo { hasNextPage endCursor } seriesCount
          }
        }`,
        { input: { customerId: 'azure', currencyId: 'credits', groupBy: ['featureId', 'GeneratedTokens'], ...NOVEMBER }, after },
      );
      expect(creditUsage.seriesCount).toBe(expected.byGeneratedTokens.size);
      for (const { node } of creditUsage.edges) {
        expect(node.groups.map(({ key }) => key)).toEqual(['featureId', 'GeneratedTokens']);
        expect(node.groups[0]!.value).toBe('code');
        series.set(String(node.groups[1]!.value), tenThousandths(node.credits));
        seriesSeen++;
      }
      after = creditUsage.pageInfo.hasNextPage ? creditUsage.pageInfo.endCursor : null;
    } while (after !== null);
    expect(seriesSeen).toBe(expected.byGeneratedTokens.size);
    expect(series).toEqual(expected.byGeneratedTokens);
  }, 120_000);

  test('a second import adds nothing, and the audit finds no difference', async () => {
    expect(await importTrace(trace)).toBe(`${expected.events} lines: 0 accepted, ${expected.events} already known, 0 refused.\n`);
    const { auditLedger } = await ask(`{ auditLedger(input: { customerId: "azure" }) { ok eventCount differences { kind detail } } }`);
    expect(auditLedger).toEqual({ ok: true, eventCount: expected.events, differences: [] });
  }, 120_000);
});

interface SeriesPage {
  readonly seriesCount: number;
  readonly edges: readonly { readonly node: { readonly credits: string; readonly groups: readonly { key: string; value: unknown }[] } }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}

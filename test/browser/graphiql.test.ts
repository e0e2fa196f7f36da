import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { chromium, type Browser, type Page, type Response } from 'playwright-core';
import { mutate, publishDraft } from '../support/catalog';
import { testDatabase } from '../support/database';
import { testServer, type TestServer } from '../support/server';

jest.setTimeout(180_000);

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const PAGE = join(__dirname, '../../dist/web/graphiql/index.html');
const missing = [!existsSync(CHROMIUM) && `no browser at ${CHROMIUM}`, !existsSync(PAGE) && 'GraphiQL is not built (npm run build)']
  .filter(Boolean)
  .join(', ');
const title = `GraphiQL in a browser${missing && ` — SKIPPED: ${missing}`}`;

(missing ? describe.skip : describe)(title, () => {
  let server: TestServer;
  let browser: Browser;
  let page: Page;
  /** Requests to anywhere else, blocked scripts and errors of the page. */
  const complaints: string[] = [];

  beforeAll(async () => {
    server = await testServer(await testDatabase());
    await server.graphql(
      'mutation { createCurrency(input: { id: "credits", name: "Credits", unitSingular: "credit", unitPlural: "credits" }) { currency { id } } }',
    );
    await server.graphql('mutation { createCustomer(input: { id: "brightwater", name: "Brightwater" }) { customer { id } } }');
    await server.graphql(
      'mutation { grantCredits(input: { customerId: "brightwater", currencyId: "credits", amount: "12.5", category: PAID }) { grant { id } } }',
    );
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-background-networking'] });
    page = await browser.newPage();
    page.on('request', (request) => request.url().startsWith(server.url) || complaints.push(`asked ${request.url().slice(0, 100)}`));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
  });

  afterAll(() => browser?.close());

  const open = async (hash = '') => {
    await page.goto(`${server.url}/graphiql${hash}`);
    await page.waitForSelector('.graphiql-execute-button');
  };
  const tab = (name: string) => page.getByRole('tab', { name, exact: true }).click();
  const headers = async () => {
    await page.getByRole('button', { name: 'Headers' }).click();
    return page.locator('.graphiql-editor-tool .view-lines:visible').innerText();
  };

  /** Clicks again where the page was not yet ready for it, as a person would. */
  async function answerTo(operationName: string): Promise<{ data: Record<string, unknown>; errors?: unknown }> {
    for (let click = 1; click <= 8; click += 1) {
      const isIt = (response: Response) => new RegExp(`(query|mutation) ${operationName}\\b`).test(response.request().postDataJSON()?.query);
      const answer = page.waitForResponse(isIt, { timeout: 5_000 }).catch(() => null);
      await page.click('.graphiql-execute-button');
      const response = await answer;
      if (response) return (await response.json()) as { data: Record<string, unknown> };
    }
    throw new Error(`GraphiQL never sent ${operationName}.`);
  }

  test('takes the key from the address, and wipes it from there', async () => {
    await open(`#key=${server.keys.ADMIN}`);
    expect(page.url()).toBe(`${server.url}/graphiql`);
    expect(await page.evaluate('localStorage.getItem("drawdown:api-key")')).toBe(server.keys.ADMIN);
  });

  test('opens with examples that can be run as they stand', async () => {
    expect(await page.getByRole('tab').allInnerTexts()).toEqual([
      'WhoSpentWhat',
      'BalanceAndGrants',
      'Ledger',
      'TryAFormula',
      'ReportUsage',
      'WatchUsage',
    ]);
    expect((await answerTo('WhoSpentWhat')).data).toMatchObject({ creditUsage: { seriesCount: 0 } });
    await tab('BalanceAndGrants');
    expect((await answerTo('BalanceAndGrants')).data).toMatchObject({ creditBalance: { balance: '12.5' } });
    await tab('Ledger');
    expect((await answerTo('Ledger')).data).toMatchObject({ creditLedger: { edges: [] } });
    await tab('TryAFormula');
    expect((await answerTo('TryAFormula')).data).toMatchObject({ previewFormula: { cost: '18' } });
  });

  test('shows what a subscription tells, over a WebSocket of the same server', async () => {
    await mutate(server, 'createFeature', { id: 'live', name: 'Live' }, 'feature { id }');
    await mutate(server, 'createPlan', { id: 'pro', name: 'Pro' }, 'plan { id }');
    await mutate(server, 'createPlanDraft', { planId: 'pro' }, 'planVersion { number }');
    const rate = { planId: 'pro', version: 1, featureId: 'live', currencyId: 'credits', mode: 'FLAT', creditsPerUnit: '0.125' };
    await mutate(server, 'setRate', rate, 'rate { id }');
    await publishDraft(server, 'pro');
    const assignment = { customerId: 'brightwater', planId: 'pro', validFrom: '2020-01-01T00:00:00Z' };
    await mutate(server, 'assignPlan', assignment, 'customer { id }');
    await tab('WatchUsage');
    const opened = page.waitForEvent('websocket');
    await page.click('.graphiql-execute-button');
    const socket = await opened;
    expect(socket.url()).toBe(`${server.url.replace('http', 'ws')}/graphql`);
    const shown = page.locator('.result-window').getByText('0.125').first().waitFor({ timeout: 60_000 });
    let isShown = false;
    void shown.then(() => (isShown = true));
    for (let count = 0; !isShown && count < 200; count += 1) {
      const report = { customerId: 'brightwater', featureId: 'live', idempotencyKey: `live-${count}`, dimensions: { user: `user-${count}` } };
      await mutate(server, 'reportUsage', report, 'duplicate');
      await page.waitForTimeout(200);
    }
    await shown;
    await page.click('.graphiql-execute-button');
  });

  test('uses the last key again at the next visit', async () => {
    await open();
    expect(await headers()).toContain(server.keys.ADMIN);
  });

  test('begins anew with a new key of the address', async () => {
    await page.goto('about:blank');
    await open(`#key=${server.keys.READER}`);
    expect(await headers()).toContain(server.keys.READER);
    expect(await page.getByRole('tab').count()).toBe(6);
  });

  test('loads nothing from anywhere else, breaks no rule of its page, and has no errors', () => expect(complaints).toEqual([]));
});

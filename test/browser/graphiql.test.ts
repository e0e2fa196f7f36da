import { expect, jest, test } from '@jest/globals';
import type { Response } from 'playwright-core';
import { inBrowser } from '../support/browser';
import { mutate, publishDraft } from '../support/catalog';
import { testDatabase } from '../support/database';
import { testServer, type TestServer } from '../support/server';

jest.setTimeout(180_000);

/** A customer with some credits. */
async function serve(): Promise<TestServer> {
  const server = await testServer(await testDatabase());
  await mutate(server, 'createCurrency', { id: 'credits', name: 'Credits', unitSingular: 'credit', unitPlural: 'credits' }, 'currency { id }');
  await mutate(server, 'createCustomer', { id: 'brightwater', name: 'Brightwater' }, 'customer { id }');
  await mutate(server, 'grantCredits', { customerId: 'brightwater', currencyId: 'credits', amount: '12.5', category: 'PAID' }, 'grant { id }');
  return server;
}

inBrowser('GraphiQL', { built: 'graphiql', serve }, (visit) => {
  const open = async (hash = '') => {
    await visit.page.goto(`${visit.server.url}/graphiql${hash}`);
    await visit.page.waitForSelector('.graphiql-execute-button');
  };
  const tab = (name: string) => visit.page.getByRole('tab', { name, exact: true }).click();
  const headers = async () => {
    await visit.page.getByRole('button', { name: 'Headers' }).click();
    return visit.page.locator('.graphiql-editor-tool .view-lines:visible').innerText();
  };

  /** Clicks again where the page was not yet ready for it, as a person would. */
  async function answerTo(operationName: string): Promise<{ data: Record<string, unknown>; errors?: unknown }> {
    for (let click = 1; click <= 8; click += 1) {
      const isIt = (response: Response) => new RegExp(`(query|mutation) ${operationName}\\b`).test(response.request().postDataJSON()?.query);
      const answer = visit.page.waitForResponse(isIt, { timeout: 5_000 }).catch(() => null);
      await visit.page.click('.graphiql-execute-button');
      const response = await answer;
      if (response) return (await response.json()) as { data: Record<string, unknown> };
    }
    throw new Error(`GraphiQL never sent ${operationName}.`);
  }

  test('takes the key from the address, and wipes it from there', async () => {
    await open(`#key=${visit.server.keys.ADMIN}`);
    expect(visit.page.url()).toBe(`${visit.server.url}/graphiql`);
    expect(await visit.page.evaluate('localStorage.getItem("drawdown:api-key")')).toBe(visit.server.keys.ADMIN);
  });

  test('opens with examples that can be run as they stand', async () => {
    expect(await visit.page.getByRole('tab').allInnerTexts()).toEqual([
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
    await mutate(visit.server, 'createFeature', { id: 'live', name: 'Live' }, 'feature { id }');
    await mutate(visit.server, 'createPlan', { id: 'pro', name: 'Pro' }, 'plan { id }');
    await mutate(visit.server, 'createPlanDraft', { planId: 'pro' }, 'planVersion { number }');
    const rate = { planId: 'pro', version: 1, featureId: 'live', currencyId: 'credits', mode: 'FLAT', creditsPerUnit: '0.125' };
    await mutate(visit.server, 'setRate', rate, 'rate { id }');
    await publishDraft(visit.server, 'pro');
    const assignment = { customerId: 'brightwater', planId: 'pro', validFrom: '2020-01-01T00:00:00Z' };
    await mutate(visit.server, 'assignPlan', assignment, 'customer { id }');
    await tab('WatchUsage');
    const opened = visit.page.waitForEvent('websocket');
    await visit.page.click('.graphiql-execute-button');
    const socket = await opened;
    expect(socket.url()).toBe(`${visit.server.url.replace('http', 'ws')}/graphql`);
    const shown = visit.page.locator('.result-window').getByText('0.125').first().waitFor({ timeout: 60_000 });
    let isShown = false;
    void shown.then(() => (isShown = true));
    for (let count = 0; !isShown && count < 200; count += 1) {
      const report = { customerId: 'brightwater', featureId: 'live', idempotencyKey: `live-${count}`, dimensions: { user: `user-${count}` } };
      await mutate(visit.server, 'reportUsage', report, 'duplicate');
      await visit.page.waitForTimeout(200);
    }
    await shown;
    await visit.page.click('.graphiql-execute-button');
  });

  test('uses the last key again at the next visit', async () => {
    await open();
    expect(await headers()).toContain(visit.server.keys.ADMIN);
  });

  test('begins anew with a new key of the address', async () => {
    await visit.page.goto('about:blank');
    await open(`#key=${visit.server.keys.READER}`);
    expect(await headers()).toContain(visit.server.keys.READER);
    expect(await visit.page.getByRole('tab').count()).toBe(6);
  });
});

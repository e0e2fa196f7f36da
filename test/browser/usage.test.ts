import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { browserTitle, demoServer, launchBrowser, pageProblems, watchedPage } from '../support/browser';
import { exporter } from '../support/exporter';
import { Seller } from '../support/seller';
import type { TestServer } from '../support/server';

jest.setTimeout(240_000);

const { title, isMissing } = browserTitle('the usage of the web app', 'app');

(isMissing ? describe.skip : describe)(title, () => {
  let server: TestServer;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    server = await demoServer();
    browser = await launchBrowser();
    ({ page, complaints } = await watchedPage(browser, server.url, { timezoneId: 'UTC' }));
  });

  afterAll(() => browser?.close());

  const usagePage = (search = '') => page.goto(`${server.url}/app/customers/brightwater/usage${search}#key=${server.keys.ADMIN}`);
  const table = (name: string) => page.getByRole('region', { name, exact: true });
  const rowTexts = async (name: string) => {
    await table(name).waitFor();
    return table(name).locator('tbody tr').allInnerTexts();
  };
  const asked = async (input: object) => {
    const { creditUsage } = await new Seller(server).ask(
      `query ($input: CreditUsageInput!) { creditUsage(input: $input, first: 10) { edges { node { groups { value } credits } } total { credits } seriesCount } }`,
      { input: { customerId: 'brightwater', currencyId: 'credits', ...input } },
    );
    return creditUsage;
  };
  const settled = () => page.locator('[aria-busy=true], .loading').first().waitFor({ state: 'detached' });

  test('breaks down by what is toggled, several keys at once, and its address says so', async () => {
    await usagePage();
    await page.getByRole('heading', { name: 'Brightwater Labs', level: 1 }).waitFor();
    await page.getByRole('button', { name: 'model', exact: true }).click();
    await page.getByRole('button', { name: 'user', exact: true }).click();
    await page.waitForURL(/by=model&by=user/);
    await page.getByRole('button', { name: 'user', exact: true, pressed: true }).waitFor();
    await settled();
    const { edges, seriesCount } = await asked({ groupBy: ['model', 'user'], timeZone: 'UTC' });
    const rows = await rowTexts('Series');
    expect(rows.length).toBe(Math.min(10, seriesCount));
    const first = edges[0].node.groups.map(({ value }: { value: string | null }) => value ?? 'none');
    expect(rows[0]).toContain(first[0]);
    expect(rows[0]).toContain(first[1]);
    expect(await pageProblems(page)).toEqual([]);
  });

  test('reorders keys by arrow keys', async () => {
    await page.getByRole('button', { name: 'user', exact: true, pressed: true }).focus();
    await page.keyboard.press('ArrowLeft');
    await page.waitForURL(/by=user&by=model/);
    expect(await page.evaluate('document.activeElement.textContent')).toBe('user');
  });

  test('keeps only what has a value that is clicked, and turns the filter round', async () => {
    await settled();
    await table('Series').getByRole('button', { name: 'atlas-large', exact: true }).first().click();
    await page.getByRole('button', { name: 'model is atlas-large: turn round' }).waitFor();
    await settled();
    for (const row of await rowTexts('Series')) expect(row).toContain('atlas-large');
    await page.getByRole('button', { name: 'model is atlas-large: turn round' }).click();
    await page.getByRole('button', { name: 'model is not atlas-large: turn round' }).waitFor();
    await settled();
    for (const row of await rowTexts('Series')) expect(row).not.toContain('atlas-large');
    await page.getByRole('button', { name: 'model is not atlas-large: take away' }).click();
    await page.waitForURL((url) => !url.search.includes('where'));
  });

  test('adds a filter from the values that there are', async () => {
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.getByLabel('Key').selectOption('user');
    await page.getByLabel('Value').fill('maya');
    expect(await pageProblems(page)).toEqual([]);
    await page.getByRole('button', { name: 'Add filter' }).click();
    await page.getByRole('button', { name: 'user is maya: take away' }).click();
    await page.waitForURL((url) => !url.search.includes('where'));
  });

  test('goes from page to page and back, orders by a head, and is the same after a reload', async () => {
    await settled();
    const first = await rowTexts('Series');
    await page.getByRole('link', { name: 'Next' }).click();
    await page.waitForURL(/after=/);
    await settled();
    const second = await rowTexts('Series');
    expect(second).not.toEqual(first);
    await page.reload();
    expect(await rowTexts('Series')).toEqual(second);
    await page.getByRole('link', { name: 'Previous' }).click();
    await page.waitForURL(/before=/);
    await settled();
    expect(await rowTexts('Series')).toEqual(first);
    await page.getByRole('link', { name: 'Events', exact: true }).click();
    await page.waitForURL(/sort=-events/);
  });

  test('leads from credits to the ledger entries behind them', async () => {
    await usagePage('?by=model');
    await settled();
    await page
      .getByRole('button', { name: /^Entries of/ })
      .first()
      .click();
    await page.getByRole('dialog').waitFor();
    await table('Ledger entries').waitFor();
    expect(await table('Ledger entries').locator('tbody tr').count()).toBeGreaterThan(5);
    expect(await pageProblems(page)).toEqual([]);
    await page.getByRole('button', { name: 'Explain' }).first().click();
    await page.getByText('Balance afterwards').waitFor();
    expect(await pageProblems(page)).toEqual([]);
    const shared = page.url();
    await page.getByRole('button', { name: 'Next', exact: true }).click();
    await page.waitForURL(/entries=/);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.goto(shared);
    await table('Ledger entries').waitFor();
    await page.keyboard.press('Escape');
  });

  test('says by keyboard what a column of the chart is made of', async () => {
    await usagePage('?by=model');
    await settled();
    const chart = page.getByRole('application');
    await chart.focus();
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowLeft');
    expect(await page.locator('.chart-said').innerText()).toMatch(/Total/);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'All usage' }).waitFor();
    await page.keyboard.press('Escape');
  });

  test('shows the numbers of the chart by time, which are those of the API', async () => {
    await usagePage('?by=model&view=time');
    const rows = await rowTexts('Series by time');
    expect(rows.length).toBeGreaterThanOrEqual(28);
    expect(await pageProblems(page)).toEqual([]);
    await table('Series by time').getByRole('button').first().click();
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
  });

  test('compares with the range before, and the parts of the change add up', async () => {
    await usagePage('?by=featureId&view=compare&range=LAST_WEEK');
    expect((await rowTexts('Changes of series')).length).toBeGreaterThan(2);
    await page.getByText('By volume').waitFor();
    expect(await pageProblems(page)).toEqual([]);
  });

  test('exports all of what is shown, the same as the API', async () => {
    await usagePage('?by=model&by=user');
    await settled();
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export CSV' }).click()]);
    const input = { customerId: 'brightwater', groupBy: ['model', 'user'], timeZone: 'UTC' };
    const same = await exporter(server).usage({ input });
    expect(readFileSync((await file.path())!, 'utf8')).toBe(same.text);
    expect(file.suggestedFilename()).toMatch(/^credit-usage_brightwater_credits_.+\.csv$/);
  });

  test('shows new usage without a reload', async () => {
    await usagePage('?by=featureId');
    await page.getByText('Live', { exact: true }).waitFor();
    const events = page.locator('.fact', { hasText: 'Events' }).locator('dd');
    const before = Number((await events.innerText()).replace(/\D/g, ''));
    await new Seller(server).report('brightwater', 'web-search', { dimensions: { user: 'maya' } });
    await page
      .locator('.fact', { hasText: 'Events' })
      .getByText((before + 1).toLocaleString('en'), { exact: true })
      .waitFor();
    expect(Number((await events.innerText()).replace(/\D/g, ''))).toBe(before + 1);
  });

  test('has a row for each of 744 hours', async () => {
    const day = (daysAgo: number) => new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);
    await usagePage(`?by=user&interval=HOUR&view=time&from=${day(30)}&to=${day(0)}`);
    expect((await rowTexts('Series by time')).length).toBe(744);
  });

  test('says what cannot be asked', async () => {
    await usagePage('?interval=QUARTER_HOUR&range=LAST_YEAR');
    await page.getByText('This could not be loaded').waitFor();
    expect(complaints.splice(0)).toEqual([]);
  });

  test('is also about all customers', async () => {
    await page.goto(`${server.url}/app/usage?by=customerId#key=${server.keys.READER}`);
    expect((await rowTexts('Series')).length).toBe(10);
    expect(await pageProblems(page)).toEqual([]);
  });

  test('loads nothing from anywhere else, breaks no rule of its page, and has no errors', () => expect(complaints).toEqual([]));
});

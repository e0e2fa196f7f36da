import { readFileSync } from 'node:fs';
import { expect, jest, test } from '@jest/globals';
import { inBrowser, pageProblems } from '../support/browser';
import { exporter } from '../support/exporter';
import { Seller } from '../support/seller';

jest.setTimeout(240_000);

inBrowser('the usage of the web app', { timezoneId: 'UTC' }, (visit) => {
  const usagePage = (search = '') => visit.page.goto(`${visit.server.url}/app/customers/brightwater/usage${search}#key=${visit.server.keys.ADMIN}`);
  const table = (name: string) => visit.page.getByRole('region', { name, exact: true });
  const rowTexts = async (name: string) => {
    await table(name).waitFor();
    return table(name).locator('tbody tr').allInnerTexts();
  };
  const asked = async (input: object) => {
    const { creditUsage } = await new Seller(visit.server).ask(
      `query ($input: CreditUsageInput!) { creditUsage(input: $input, first: 10) { edges { node { groups { value } credits } } total { credits } seriesCount } }`,
      { input: { customerId: 'brightwater', currencyId: 'credits', ...input } },
    );
    return creditUsage;
  };
  const settled = () => visit.page.locator('[aria-busy=true], .loading').first().waitFor({ state: 'detached' });

  test('breaks down by what is toggled, several keys at once, and its address says so', async () => {
    await usagePage();
    await visit.page.getByRole('heading', { name: 'Brightwater Labs', level: 1 }).waitFor();
    await visit.page.getByRole('button', { name: 'model', exact: true }).click();
    await visit.page.getByRole('button', { name: 'user', exact: true }).click();
    await visit.page.waitForURL(/by=model&by=user/);
    await visit.page.getByRole('button', { name: 'user', exact: true, pressed: true }).waitFor();
    await settled();
    const { edges, seriesCount } = await asked({ groupBy: ['model', 'user'], timeZone: 'UTC' });
    const rows = await rowTexts('Series');
    expect(rows.length).toBe(Math.min(10, seriesCount));
    const first = edges[0].node.groups.map(({ value }: { value: string | null }) => value ?? 'none');
    expect(rows[0]).toContain(first[0]);
    expect(rows[0]).toContain(first[1]);
    expect(await pageProblems(visit.page)).toEqual([]);
  });

  test('reorders keys by arrow keys', async () => {
    await visit.page.getByRole('button', { name: 'user', exact: true, pressed: true }).focus();
    await visit.page.keyboard.press('ArrowLeft');
    await visit.page.waitForURL(/by=user&by=model/);
    expect(await visit.page.evaluate('document.activeElement.textContent')).toBe('user');
  });

  test('keeps only what has a value that is clicked, and turns the filter round', async () => {
    await settled();
    await table('Series').getByRole('button', { name: 'atlas-large', exact: true }).first().click();
    await visit.page.getByRole('button', { name: 'model is atlas-large: turn round' }).waitFor();
    await settled();
    for (const row of await rowTexts('Series')) expect(row).toContain('atlas-large');
    await visit.page.getByRole('button', { name: 'model is atlas-large: turn round' }).click();
    await visit.page.getByRole('button', { name: 'model is not atlas-large: turn round' }).waitFor();
    await settled();
    for (const row of await rowTexts('Series')) expect(row).not.toContain('atlas-large');
    await visit.page.getByRole('button', { name: 'model is not atlas-large: take away' }).click();
    await visit.page.waitForURL((url) => !url.search.includes('where'));
  });

  test('adds a filter from the values that there are', async () => {
    await visit.page.getByRole('button', { name: 'Filter', exact: true }).click();
    await visit.page.getByLabel('Key').selectOption('user');
    await visit.page.getByLabel('Value').fill('maya');
    expect(await pageProblems(visit.page)).toEqual([]);
    await visit.page.getByRole('button', { name: 'Add filter' }).click();
    await visit.page.getByRole('button', { name: 'user is maya: take away' }).click();
    await visit.page.waitForURL((url) => !url.search.includes('where'));
  });

  test('goes from page to page and back, orders by a head, and is the same after a reload', async () => {
    await settled();
    const first = await rowTexts('Series');
    await visit.page.getByRole('link', { name: 'Next' }).click();
    await visit.page.waitForURL(/after=/);
    await settled();
    const second = await rowTexts('Series');
    expect(second).not.toEqual(first);
    await visit.page.reload();
    expect(await rowTexts('Series')).toEqual(second);
    await visit.page.getByRole('link', { name: 'Previous' }).click();
    await visit.page.waitForURL(/before=/);
    await settled();
    expect(await rowTexts('Series')).toEqual(first);
    await visit.page.getByRole('link', { name: 'Events', exact: true }).click();
    await visit.page.waitForURL(/sort=-events/);
  });

  test('leads from credits to the ledger entries behind them', async () => {
    await usagePage('?by=model');
    await settled();
    await visit.page
      .getByRole('button', { name: /^Entries of/ })
      .first()
      .click();
    await visit.page.getByRole('dialog').waitFor();
    await table('Ledger entries').waitFor();
    expect(await table('Ledger entries').locator('tbody tr').count()).toBeGreaterThan(5);
    expect(await pageProblems(visit.page)).toEqual([]);
    await visit.page.getByRole('button', { name: 'Explain' }).first().click();
    await visit.page.getByRole('heading', { name: 'Paid by' }).waitFor();
    expect(await pageProblems(visit.page)).toEqual([]);
    const shared = visit.page.url();
    await visit.page.getByRole('button', { name: 'Next', exact: true }).click();
    await visit.page.waitForURL(/entries=/);
    await visit.page.keyboard.press('Escape');
    await visit.page.getByRole('dialog').waitFor({ state: 'detached' });
    await visit.page.goto(shared);
    await table('Ledger entries').waitFor();
    await visit.page.keyboard.press('Escape');
  });

  test('says by keyboard what a column of the chart is made of', async () => {
    await usagePage('?by=model');
    await settled();
    const chart = visit.page.getByRole('application');
    await chart.focus();
    await visit.page.keyboard.press('End');
    await visit.page.keyboard.press('ArrowLeft');
    expect(await visit.page.locator('.chart-said').innerText()).toMatch(/Total/);
    await visit.page.keyboard.press('Enter');
    await visit.page.getByRole('dialog', { name: 'All usage' }).waitFor();
    await visit.page.keyboard.press('Escape');
  });

  test('shows the numbers of the chart by time, which are those of the API', async () => {
    await usagePage('?by=model&view=time');
    const rows = await rowTexts('Series by time');
    expect(rows.length).toBeGreaterThanOrEqual(28);
    expect(await pageProblems(visit.page)).toEqual([]);
    await table('Series by time').getByRole('button').first().click();
    await visit.page.getByRole('dialog').waitFor();
    await visit.page.keyboard.press('Escape');
  });

  test('compares with the range before, and the parts of the change add up', async () => {
    await usagePage('?by=featureId&view=compare&range=LAST_WEEK');
    expect((await rowTexts('Changes of series')).length).toBeGreaterThan(2);
    await visit.page.getByText('By volume').waitFor();
    await visit.page.getByText(/, so far$/).waitFor();
    expect(await pageProblems(visit.page)).toEqual([]);
  });

  test('exports all of what is shown, the same as the API', async () => {
    await usagePage('?by=model&by=user');
    await settled();
    const [file] = await Promise.all([visit.page.waitForEvent('download'), visit.page.getByRole('button', { name: 'Export CSV' }).click()]);
    const input = { customerId: 'brightwater', groupBy: ['model', 'user'], timeZone: 'UTC' };
    const same = await exporter(visit.server).usage({ input });
    expect(readFileSync((await file.path())!, 'utf8')).toBe(same.text);
    expect(file.suggestedFilename()).toMatch(/^credit-usage_brightwater_credits_.+\.csv$/);
  });

  test('shows new usage without a reload', async () => {
    await usagePage('?by=featureId');
    await visit.page.getByText('Live', { exact: true }).waitFor();
    const events = visit.page.locator('.fact', { hasText: 'Events' }).locator('dd');
    const before = Number((await events.innerText()).replace(/\D/g, ''));
    await new Seller(visit.server).report('brightwater', 'web-search', { dimensions: { user: 'maya' } });
    await visit.page
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
    await visit.page.getByText('This could not be loaded').waitFor();
    expect(visit.complaints.splice(0)).toEqual([]);
  });

  test('is of one currency where there are several, and of another at a choice', async () => {
    await visit.server.graphql('mutation { createCurrency(input: { id: "images", name: "Images" }) { currency { id } } }');
    await usagePage('?by=model');
    expect((await rowTexts('Series')).length).toBeGreaterThan(2);
    expect(await visit.page.getByLabel('Currency').count()).toBe(0); // the customer has credits of one
    await new Seller(visit.server).grant('brightwater', '10', { currencyId: 'images' });
    await visit.page.reload();
    expect((await rowTexts('Series')).length).toBeGreaterThan(2);
    await visit.page.getByLabel('Currency').selectOption('Images');
    await visit.page.getByText('No usage in this range').waitFor();
    expect(await pageProblems(visit.page)).toEqual([]);
  });

  test('is also about all customers', async () => {
    await visit.page.goto(`${visit.server.url}/app/usage?by=customerId#key=${visit.server.keys.READER}`);
    expect((await rowTexts('Series')).length).toBe(10);
    expect(await pageProblems(visit.page)).toEqual([]);
  });

  test('says customers and features by their names, in filters too', async () => {
    await table('Series').getByRole('button', { name: 'Brightwater Labs', exact: true }).click();
    await visit.page.getByRole('button', { name: 'Customer is Brightwater Labs: take away' }).waitFor();
    await visit.page.waitForURL(/where=.*brightwater/);
    await settled();
  });

  test('says that an export failed, in a place where nothing moves for it', async () => {
    const failure = { errors: [{ message: 'Something went wrong.', extensions: { code: 'INTERNAL', kind: 'BUG', requestId: 'req-1' } }] };
    await visit.page.route('**/export/**', (route) => route.fulfill({ status: 500, json: failure }));
    const before = await table('Series').boundingBox();
    await visit.page.getByRole('button', { name: 'Export CSV' }).click();
    await visit.page.getByRole('alert').getByText('req-1').waitFor();
    expect(await pageProblems(visit.page)).toEqual([]);
    expect(await table('Series').boundingBox()).toEqual(before);
    await visit.page.getByRole('alert').getByRole('button', { name: 'Close' }).click();
    await visit.page.unroute('**/export/**');
    visit.complaints.splice(0);
  });

  test('shows an answer on the first screen of a telephone, and what is asked behind a line', async () => {
    await visit.page.setViewportSize({ width: 360, height: 780 });
    await usagePage('?by=model&by=user');
    const facts = (await visit.page.locator('.facts').boundingBox())!;
    expect(facts.y + facts.height).toBeLessThan(780);
    expect(await visit.page.getByRole('button', { name: 'Filter', exact: true }).count()).toBe(0);
    await visit.page.getByRole('button', { name: 'By model, user', expanded: false }).click();
    await visit.page.getByRole('button', { name: 'Filter', exact: true }).click();
    await visit.page.getByRole('dialog').waitFor();
    expect(await pageProblems(visit.page)).toEqual([]);
  });
});

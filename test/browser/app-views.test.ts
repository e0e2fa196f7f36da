import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { browserTitle, demoServer, launchBrowser, pageProblems, watchedPage } from '../support/browser';
import { testDatabase } from '../support/database';
import { testServer, type TestServer } from '../support/server';

jest.setTimeout(300_000);

const { title, isMissing } = browserTitle('the views of the web app', 'app');

(isMissing ? describe.skip : describe)(title, () => {
  let server: TestServer;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    server = await demoServer();
    browser = await launchBrowser();
    ({ page, complaints } = await watchedPage(browser, server.url));
    await page.goto(`${server.url}/app/features#key=${server.keys.ADMIN}`);
    await page.getByRole('heading', { name: 'Features', level: 1 }).waitFor();
  });

  afterAll(() => browser?.close());

  const open = async (path: string, heading: string) => {
    await page.goto(`${server.url}/app${path}`);
    await page.getByRole('heading', { name: heading, level: 1, exact: true }).waitFor();
  };
  const firstRow = () => page.getByRole('row').nth(1).innerText();

  test('customers: by spend, by balance, and found by a part of the name', async () => {
    await open('/customers', 'Customers');
    await page.getByText('10 customers').waitFor();
    expect(await firstRow()).toContain('Dune Media');
    await page.getByRole('link', { name: 'Balance' }).click();
    await page.getByRole('row').nth(1).getByText('Evergreen Legal').waitFor();
    expect(await firstRow()).toContain('Overdrawn');
    expect(page.url()).toContain('sort=balance');
    await page.getByLabel('Find by name or id').fill('bright');
    await page.getByText('1 customer', { exact: true }).waitFor();
    expect(await firstRow()).toContain('brightwater');
    expect(await pageProblems(page)).toEqual([]);
  });

  test('credits: the balance to the last digit, grants as they burn, granted and voided after a second look', async () => {
    await open('/customers/brightwater/credits', 'Brightwater Labs');
    const balance = async () => (await server.graphql(BALANCE)).data.creditBalance.balance as string;
    const shown = (amount: string) => amount.replace(/\B(?<!\..*)(?=(\d{3})+(?!\d))/g, ',');
    await page
      .locator('.pool-amount')
      .getByText(shown(await balance()), { exact: true })
      .waitFor();
    await page.getByRole('cell', { name: 'first', exact: true }).waitFor();
    expect(await pageProblems(page)).toEqual([]);
    await page.getByRole('button', { name: 'Grant credits' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Amount').fill('12.5.0');
    await dialog.getByLabel('Reason').fill('An apology');
    await dialog.getByRole('button', { name: 'Review' }).click();
    await dialog.getByRole('button', { name: 'Grant credits' }).click();
    expect(await dialog.getByLabel('Amount').getAttribute('aria-invalid')).toBe('true');
    const before = await balance();
    await dialog.getByLabel('Amount').fill('1,000.25');
    await dialog.getByRole('button', { name: 'Review' }).click();
    await dialog.getByRole('button', { name: 'Grant credits' }).click();
    await page.getByText('1,000.25 were granted to Brightwater Labs.').waitFor();
    expect(await balance()).not.toBe(before);
    await page.getByRole('button', { name: 'Void An apology' }).click();
    await dialog.getByRole('button', { name: 'Void grant' }).click();
    await page.getByText('The grant was voided.').waitFor();
    expect(await balance()).toBe(before);
  });

  test('ledger: an entry leads to its formula, each value and each step, at an address of its own; and all of it is verified', async () => {
    await open('/customers/brightwater/ledger?kind=CONSUMED', 'Brightwater Labs');
    await page.getByRole('button', { name: 'Calculation' }).first().click();
    await page.getByText('Step by step').waitFor();
    await page.reload();
    await page.getByText('Step by step').waitFor();
    await page.getByRole('heading', { name: 'Paid by' }).waitFor();
    expect(await pageProblems(page)).toEqual([]);
    await page.getByRole('link', { name: 'Next' }).click();
    await page.getByRole('link', { name: 'Previous' }).waitFor();
    await page.getByRole('button', { name: 'Verify ledger' }).click();
    await page.getByText('Everything adds up.').waitFor();
  });

  test('features, currencies and keys: made, changed, archived and revoked, with what is wrong beside its field', async () => {
    await open('/currencies?dialog=new', 'Currencies');
    await page.getByLabel('Name').fill('Images');
    await page.getByLabel('Id').fill('not an id');
    await page.getByRole('button', { name: 'Create currency' }).click();
    await page.locator('.field-problem').first().waitFor();
    await page.getByLabel('Id').fill('images');
    await page.getByRole('button', { name: 'Create currency' }).click();
    await page.getByText('Currency images was created.').waitFor();
    expect(await pageProblems(page)).toEqual([]);
    await page.getByRole('button', { name: 'Archive Images' }).click();
    await page.getByRole('button', { name: 'Archive currency' }).click();
    await page.getByText('Currency images was archived.').waitFor();
    await open('/api-keys?dialog=new', 'API keys');
    await page.getByLabel('Name').fill('Reporter');
    await page.getByRole('button', { name: 'Create key' }).click();
    const secret = await page.getByRole('region', { name: 'Secret' }).innerText();
    expect((await server.graphql('{ viewer { role } }', {}, secret)).data).toEqual({ viewer: { role: 'WRITER' } });
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByRole('button', { name: 'Revoke Reporter' }).click();
    await page.getByRole('button', { name: 'Revoke key' }).click();
    await page.getByText('The key was revoked.').waitFor();
    expect(await pageProblems(page)).toEqual([]);
  });

  test('a reader sees no forms, and a customer with a token sees its own pages alone', async () => {
    const { page: reader } = await watchedPage(browser, server.url);
    await reader.goto(`${server.url}/app/customers/brightwater/credits#key=${server.keys.READER}`);
    await reader.getByRole('heading', { name: 'Grants' }).waitFor();
    expect(await reader.getByRole('button', { name: /Grant credits|Void/ }).count()).toBe(0);
    await reader.context().close();
    const { token } = (await server.graphql('mutation { createCustomerToken(input: { customerId: "brightwater" }) { token } }')).data
      .createCustomerToken;
    const { page: own, complaints: ownComplaints } = await watchedPage(browser, server.url);
    await own.goto(`${server.url}/app/#token=${token}`);
    await own.getByRole('heading', { name: 'Brightwater Labs', level: 1 }).waitFor();
    await own.getByRole('heading', { name: 'Grants' }).waitFor();
    expect(await own.getByRole('navigation', { name: 'Main' }).getByRole('link').allInnerTexts()).toEqual(['Credits', 'Usage', 'Ledger']);
    await own.goto(`${server.url}/app/customers/dune-media/credits`);
    await own.getByText('There is no such customer').waitFor();
    expect(ownComplaints).toEqual([]);
    await own.context().close();
  });

  test('an empty environment is led to its first charge', async () => {
    const empty = await testServer(await testDatabase());
    const { page: first, complaints: firstComplaints } = await watchedPage(browser, empty.url);
    await first.goto(`${empty.url}/app/customers#key=${empty.keys.ADMIN}`);
    await first.getByRole('link', { name: 'Get started' }).last().click();
    await first.getByRole('button', { name: 'Create currency' }).click();
    await first.getByRole('button', { name: 'Create feature' }).waitFor();
    await first.getByLabel('Name').fill('Chat');
    await first.getByRole('button', { name: 'Create feature' }).click();
    await first.getByText('Step by step').waitFor();
    expect(await pageProblems(first)).toEqual([]);
    await first.getByRole('button', { name: 'Publish' }).click();
    await first.getByRole('button', { name: 'Create customer' }).click();
    await first.getByRole('button', { name: 'Grant credits' }).click();
    await first.getByRole('button', { name: 'Report this event' }).click();
    await first.getByLabel('The charge').getByText('Step by step').waitFor();
    const { data } = await empty.graphql('{ creditBalance(input: { customerId: "acme", currencyId: "credits" }) { balance } }');
    expect(data).toEqual({ creditBalance: { balance: '994' } });
    expect(firstComplaints).toEqual([]);
  });

  test('load nothing from anywhere else, break no rule of their page, and have no errors', () => expect(complaints).toEqual([]));
});

const BALANCE = '{ creditBalance(input: { customerId: "brightwater", currencyId: "credits" }) { balance } }';

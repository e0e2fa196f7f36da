import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { browserTitle, demoServer, launchBrowser, pageProblems, watchedPage } from '../support/browser';
import { mutate } from '../support/catalog';
import type { TestServer } from '../support/server';

jest.setTimeout(240_000);

const { title, isMissing } = browserTitle('plans', 'app');

const NEW_FORMULA = 'round(input_tokens * 0.002, 2) + 1';

(isMissing ? describe.skip : describe)(title, () => {
  let server: TestServer;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    server = await demoServer();
    browser = await launchBrowser();
    ({ page, complaints } = await watchedPage(browser, server.url, { viewport: { width: 1440, height: 1000 } }));
    await page.goto(`${server.url}/app/plans#key=${server.keys.ADMIN}`);
  });

  afterAll(() => browser?.close());

  const heading = (name: string | RegExp) => page.getByRole('heading', { name, level: 1 }).waitFor();
  const editor = () => page.getByRole('textbox', { name: 'Formula' });
  const remarks = () => page.getByRole('list', { name: 'Problems of the formula' });

  /** As one types it: brackets and quotes close themselves, and what is typed goes over them. */
  async function type(formula: string): Promise<void> {
    await editor().click();
    await page.keyboard.press('Control+a');
    await page.keyboard.type(formula);
    await page.keyboard.press('Escape');
  }

  async function costOf(idempotencyKey: string, dimensions: object, timestamp?: Date): Promise<string> {
    const report = { customerId: 'brightwater', featureId: 'chat-completion', idempotencyKey, dimensions, ...(timestamp && { timestamp }) };
    const { event } = await mutate(server, 'reportUsage', report, 'event { charge { cost } }');
    return event.charge.cost;
  }

  test('are listed, and lead to their prices and publications', async () => {
    await heading('Plans');
    expect(await pageProblems(page)).toEqual([]);
    await page.getByRole('link', { name: 'Pro', exact: true }).click();
    await heading('Pro');
    await page.getByRole('cell', { name: '0.35 credits per search', exact: true }).waitFor();
    await page.getByRole('cell', { name: 'All customers' }).nth(1).waitFor();
    expect(await pageProblems(page)).toEqual([]);
  });

  test('show the prices of an older version at an address of its own', async () => {
    await page.getByRole('region', { name: 'Publications' }).getByRole('link', { name: 'Version 1', exact: true }).click();
    await page.getByText('Version 1 is not what new customers are charged by.').waitFor();
    await page.reload();
    await page.getByRole('cell', { name: '3.5 credits per image', exact: true }).waitFor();
  });

  test('are edited in a draft, whose formula is checked while it is typed', async () => {
    await page.goto(`${server.url}/app/plans/pro`);
    await page.getByRole('button', { name: 'Edit prices' }).click();
    await page.getByText('Draft of version 3').waitFor();
    await page.getByRole('link', { name: 'Edit the price of Chat completion' }).click();
    await heading('Chat completion');
    await type('round(input_tokens * 0.002, 2) + outptt("x")');
    await remarks().getByText('There is no function outptt.').waitFor();
    expect(await page.locator('.cm-lintRange-error').innerText()).toBe('outptt');
    expect(await editor().getAttribute('aria-invalid')).toBe('true');
    await page.getByText('There is no result until the problems of the formula are solved.').waitFor();
    await type('input_tokens - 5000');
    await page.locator('.cm-lintRange-warning').first().waitFor();
    expect(await editor().getAttribute('aria-invalid')).toBe('false');
    await type(NEW_FORMULA);
    await remarks().getByText('can be negative').waitFor({ state: 'detached' });
    expect(await page.locator('.cm-lintRange-error').count()).toBe(0);
  });

  test('offer the dimensions that were seen and the functions, and let Tab leave the field', async () => {
    await type('outp');
    await editor().press('End');
    await page.keyboard.press('Control+Space');
    const options = page.getByRole('listbox').getByRole('option');
    await options.getByText('output_tokens').waitFor();
    // What is pressed at once was not meant for the list.
    await page.waitForTimeout(300);
    await page.keyboard.press('Enter');
    expect(await editor().innerText()).toBe('output_tokens');
    await type(NEW_FORMULA);
    await editor().press('Tab');
    expect(await page.evaluate('document.activeElement.shadowRoot === null')).toBe(true);
  });

  test('show at once what real events and events of one’s own would cost, step by step', async () => {
    const panel = page.getByRole('region', { name: 'Try it' });
    await panel.getByRole('radio').nth(1).check();
    await panel.getByText('It was charged').waitFor();
    await panel.getByRole('button', { name: 'Values of your own' }).click();
    await panel.getByLabel('input_tokens').fill('1250');
    await panel.locator('.tried-cost').getByText('3.5').waitFor();
    await panel.getByText('input_tokens * 0.002', { exact: true }).waitFor();
    expect(await panel.locator('.steps li').last().innerText()).toMatch(/= 3\.5$/);
    await panel.getByRole('button', { name: 'Recent events' }).click();
    expect(await pageProblems(page)).toEqual([]);
  });

  test('hold back whoever would leave with unsaved changes', async () => {
    await page.getByText('There are unsaved changes.').waitFor();
    await page.getByRole('link', { name: 'Plans' }).first().click();
    await page.getByRole('heading', { name: 'Leave without saving?' }).waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    expect(new URL(page.url()).pathname).toBe('/app/plans/pro/features/chat-completion');
    expect(await editor().innerText()).toBe(NEW_FORMULA);
  });

  test('tell that someone else has changed the draft, and go on from there', async () => {
    const theirs = { planId: 'pro', version: 3, featureId: 'web-search', currencyId: 'credits', mode: 'FLAT', creditsPerUnit: '0.4' };
    await mutate(server, 'setRate', theirs, 'rate { id }');
    await page.getByRole('button', { name: 'Save to draft' }).click();
    await page.getByText('Someone else has changed the draft while you were editing.').waitFor();
    await page.getByRole('button', { name: 'Keep mine, on top of it' }).click();
    await page.getByRole('button', { name: 'Save to draft' }).click();
    await page.getByText('All changes are saved.').waitFor();
  });

  test('are reviewed: every difference in words, and the back-test on real usage', async () => {
    await page.getByRole('link', { name: 'Review and publish' }).click();
    await heading('Review version 3');
    await page.getByText('The price rises from 0.35 to 0.4 (+14.3 %).').waitFor();
    await page.getByText('it no longer depends on cached_tokens, output_tokens and model').waitFor();
    await page.getByRole('button', { name: 'Run back-test' }).click();
    await page.getByText('Would be charged').waitFor();
    await page.getByRole('img', { name: /^Customers by the change of their charges/ }).waitFor();
    await page.getByRole('region', { name: 'Biggest movers in Credits' }).getByText('Brightwater Labs').waitFor();
    await page.getByText('Grants that would have run out').first().waitFor();
    expect(await pageProblems(page)).toEqual([]);
  });

  test('are published only as they were reviewed', async () => {
    await page.getByRole('link', { name: 'Publish …' }).click();
    await heading('Publish version 3');
    expect(await pageProblems(page)).toEqual([]);
    const theirs = { planId: 'pro', version: 3, featureId: 'web-search', currencyId: 'credits', mode: 'FLAT', creditsPerUnit: '0.5' };
    await mutate(server, 'setRate', theirs, 'rate { id }');
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await page.getByText('The draft has changed since you reviewed it.').waitFor();
    await page.getByRole('link', { name: 'Review it again' }).click();
    await page.getByText('The price rises from 0.35 to 0.5').waitFor();
    await page.getByText('The draft has changed since: run it again').waitFor();
  });

  test('charge by the new version once it is published, and late usage by the old one', async () => {
    const dimensions = { model: 'atlas', input_tokens: 1250, output_tokens: 100 };
    const before = new Date();
    await page.getByRole('link', { name: 'Publish …' }).click();
    await page.getByRole('radio', { name: /All customers/ }).check();
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await heading('Pro');
    await page.getByText('Version 3 in force', { exact: true }).waitFor();
    expect(await costOf('new', dimensions)).toBe('3.5');
    expect(await costOf('late', dimensions, before)).toBe('0.825');
  });

  test('are scheduled for some customers, and taken back', async () => {
    await page.getByRole('link', { name: 'Publish version 2 again' }).click();
    await heading('Publish version 2');
    await page.getByRole('radio', { name: /Some customers/ }).check();
    await page.getByLabel('Customer', { exact: true }).fill('brightwater');
    await page.getByRole('button', { name: 'Add' }).click();
    await page.getByRole('radio', { name: /From an instant/ }).check();
    await page.getByLabel('Instant', { exact: true }).fill('2099-01-01T00:00');
    await page.getByRole('button', { name: 'Schedule' }).click();
    const publications = page.getByRole('region', { name: 'Publications' });
    await publications.getByText('Scheduled').waitFor();
    await publications.getByRole('link', { name: 'Brightwater Labs' }).waitFor();
    await publications.getByRole('button', { name: 'Cancel the publication of version 2' }).click();
    await page.getByRole('button', { name: 'Cancel publication' }).click();
    await publications.getByText('Cancelled', { exact: true }).waitFor();
  });

  test('are only read by those who may not change them', async () => {
    const { page: reader, complaints: readerComplaints } = await watchedPage(browser, server.url);
    await reader.goto(`${server.url}/app/plans/pro#key=${server.keys.READER}`);
    await reader.getByText('Version 3 in force', { exact: true }).waitFor();
    expect(await reader.getByRole('button', { name: 'Edit prices' }).count()).toBe(0);
    await reader.goto(`${server.url}/app/plans/pro/features/chat-completion`);
    await reader.getByText('Prices are edited with an administrator’s key.').waitFor();
    expect(readerComplaints).toEqual([]);
    await reader.context().close();
  });

  test('load nothing from anywhere else, break no rule of their page, and have no errors', () => expect(complaints).toEqual([]));
});

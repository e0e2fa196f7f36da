import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { browserTitle, demoServer, launchBrowser, pageProblems, watchedPage } from '../support/browser';
import type { TestServer } from '../support/server';

jest.setTimeout(180_000);

const { title, isMissing } = browserTitle('the web app', 'app');

(isMissing ? describe.skip : describe)(title, () => {
  let server: TestServer;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    server = await demoServer();
    browser = await launchBrowser();
    ({ page, complaints } = await watchedPage(browser, server.url));
  });

  afterAll(() => browser?.close());

  const heading = (name: string) => page.getByRole('heading', { name, level: 1, exact: true }).waitFor();

  test('asks for a key, refuses one that the server does not know, and shows what was asked for with one that it knows', async () => {
    await page.goto(`${server.url}/app/features`);
    expect(await pageProblems(page)).toEqual([]);
    await page.getByLabel('API key').fill('dd_unknown');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('The server does not know this key.').waitFor();
    expect(complaints.splice(0)).toEqual([expect.stringContaining('401')]);
    await page.getByLabel('API key').fill(server.keys.ADMIN);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await heading('Features');
    expect(page.url()).toBe(`${server.url}/app/features`);
  });

  test('takes the key from the address, wipes it from there, and keeps it for the tab alone', async () => {
    const { page: fresh } = await watchedPage(browser, server.url);
    await fresh.goto(`${server.url}/app/features?archived=shown#key=${server.keys.READER}`);
    await fresh.getByText('Reader', { exact: true }).waitFor();
    expect(fresh.url()).toBe(`${server.url}/app/features?archived=shown`);
    expect(await fresh.evaluate('JSON.stringify(localStorage)')).toBe('{}');
    await fresh.reload();
    await fresh.getByText('Reader', { exact: true }).waitFor();
    await fresh.context().close();
  });

  test('signs out when asked to, and then shows nothing any more', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in to Drawdown' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Sign in to Drawdown' }).waitFor();
    await page.goto(`${server.url}/app/features#key=${server.keys.ADMIN}`);
    await heading('Features');
  });

  test('is reached by keyboard: past the navigation by the first link, and with the focus in what opens', async () => {
    await page.goto(`${server.url}/app/features`);
    await heading('Features');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    await page.getByRole('button', { name: 'New feature' }).press('Enter');
    await page.getByRole('dialog').waitFor();
    expect(await page.evaluate('document.activeElement.labels[0].textContent')).toBe('Name');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.evaluate('document.activeElement.textContent')).toBe('New feature');
  });

  test('changes its colours when asked to, and remembers', async () => {
    const background = () => page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
    const before = await background();
    await page.getByRole('button', { name: 'Dark' }).click();
    expect(await background()).not.toBe(before);
    await page.reload();
    await heading('Features');
    expect(await background()).not.toBe(before);
    await page.getByRole('button', { name: 'As the system' }).click();
    expect(await background()).toBe(before);
  });

  test('says so where there is no view at an address', async () => {
    await page.goto(`${server.url}/app/no/such/view`);
    await page.getByText('There is no view at this address').waitFor();
    expect(await pageProblems(page)).toEqual([]);
  });

  test('comes with a policy that allows nothing from anywhere else and no text as script or style', async () => {
    const { headers } = await fetch(`${server.url}/app/features`);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'");
    expect(headers.get('content-security-policy')).not.toContain('unsafe');
    expect(headers.get('cache-control')).toBe('no-cache');
  });

  test('loads nothing from anywhere else, breaks no rule of its page, and has no errors', () => expect(complaints).toEqual([]));
});

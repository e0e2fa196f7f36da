import { expect, jest, test } from '@jest/globals';
import { inBrowser, pageProblems, watchedPage } from '../support/browser';

jest.setTimeout(180_000);

inBrowser('the web app', {}, (visit) => {
  const heading = (name: string) => visit.page.getByRole('heading', { name, level: 1, exact: true }).waitFor();

  test('asks for a key, refuses one that the server does not know, and shows what was asked for with one that it knows', async () => {
    await visit.page.goto(`${visit.server.url}/app/features`);
    expect(await pageProblems(visit.page)).toEqual([]);
    await visit.page.getByLabel('API key').fill('dd_unknown');
    await visit.page.getByRole('button', { name: 'Sign in' }).click();
    await visit.page.getByText('The server does not know this key.').waitFor();
    expect(visit.complaints.splice(0)).toEqual([expect.stringContaining('401')]);
    await visit.page.getByLabel('API key').fill(visit.server.keys.ADMIN);
    await visit.page.getByRole('button', { name: 'Sign in' }).click();
    await heading('Features');
    expect(visit.page.url()).toBe(`${visit.server.url}/app/features`);
  });

  test('takes the key from the address, wipes it from there, and keeps it for the tab alone', async () => {
    const { page: fresh } = await watchedPage(visit.browser, visit.server.url);
    await fresh.goto(`${visit.server.url}/app/features?archived=shown#key=${visit.server.keys.READER}`);
    await fresh.getByText('Reader', { exact: true }).waitFor();
    expect(fresh.url()).toBe(`${visit.server.url}/app/features?archived=shown`);
    expect(await fresh.evaluate('JSON.stringify(localStorage)')).toBe('{}');
    await fresh.reload();
    await fresh.getByText('Reader', { exact: true }).waitFor();
    await fresh.context().close();
  });

  test('tells who comes by a link that has ended to ask for another, and asks for no key', async () => {
    const { page: late } = await watchedPage(visit.browser, visit.server.url);
    await late.goto(`${visit.server.url}/app/#token=ended`);
    await late.getByRole('heading', { name: 'This link is not valid any more' }).waitFor();
    expect(await late.getByLabel('API key').count()).toBe(0);
    expect(await pageProblems(late)).toEqual([]);
    await late.getByRole('button', { name: 'Sign in with an API key' }).click();
    await late.getByLabel('API key').waitFor();
    await late.context().close();
  });

  test('signs out when asked to, and then shows nothing any more', async () => {
    await visit.page.getByRole('button', { name: 'Sign out' }).click();
    await visit.page.getByRole('heading', { name: 'Sign in to Drawdown' }).waitFor();
    await visit.page.reload();
    await visit.page.getByRole('heading', { name: 'Sign in to Drawdown' }).waitFor();
    await visit.page.goto(`${visit.server.url}/app/features#key=${visit.server.keys.ADMIN}`);
    await heading('Features');
  });

  test('is reached by keyboard: past the navigation by the first link, and with the focus in what opens', async () => {
    await visit.page.goto(`${visit.server.url}/app/features`);
    await heading('Features');
    await visit.page.keyboard.press('Tab');
    expect(await visit.page.evaluate('document.activeElement.textContent')).toBe('Skip to content');
    await visit.page.keyboard.press('Enter');
    expect(await visit.page.evaluate('document.activeElement.id')).toBe('main');
    await visit.page.getByRole('button', { name: 'New feature' }).press('Enter');
    await visit.page.getByRole('dialog').waitFor();
    expect(await visit.page.evaluate('document.activeElement.labels[0].textContent')).toBe('Name');
    await visit.page.keyboard.press('Escape');
    await visit.page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await visit.page.evaluate('document.activeElement.textContent')).toBe('New feature');
  });

  test('changes its colours when asked to, and remembers', async () => {
    const background = () => visit.page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
    const before = await background();
    await visit.page.getByRole('button', { name: 'Dark' }).click();
    expect(await background()).not.toBe(before);
    await visit.page.reload();
    await heading('Features');
    expect(await background()).not.toBe(before);
    await visit.page.getByRole('button', { name: 'As the system' }).click();
    expect(await background()).toBe(before);
  });

  test('says so where there is no view at an address', async () => {
    await visit.page.goto(`${visit.server.url}/app/no/such/view`);
    await visit.page.getByText('There is no page at this address').waitFor();
    expect(await pageProblems(visit.page)).toEqual([]);
  });

  test('comes with a policy that allows nothing from anywhere else and no text as script or style', async () => {
    const { headers } = await fetch(`${visit.server.url}/app/features`);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'");
    expect(headers.get('content-security-policy')).not.toContain('unsafe');
    expect(headers.get('cache-control')).toBe('no-cache');
  });
});

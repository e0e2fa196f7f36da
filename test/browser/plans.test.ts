import { beforeAll, expect, jest, test } from '@jest/globals';
import { inBrowser, pageProblems, typeFormula, watchedPage } from '../support/browser';
import { mutate } from '../support/catalog';

jest.setTimeout(240_000);

const NEW_FORMULA = 'round(input_tokens * 0.002, 2) + 1';

inBrowser('plans', { viewport: { width: 1440, height: 1000 } }, (visit) => {
  beforeAll(() => visit.page.goto(`${visit.server.url}/app/plans#key=${visit.server.keys.ADMIN}`).then(() => undefined));

  const heading = (name: string | RegExp) => visit.page.getByRole('heading', { name, level: 1 }).waitFor();
  const editor = () => visit.page.getByRole('textbox', { name: 'Formula' });
  const remarks = () => visit.page.getByRole('list', { name: 'Problems of the formula' });

  const type = (formula: string) => typeFormula(visit.page, formula);

  async function costOf(idempotencyKey: string, dimensions: object, timestamp?: Date): Promise<string> {
    const report = { customerId: 'brightwater', featureId: 'chat-completion', idempotencyKey, dimensions, ...(timestamp && { timestamp }) };
    const { event } = await mutate(visit.server, 'reportUsage', report, 'event { charge { cost } }');
    return event.charge.cost;
  }

  test('are listed, and lead to their prices and publications', async () => {
    await heading('Plans');
    expect(await pageProblems(visit.page)).toEqual([]);
    await visit.page.getByRole('link', { name: 'Pro', exact: true }).click();
    await heading('Pro');
    await visit.page.getByRole('cell', { name: '0.35 credits per search', exact: true }).waitFor();
    await visit.page.getByRole('cell', { name: 'All customers' }).nth(1).waitFor();
    expect(await pageProblems(visit.page)).toEqual([]);
  });

  test('show the prices of an older version at an address of its own', async () => {
    await visit.page.getByRole('region', { name: 'Publications' }).getByRole('link', { name: 'Version 1', exact: true }).click();
    await visit.page.getByText('Version 1 is not what new customers are charged by.').waitFor();
    await visit.page.reload();
    await visit.page.getByRole('cell', { name: '3.5 credits per image', exact: true }).waitFor();
  });

  test('are edited in a draft, whose formula is checked while it is typed', async () => {
    await visit.page.goto(`${visit.server.url}/app/plans/pro`);
    await visit.page.getByRole('button', { name: 'Edit prices' }).click();
    await visit.page.getByText('Draft of version 3', { exact: true }).waitFor();
    await visit.page.getByRole('link', { name: 'Edit the price of Chat completion' }).click();
    await heading('Chat completion');
    await type('round(input_tokens * 0.002, 2) + outptt("x")');
    await remarks().getByText('There is no function outptt.').waitFor();
    expect(await visit.page.locator('.cm-lintRange-error').innerText()).toBe('outptt');
    expect(await editor().getAttribute('aria-invalid')).toBe('true');
    await visit.page.getByText('There is no result until the problems of the formula are solved.').waitFor();
    await type('input_tokens - 5000');
    await visit.page.locator('.cm-lintRange-warning').first().waitFor();
    expect(await editor().getAttribute('aria-invalid')).toBe('false');
    await type(NEW_FORMULA);
    await remarks().getByText('can be negative').waitFor({ state: 'detached' });
    expect(await visit.page.locator('.cm-lintRange-error').count()).toBe(0);
  });

  test('offer the dimensions that were seen and the functions, and let Tab leave the field', async () => {
    await type('outp');
    await editor().press('End');
    await visit.page.keyboard.press('Control+Space');
    const options = visit.page.getByRole('listbox').getByRole('option');
    await options.getByText('output_tokens').waitFor();
    // What is pressed at once was not meant for the list.
    await visit.page.waitForTimeout(300);
    await visit.page.keyboard.press('Enter');
    expect(await editor().innerText()).toBe('output_tokens');
    await type(NEW_FORMULA);
    await editor().press('Tab');
    expect(await visit.page.evaluate('document.activeElement.shadowRoot === null')).toBe(true);
  });

  test('show at once what real events and events of one’s own would cost, step by step', async () => {
    const panel = visit.page.getByRole('region', { name: 'Try it' });
    await panel.getByRole('radio').nth(1).check();
    await panel.getByText('It was charged').waitFor();
    await panel.getByRole('button', { name: 'Values of your own' }).click();
    await panel.getByLabel('input_tokens').fill('1250');
    await panel.locator('.tried-cost').getByText('3.5').waitFor();
    await panel.getByText('input_tokens * 0.002', { exact: true }).waitFor();
    expect(await panel.locator('.steps li').last().innerText()).toMatch(/= 3\.5$/);
    await panel.getByRole('button', { name: 'Recent events' }).click();
    expect(await pageProblems(visit.page)).toEqual([]);
  });

  test('hold back whoever would leave with unsaved changes', async () => {
    await visit.page.getByText('There are unsaved changes.').waitFor();
    await visit.page.getByRole('link', { name: 'Plans' }).first().click();
    await visit.page.getByRole('heading', { name: 'Leave without saving?' }).waitFor();
    await visit.page.getByRole('dialog').getByRole('button', { name: 'Keep editing' }).click();
    expect(new URL(visit.page.url()).pathname).toBe('/app/plans/pro/features/chat-completion');
    expect(await editor().innerText()).toBe(NEW_FORMULA);
  });

  test('are told what is wrong with a flat price while it is typed', async () => {
    const { page: other, complaints } = await watchedPage(visit.browser, visit.server.url);
    await other.goto(`${visit.server.url}/app/plans/pro/features/web-search#key=${visit.server.keys.ADMIN}`);
    const price = other.getByLabel(/^Credits per/);
    const problem = other.getByText(/^must be a number of at least 0/i);
    for (const wrong of ['1,0x', '-1', '0.1234567890123']) {
      await price.fill(wrong);
      await problem.waitFor();
      expect(await price.getAttribute('aria-invalid')).toBe('true');
      await price.fill('0.4');
      await problem.waitFor({ state: 'detached' });
    }
    await price.fill('1,5');
    await other.getByText('There is no result until the price is right.').waitFor();
    expect(await pageProblems(other)).toEqual([]);
    expect(complaints).toEqual([]);
    await other.context().close();
  });

  test('tell that someone else has changed the draft, and go on from there', async () => {
    const theirs = { planId: 'pro', version: 3, featureId: 'web-search', currencyId: 'credits', mode: 'FLAT', creditsPerUnit: '0.4' };
    await mutate(visit.server, 'setRate', theirs, 'rate { id }');
    await visit.page.getByRole('button', { name: 'Save to draft' }).click();
    await visit.page.getByText('Someone else has changed the draft while you were editing.').waitFor();
    await visit.page.getByRole('button', { name: 'Keep mine' }).click();
    await visit.page.getByRole('button', { name: 'Save to draft' }).click();
    await visit.page.getByText('All changes are saved.').waitFor();
  });

  test('are kept with tests: out of real events, and with what must come of them', async () => {
    const tests = visit.page.getByRole('region', { name: 'Tests' });
    await tests.getByText(/^Suggested from real events/).waitFor();
    await tests.getByRole('button', { name: 'Add the test typical' }).click();
    await tests.getByRole('button', { name: 'Remove the test typical' }).waitFor();
    await tests.getByLabel('Name of the test').fill('A wrong one');
    await tests.getByLabel('Credits').fill('0.5');
    await tests.getByRole('button', { name: 'Add test' }).click();
    await tests.getByText(/^Fails: /).waitFor();
    await tests.getByText('Passes').waitFor();
    expect(await pageProblems(visit.page)).toEqual([]);
  });

  test('are not published while a test fails', async () => {
    await visit.page.getByRole('link', { name: 'Review and publish' }).click();
    await visit.page.getByRole('heading', { name: '1 problem blocks publishing' }).waitFor();
    const line = visit.page.getByRole('region', { name: 'Tests of the draft' }).getByRole('row').nth(1);
    await line.getByText('Fails').waitFor();
    expect(await line.innerText()).toMatch(/A wrong one\s+Chat completion\s+0\.5\s/);
    expect(await visit.page.getByRole('link', { name: 'Publish …' }).count()).toBe(0);
    await visit.page.goto(visit.page.url().replace('/review', '/publish'));
    await visit.page.getByRole('button', { name: 'Publish', exact: true }).click();
    const refusal = visit.page.getByRole('alert');
    await refusal.getByText('Chat completion, test 2: "A wrong one" gives').waitFor();
    expect(await pageProblems(visit.page)).toEqual([]);
    await refusal.getByRole('link', { name: 'Chat completion' }).click();
    await visit.page.getByRole('button', { name: 'Remove the test A wrong one' }).click();
    await visit.page.getByRole('button', { name: 'Remove the test A wrong one' }).waitFor({ state: 'detached' });
  });

  test('are reviewed: every difference in words, and the back-test on real usage', async () => {
    await visit.page.getByRole('link', { name: 'Review and publish' }).click();
    await heading('Review version 3');
    await visit.page.getByText('The price rises from 0.35 to 0.4 (+14.3 %).').waitFor();
    await visit.page.getByText('it no longer depends on cached_tokens, output_tokens and model').waitFor();
    await visit.page.getByRole('button', { name: 'Run back-test' }).click();
    await visit.page.getByText('Would be charged').waitFor();
    await visit.page.getByRole('img', { name: /^Customers by the change of their charges/ }).waitFor();
    await visit.page.getByRole('region', { name: 'Biggest movers in Credits' }).getByText('Brightwater Labs').waitFor();
    await visit.page.getByText('Grants that would have run out').first().waitFor();
    expect(await pageProblems(visit.page)).toEqual([]);
  });

  test('are published only as they were reviewed', async () => {
    await visit.page.getByRole('link', { name: 'Publish …' }).click();
    await heading('Publish version 3');
    expect(await pageProblems(visit.page)).toEqual([]);
    const theirs = { planId: 'pro', version: 3, featureId: 'web-search', currencyId: 'credits', mode: 'FLAT', creditsPerUnit: '0.5' };
    await mutate(visit.server, 'setRate', theirs, 'rate { id }');
    await visit.page.getByRole('button', { name: 'Publish', exact: true }).click();
    await visit.page.getByText('The draft has changed since you reviewed it.').waitFor();
    await visit.page.getByRole('link', { name: 'Review it again' }).click();
    await visit.page.getByText('The price rises from 0.35 to 0.5').waitFor();
    await visit.page.getByText('The draft has changed since: run it again').waitFor();
  });

  test('charge by the new version once it is published, and late usage by the old one', async () => {
    const dimensions = { model: 'atlas', input_tokens: 1250, output_tokens: 100 };
    const before = new Date();
    await visit.page.getByRole('link', { name: 'Publish …' }).click();
    await visit.page.getByRole('radio', { name: /All customers/ }).check();
    await visit.page.getByRole('button', { name: 'Publish', exact: true }).click();
    await heading('Pro');
    await visit.page.getByText('Version 3 in force', { exact: true }).waitFor();
    const publications = visit.page.getByRole('region', { name: 'Publications' });
    await publications.getByRole('row', { name: /^Version 3 In force/ }).waitFor();
    expect(await publications.getByRole('cell', { name: 'Replaced', exact: true }).count()).toBe(2);
    expect(await costOf('new', dimensions)).toBe('3.5');
    expect(await costOf('late', dimensions, before)).toBe('0.825');
  });

  test('are scheduled for some customers, and taken back', async () => {
    await mutate(visit.server, 'createCustomer', { id: 'elsewhere', name: 'Elsewhere' }, 'customer { id }');
    await mutate(
      visit.server,
      'createCustomer',
      { id: 'soon', name: 'Soon', planId: 'pro', planValidFrom: '2098-01-01T00:00:00Z' },
      'customer { id }',
    );
    await visit.page.getByRole('link', { name: 'Publish version 2 again' }).click();
    await heading('Publish version 2');
    await visit.page.getByRole('radio', { name: /Some customers/ }).check();
    await visit.page.getByLabel('Customer', { exact: true }).fill('brightwater, nobody');
    await visit.page.getByRole('button', { name: 'Add' }).click();
    await visit.page.getByText('No customer has the id nobody.').waitFor();
    await visit.page.getByText('1 customer of the plan is affected.').waitFor();
    expect(await visit.page.getByRole('button', { name: 'Publish', exact: true }).isDisabled()).toBe(true);
    await visit.page.getByLabel('Customer', { exact: true }).fill('elsewhere');
    await visit.page.getByRole('button', { name: 'Add' }).click();
    const picked = visit.page.getByRole('list', { name: 'Customers that are affected' });
    await picked.getByText('not on Pro').waitFor();
    await visit.page.getByText('Version 2 will charge 1 customer from now on.').waitFor();
    await visit.page.getByLabel('Customer', { exact: true }).fill('soon');
    await visit.page.getByRole('button', { name: 'Add' }).click();
    await visit.page.getByText('2 customers of the plan are affected.').waitFor();
    expect(await picked.getByText('not on Pro').count()).toBe(1);
    await picked.getByRole('button', { name: 'Leave out Soon' }).click();
    await picked.getByRole('button', { name: 'Leave out Brightwater Labs' }).click();
    await visit.page.getByText('This customer is not on Pro, so no charge changes until it comes onto it.').waitFor();
    await visit.page.getByText('Version 2 will charge 0 customers from now on.').waitFor();
    expect(await pageProblems(visit.page)).toEqual([]);
    await picked.getByRole('button', { name: 'Leave out Elsewhere' }).click();
    await visit.page.getByLabel('Customer', { exact: true }).fill('brightwater');
    await visit.page.getByRole('button', { name: 'Add' }).click();
    await visit.page.getByRole('radio', { name: /At a later time/ }).check();
    await visit.page.getByLabel('Starts at', { exact: true }).fill('2099-01-01T00:00');
    await visit.page.getByRole('button', { name: 'Schedule' }).click();
    const publications = visit.page.getByRole('region', { name: 'Publications' });
    await publications.getByRole('cell', { name: 'Scheduled', exact: true }).waitFor();
    await publications.getByRole('link', { name: 'Brightwater Labs' }).waitFor();
    await visit.page.getByText('Version 2 from 1 Jan 2099', { exact: true }).waitFor();
    await publications.getByRole('button', { name: 'Cancel the publication of version 2' }).click();
    await visit.page.getByRole('dialog', { name: 'Cancel the publication of version 2?' }).waitFor();
    await visit.page.getByRole('button', { name: 'Cancel publication' }).click();
    await publications.getByRole('cell', { name: 'Cancelled', exact: true }).waitFor();
  });

  test('are only read by those who may not change them', async () => {
    const { page: reader, complaints: readerComplaints } = await watchedPage(visit.browser, visit.server.url);
    await reader.goto(`${visit.server.url}/app/plans/pro#key=${visit.server.keys.READER}`);
    await reader.getByText('Version 3 in force', { exact: true }).waitFor();
    expect(await reader.getByRole('button', { name: 'Edit prices' }).count()).toBe(0);
    await reader.goto(`${visit.server.url}/app/plans/pro/features/chat-completion`);
    await reader.getByText('Prices are edited with an administrator’s key.').waitFor();
    expect(readerComplaints).toEqual([]);
    await reader.context().close();
  });
});

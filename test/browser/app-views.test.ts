import { beforeAll, expect, jest, test } from '@jest/globals';
import { inBrowser, pageProblems, typeFormula, watchedPage } from '../support/browser';
import { codeOf, tryMutation } from '../support/catalog';
import { testDatabase } from '../support/database';
import { testServer } from '../support/server';

jest.setTimeout(300_000);

inBrowser('the views of the web app', {}, (visit) => {
  beforeAll(async () => {
    await visit.page.goto(`${visit.server.url}/app/features#key=${visit.server.keys.ADMIN}`);
    await visit.page.getByRole('heading', { name: 'Features', level: 1 }).waitFor();
  });

  const open = async (path: string, heading: string) => {
    await visit.page.goto(`${visit.server.url}/app${path}`);
    await visit.page.getByRole('heading', { name: heading, level: 1, exact: true }).waitFor();
  };
  const firstRow = () => visit.page.getByRole('row').nth(1).innerText();

  test('customers: by spend, by balance, and found by a part of the name', async () => {
    await open('/customers', 'Customers');
    await visit.page.getByText('10 customers').waitFor();
    expect(await firstRow()).toContain('Dune Media');
    await visit.page.getByRole('link', { name: 'Balance' }).click();
    await visit.page.getByRole('row').nth(1).getByText('Evergreen Legal').waitFor();
    expect(await firstRow()).toContain('Overdrawn');
    expect(visit.page.url()).toContain('sort=balance');
    await visit.page.getByLabel('Find by name or id').fill('bright');
    await visit.page.getByText('1 customer, lowest balance first').waitFor();
    expect(await firstRow()).toContain('brightwater');
    expect(await pageProblems(visit.page)).toEqual([]);
  });

  test('credits: the balance to the last digit, grants as they burn, granted and voided after a second look', async () => {
    await open('/customers/brightwater/credits', 'Brightwater Labs');
    const balance = async () => (await visit.server.graphql(BALANCE)).data.creditBalance.balance as string;
    const shown = (amount: string) => amount.replace(/\B(?<!\..*)(?=(\d{3})+(?!\d))/g, ',');
    await visit.page
      .locator('.pool-amount')
      .getByText(shown(await balance()), { exact: true })
      .waitFor();
    await visit.page.getByRole('cell', { name: '1', exact: true }).waitFor();
    expect(await pageProblems(visit.page)).toEqual([]);
    await visit.page.getByRole('button', { name: 'Grant credits' }).click();
    const dialog = visit.page.getByRole('dialog');
    await dialog.getByLabel('Amount').fill('12.5.0');
    await dialog.getByLabel('Reason').fill('An apology');
    await dialog.getByRole('button', { name: 'Review' }).click();
    await dialog.getByRole('button', { name: 'Grant credits' }).click();
    expect(await dialog.getByLabel('Amount').getAttribute('aria-invalid')).toBe('true');
    const before = await balance();
    await dialog.getByLabel('Amount').fill('1,000.25');
    await dialog.getByRole('button', { name: 'Review' }).click();
    await dialog.getByRole('button', { name: 'Grant credits' }).click();
    await visit.page.getByText('1,000.25 were granted to Brightwater Labs.').waitFor();
    expect(await balance()).not.toBe(before);
    await visit.page.getByRole('button', { name: 'Void An apology' }).click();
    await dialog.getByRole('button', { name: 'Void grant' }).click();
    await visit.page.getByText('The grant was voided.').waitFor();
    expect(await balance()).toBe(before);
  });

  test('ledger: an entry leads to its formula, each value and each step, at an address of its own; and all of it is verified', async () => {
    await open('/customers/brightwater/ledger?kind=CONSUMED', 'Brightwater Labs');
    await visit.page.getByRole('button', { name: 'Calculation' }).first().click();
    await visit.page.getByText('Step by step').waitFor();
    await visit.page.reload();
    await visit.page.getByText('Step by step').waitFor();
    await visit.page.getByRole('heading', { name: 'Paid by' }).waitFor();
    expect(await pageProblems(visit.page)).toEqual([]);
    await visit.page.getByRole('link', { name: 'Next' }).click();
    await visit.page.getByRole('link', { name: 'Previous' }).waitFor();
    await visit.page.getByRole('button', { name: 'Verify ledger' }).click();
    await visit.page.getByText('Everything adds up.').waitFor();
  });

  test('ledger: what one grant was given and paid is found by choosing it', async () => {
    await open('/customers/brightwater/ledger', 'Brightwater Labs');
    await visit.page.getByLabel('Grant', { exact: true }).selectOption({ index: 1 });
    await visit.page.waitForURL(/grant=/);
    const grantId = new URL(visit.page.url()).searchParams.get('grant');
    await visit.page.getByLabel('Kind').selectOption('Granted');
    await visit.page.locator('.loading').first().waitFor({ state: 'detached' });
    const { data } = await visit.server.graphql(GRANTED, { grantId });
    const granted = data.creditLedger.edges[0].node.amount as string;
    await visit.page.getByText(`+${Number(granted).toLocaleString('en')}`, { exact: true }).waitFor();
    const entries = visit.page.getByRole('region', { name: 'Ledger entries' }).locator('tbody tr');
    await entries.nth(1).waitFor({ state: 'detached' }); // those of all kinds stay until the answer comes
    expect(await entries.count()).toBe(1);
    expect(await pageProblems(visit.page)).toEqual([]);
  });

  test('ledger: a feature is chosen by its name, one that is not there is said to be missing, and the filters can be removed', async () => {
    await open('/customers/brightwater/ledger', 'Brightwater Labs');
    await visit.page.getByLabel('Feature', { exact: true }).selectOption('Web search');
    await visit.page.waitForURL(/feature=web-search/);
    await open('/customers/brightwater/ledger?feature=nothing', 'Brightwater Labs');
    await visit.page.getByText('No feature has the id nothing.').waitFor();
    expect(await pageProblems(visit.page)).toEqual([]);
    await visit.page.getByRole('button', { name: 'Remove filters' }).last().click();
    await visit.page.getByRole('region', { name: 'Ledger entries' }).waitFor();
  });

  test('dimensions: inferred from traffic, declared after a look, held to from then on, and taken back', async () => {
    await open('/features', 'Features');
    await visit.page.getByRole('link', { name: 'Web search', exact: true }).click();
    const declared = visit.page.getByRole('region', { name: 'Declared dimensions' });
    await declared.getByText('Nothing is declared').waitFor();
    await visit.page.getByRole('button', { name: 'Declare user' }).click();
    const dialog = visit.page.getByRole('dialog');
    expect(await dialog.getByLabel('Name', { exact: true }).inputValue()).toBe('user');
    await dialog.getByLabel('Allowed values').fill('maya\nmaya');
    await dialog.getByRole('button', { name: 'Declare' }).click();
    await dialog.getByRole('alert').waitFor();
    await dialog.getByLabel('Allowed values').fill('maya\nsam');
    await dialog.getByLabel('Description').fill('Who searched.');
    expect(await pageProblems(visit.page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Declare' }).click();
    await visit.page.getByText('Dimension user was declared.').waitFor();
    await declared.getByText('Who searched.').waitFor();
    const report = (idempotencyKey: string) =>
      tryMutation(visit.server, 'reportUsage', {
        customerId: 'brightwater',
        featureId: 'web-search',
        idempotencyKey,
        dimensions: { user: 'nobody' },
      });
    expect(codeOf(await report('held'))).toBe('DIMENSION_NOT_ALLOWED');
    expect(await pageProblems(visit.page)).toEqual([]);
    await declared.getByRole('button', { name: 'Take back user' }).click();
    await visit.page.getByRole('dialog').getByRole('button', { name: 'Take back' }).click();
    await visit.page.getByText('The declaration of user was taken back.').waitFor();
    await declared.getByText('Nothing is declared').waitFor();
    expect(codeOf(await report('free'))).toBeUndefined();
  });

  test('features, currencies and keys: made, changed, archived and revoked, with what is wrong beside its field', async () => {
    await open('/currencies?dialog=new', 'Currencies');
    await visit.page.getByLabel('Name').fill('Images');
    await visit.page.getByLabel('Id').fill('not an id');
    await visit.page.getByRole('button', { name: 'Create currency' }).click();
    await visit.page.locator('.field-problem').first().waitFor();
    await visit.page.getByLabel('Id').fill('images');
    await visit.page.getByRole('button', { name: 'Create currency' }).click();
    await visit.page.getByText('Currency images was created.').waitFor();
    expect(await pageProblems(visit.page)).toEqual([]);
    await visit.page.getByRole('button', { name: 'Archive Images' }).click();
    await visit.page.getByRole('dialog', { name: 'Archive Images?' }).getByRole('button', { name: 'Archive currency' }).click();
    await visit.page.getByText('Currency images was archived.').waitFor();
    await open('/api-keys?dialog=new', 'API keys');
    await visit.page.getByLabel('Name').fill('Reporter');
    await visit.page.getByRole('button', { name: 'Create key' }).click();
    const secret = await visit.page.getByRole('region', { name: 'Secret' }).innerText();
    expect((await visit.server.graphql('{ viewer { role } }', {}, secret)).data).toEqual({ viewer: { role: 'WRITER' } });
    await visit.page.getByRole('button', { name: 'I have copied it' }).click();
    await visit.page.getByRole('button', { name: 'Revoke Reporter' }).click();
    await visit.page.getByRole('dialog', { name: 'Revoke Reporter?' }).getByRole('button', { name: 'Revoke key' }).click();
    await visit.page.getByText('The key was revoked.').waitFor();
    expect(await pageProblems(visit.page)).toEqual([]);
  });

  test('a reader sees no forms and can sign in with another key, and a customer with a token sees its own pages alone', async () => {
    const { page: reader } = await watchedPage(visit.browser, visit.server.url);
    await reader.goto(`${visit.server.url}/app/customers/brightwater/credits#key=${visit.server.keys.READER}`);
    await reader.getByRole('heading', { name: 'Grants' }).waitFor();
    expect(await reader.getByRole('button', { name: /Grant credits|Void/ }).count()).toBe(0);
    await reader.goto(`${visit.server.url}/app/api-keys`);
    await reader.getByText('You do not have permission to see this').waitFor();
    await reader.getByRole('button', { name: 'Sign in with another key' }).click();
    await reader.getByLabel('API key').fill(visit.server.keys.ADMIN);
    await reader.keyboard.press('Enter');
    await reader.getByRole('button', { name: 'New key' }).waitFor();
    await reader.context().close();
    const { token } = (await visit.server.graphql('mutation { createCustomerToken(input: { customerId: "brightwater" }) { token } }')).data
      .createCustomerToken;
    const { page: own, complaints: ownComplaints } = await watchedPage(visit.browser, visit.server.url);
    await own.goto(`${visit.server.url}/app/#token=${token}`);
    await own.getByRole('heading', { name: 'Brightwater Labs', level: 1 }).waitFor();
    await own.getByRole('heading', { name: 'Grants' }).waitFor();
    expect(await own.getByRole('navigation', { name: 'Main' }).getByRole('link').allInnerTexts()).toEqual(['Credits', 'Usage', 'Ledger']);
    await own.goto(`${visit.server.url}/app/customers/dune-media/credits`);
    await own.getByText('This is not your own').waitFor();
    expect(await own.getByRole('navigation', { name: 'Of this customer' }).count()).toBe(0);
    await own.getByRole('link', { name: 'To your own credits' }).click();
    await own.getByRole('heading', { name: 'Grants' }).waitFor();
    await own.goto(`${visit.server.url}/app/usage`);
    await own.waitForURL(/\/customers\/brightwater\/usage$/);
    await own.getByText('Breakdown', { exact: true }).waitFor();
    expect(ownComplaints).toEqual([]);
    await own.context().close();
  });

  test('an archived customer is said to be one, and is granted nothing', async () => {
    await visit.server.graphql('mutation { createCustomer(input: { id: "gone", name: "Gone" }) { customer { id } } }');
    await visit.server.graphql('mutation { archiveCustomer(input: { id: "gone" }) { customer { id } } }');
    await open('/customers/gone/credits', 'Gone');
    await visit.page.getByText('Archived', { exact: true }).waitFor();
    expect(await visit.page.getByRole('button', { name: 'Grant credits' }).count()).toBe(0);
    expect(await pageProblems(visit.page)).toEqual([]);
  });

  test('an empty environment is led to its first charge', async () => {
    const empty = await testServer(await testDatabase());
    const { page: first, complaints: firstComplaints } = await watchedPage(visit.browser, empty.url);
    await first.goto(`${empty.url}/app/customers#key=${empty.keys.ADMIN}`);
    await first.getByRole('link', { name: 'Get started' }).last().click();
    await first.getByRole('button', { name: 'Create currency' }).click();
    await first.getByRole('button', { name: 'Create feature' }).waitFor();
    await first.getByLabel('Name').fill('Chat');
    await first.getByRole('button', { name: 'Create feature' }).click();
    await first.getByText('Step by step').waitFor();
    expect(await pageProblems(first)).toEqual([]);
    await typeFormula(first, 'pages * 0.5 + (quality == "high" ? 1 : 0)', /^What one Chat costs/);
    await first.getByLabel('Try it on a sample').fill('{ "pages": 4 }');
    await first.getByRole('button', { name: 'Publish' }).click();
    await first.getByRole('button', { name: 'Create customer' }).click();
    await first.getByRole('button', { name: 'Grant credits' }).click();
    const reported = await first.getByLabel('Dimensions').inputValue();
    expect(JSON.parse(reported)).toEqual({ user: 'maya', pages: 4, quality: 'high' });
    await first.getByRole('button', { name: 'Report this event' }).click();
    await first.getByLabel('The charge').getByText('Step by step').waitFor();
    const { data } = await empty.graphql('{ creditBalance(input: { customerId: "acme", currencyId: "credits" }) { balance } }');
    expect(data).toEqual({ creditBalance: { balance: '997' } });
    expect(firstComplaints).toEqual([]);
  });
});

const GRANTED = `query ($grantId: ID!) {
  creditLedger(customerId: "brightwater", grantId: $grantId, kinds: [GRANTED]) { edges { node { amount } } }
}`;

const BALANCE = '{ creditBalance(input: { customerId: "brightwater", currencyId: "credits" }) { balance } }';

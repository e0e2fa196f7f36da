import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { expect, jest, test } from '@jest/globals';
import { inBrowser, typeFormula } from '../support/browser';
import { Seller } from '../support/seller';

jest.setTimeout(240_000);

const NEW_FORMULA = 'round(input_tokens * 0.002, 2) + 1';
const BY_MODEL_AND_USER = { customerId: 'brightwater', currencyId: 'credits', groupBy: ['model', 'user'], timeZone: 'UTC' };

/** From a changed price to the file that a customer is billed by, on one page that is loaded once. */
inBrowser('the whole way', { timezoneId: 'UTC', viewport: { width: 1440, height: 1000 } }, (visit) => {
  const heading = (name: string) => visit.page.getByRole('heading', { name, level: 1, exact: true }).waitFor();
  const link = (name: string) => visit.page.getByRole('link', { name, exact: true });
  const button = (name: string | RegExp) => visit.page.getByRole('button', { name, exact: true });
  const rows = () => visit.page.getByRole('region', { name: 'Series', exact: true }).locator('tbody tr');
  const fact = (name: string) => visit.page.locator('.fact', { hasText: name }).locator('dd').first();
  const settled = () => visit.page.locator('[aria-busy=true], .loading').first().waitFor({ state: 'detached' });
  /** As exact as it is known; what is rounded has the rest in its tooltip. */
  const exactly = async (name: string): Promise<string> => {
    const amount = fact(name).locator('.numeric');
    return ((await amount.getAttribute('title')) ?? (await amount.innerText())).replaceAll(',', '');
  };
  /** False: there is no page there. */
  const isTurned = async (way: 'Next' | 'Previous'): Promise<boolean> => {
    const before = visit.page.url();
    if ((await link(way).count()) === 0) return false;
    await link(way).click();
    await visit.page.waitForURL((url) => url.href !== before);
    await settled();
    return true;
  };
  const asked = async (document: string, variables: object) => new Seller(visit.server).ask(document, variables);
  const creditsUsed = async () => (await asked(TOTAL, { input: { ...BY_MODEL_AND_USER, groupBy: [] } })).creditUsage.total.credits as string;

  test('a formula is edited', async () => {
    await visit.page.goto(`${visit.server.url}/app/plans#key=${visit.server.keys.ADMIN}`);
    await visit.page.evaluate('window.loadedOnce = true');
    await link('Pro').click();
    await button('Edit prices').click();
    await visit.page.getByText('Draft of version 3', { exact: true }).waitFor();
    await link('Edit the price of Chat completion').click();
    await heading('Chat completion');
    await typeFormula(visit.page, NEW_FORMULA);
    await visit.page.getByText('It was charged').waitFor();
    await button('Save to draft').click();
    await visit.page.getByText('All changes are saved.').waitFor();
  });

  test('its impact on real usage is what the API has found', async () => {
    await link('Review and publish').click();
    await heading('Review version 3');
    await button('Run back-test').click();
    await fact('Would be charged').waitFor();
    const { backtests } = await asked(IMPACT, { planId: 'pro' });
    const { oldCredits, newCredits } = backtests.edges[0].node.result.currencies[0].total;
    expect(await exactly('Was charged')).toBe(oldCredits);
    expect(await exactly('Would be charged')).toBe(newCredits);
    expect(newCredits).not.toBe(oldCredits);
  });

  test('it is published as it was reviewed', async () => {
    await link('Publish …').click();
    await heading('Publish version 3');
    await visit.page.getByRole('radio', { name: /All customers/ }).check();
    await button('Publish').click();
    await visit.page.getByText('Version 3 in force', { exact: true }).waitFor();
  });

  test('usage that is reported then arrives by itself, at the new price', async () => {
    await link('Customers').first().click();
    await link('Brightwater Labs').click();
    await heading('Brightwater Labs');
    await link('Usage').last().click();
    await visit.page.getByText('Live', { exact: true }).waitFor();
    const before = Number((await fact('Events').innerText()).replaceAll(',', ''));
    expect(await exactly('Credits')).toBe(await creditsUsed());
    const dimensions = { user: 'maya', model: 'atlas', input_tokens: 1250, output_tokens: 100 };
    const report = { dimensions, idempotencyKey: 'the-whole-way' };
    const { charge } = await new Seller(visit.server).report('brightwater', 'chat-completion', report, 'charge { cost }');
    expect(charge.cost).toBe('3.5');
    await fact('Events')
      .getByText((before + 1).toLocaleString('en'), { exact: true })
      .waitFor();
    expect(await exactly('Credits')).toBe(await creditsUsed());
    expect(await visit.page.evaluate('window.loadedOnce')).toBe(true);
  });

  test('it is broken down by two dimensions, page by page', async () => {
    await button('model').click();
    await visit.page.waitForURL(/by=model/);
    await button('user').click();
    await visit.page.waitForURL(/by=model&by=user/);
    await settled();
    const shown = await rows().allInnerTexts();
    while (await isTurned('Next')) shown.push(...(await rows().allInnerTexts()));
    const series = await allSeries(asked);
    expect(shown.length).toBe(series.length);
    shown.forEach((row, i) => expect(row.split(/\s*\t\s*/).slice(0, 2)).toEqual(series[i]!.groups.map(({ value }) => value ?? 'none')));
  });

  test('a sum leads to its entries, and an entry to its calculation', async () => {
    while (await isTurned('Previous')) expect(await rows().count()).toBeGreaterThan(0);
    await button(/^Entries of atlas · maya/).click();
    await visit.page.getByRole('dialog', { name: 'model: atlas · user: maya' }).waitFor();
    await visit.page.getByRole('button', { name: 'Explain' }).first().click();
    const detail = visit.page.locator('.charge-detail');
    await detail.getByText('the-whole-way').waitFor();
    expect(await detail.getByText(NEW_FORMULA).count()).toBeGreaterThan(0);
    expect(await detail.locator('.calculation-steps li').allInnerTexts()).toEqual([
      expect.stringMatching(/input_tokens \* 0\.002\s+= 2\.5$/),
      expect.stringMatching(/round\(input_tokens \* 0\.002, 2\)\s+= 2\.5$/),
      expect.stringMatching(/\+ 1\s+= 3\.5$/),
    ]);
    await visit.page.keyboard.press('Escape');
    await visit.page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  test('the file that is exported says what the API says', async () => {
    const [file] = await Promise.all([visit.page.waitForEvent('download'), button('Export CSV').click()]);
    const lines = parse(readFileSync((await file.path())!), { columns: true }) as Record<string, string>[];
    const series = await allSeries(asked);
    expect(lines.map(({ model, user, credits, value, eventCount }) => ({ model, user, credits, value, eventCount }))).toEqual(
      series.map(({ groups: [model, user], credits, value, eventCount }) => ({
        model: model!.value ?? '',
        user: user!.value ?? '',
        credits,
        value,
        eventCount: String(eventCount),
      })),
    );
    expect(await visit.page.evaluate('window.loadedOnce')).toBe(true);
  });
});

interface Series {
  readonly groups: readonly { readonly value: string | null }[];
  readonly credits: string;
  readonly value: string;
  readonly eventCount: number;
}

/** Of all pages, as the API orders them. */
async function allSeries(asked: (document: string, variables: object) => Promise<Record<string, any>>): Promise<Series[]> {
  const series: Series[] = [];
  for (let after: string | null = null; ;) {
    const { edges, pageInfo }: any = (await asked(SERIES, { input: BY_MODEL_AND_USER, after })).creditUsage;
    series.push(...edges.map(({ node }: { node: Series }) => node));
    if (!pageInfo.hasNextPage) return series;
    after = pageInfo.endCursor;
  }
}

const TOTAL = 'query ($input: CreditUsageInput!) { creditUsage(input: $input) { total { credits } } }';

const SERIES = `query ($input: CreditUsageInput!, $after: String) {
  creditUsage(input: $input, first: 7, after: $after) {
    edges { node { groups { value } credits value eventCount } }
    pageInfo { hasNextPage endCursor }
  }
}`;

const IMPACT = `query ($planId: ID!) {
  backtests(planId: $planId, first: 1) { edges { node { result { currencies { total { oldCredits newCredits } } } } } }
}`;

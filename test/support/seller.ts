import type { Answer, TestServer } from './server';

/** What a seller does in most tests, through the API. Anything that is refused fails the test. */
export class Seller {
  private reports = 0;

  constructor(readonly server: TestServer) {}

  /** A currency, a feature per formula (FLAT where it is a number), and a plan with these rates, published. */
  async sell(formulas: Readonly<Record<string, string>>, currencyId = 'credits', planId = 'pro'): Promise<void> {
    await this.must('mutation ($input: CreateCurrencyInput!) { createCurrency(input: $input) { currency { id } } }', { id: currencyId, name: currencyId });
    await this.must('mutation ($input: CreatePlanInput!) { createPlan(input: $input) { plan { id } } }', { id: planId, name: planId });
    await this.must('mutation ($input: CreatePlanDraftInput!) { createPlanDraft(input: $input) { planVersion { number } } }', { planId });
    for (const [featureId, formula] of Object.entries(formulas)) {
      await this.must('mutation ($input: CreateFeatureInput!) { createFeature(input: $input) { feature { id } } }', { id: featureId, name: featureId });
      const price = /^[\d.]+$/.test(formula) ? { mode: 'FLAT', creditsPerUnit: formula } : { mode: 'FORMULA', formula };
      const input = { planId, version: 1, featureId, currencyId, ...price };
      await this.must('mutation ($input: SetRateInput!) { setRate(input: $input) { rate { id } } }', input);
    }
    const publish = 'mutation ($input: PublishPlanVersionInput!) { publishPlanVersion(input: $input) { planVersion { number } } }';
    await this.must(publish, { planId, version: 1 });
  }

  async customer(id: string, planId = 'pro'): Promise<void> {
    const input = { id, name: id, planId, planValidFrom: '2020-01-01T00:00:00Z' };
    await this.must('mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { customer { id } } }', input);
  }

  /** The id of the grant. */
  async grant(customerId: string, amount: string, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const document = 'mutation ($input: GrantCreditsInput!) { grantCredits(input: $input) { grant { id } } }';
    const data = await this.must(document, { customerId, currencyId: 'credits', amount, category: 'PAID', ...more });
    return data.grantCredits.grant.id;
  }

  async void(grantId: string): Promise<void> {
    await this.must('mutation ($input: VoidCreditGrantInput!) { voidCreditGrant(input: $input) { grant { id } } }', { grantId });
  }

  /** The id of the event. */
  async report(customerId: string, featureId: string, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const document = 'mutation ($input: ReportUsageInput!) { reportUsage(input: $input) { event { id } } }';
    const data = await this.must(document, { customerId, featureId, idempotencyKey: `report-${(this.reports += 1)}`, ...more });
    return data.reportUsage.event.id;
  }

  /** Several reports in one request, each of which must be accepted; the first charge of a customer reaches the pool first. */
  async reportAll(events: readonly Readonly<Record<string, unknown>>[]): Promise<void> {
    const document = 'mutation ($input: ReportUsageBatchInput!) { reportUsageBatch(input: $input) { acceptedCount results { error { message } } } }';
    for (let start = 0; start < events.length; start += 1000) {
      const batch = events.slice(start, start + 1000).map((event) => ({ idempotencyKey: `report-${(this.reports += 1)}`, ...event }));
      const { reportUsageBatch } = await this.must(document, { events: batch });
      if (reportUsageBatch.acceptedCount !== batch.length) throw new Error(JSON.stringify(reportUsageBatch.results.find((result: { error: unknown }) => result.error)));
    }
  }

  /** The data of a query, which must succeed. */
  async ask(document: string, variables: unknown = {}): Promise<NonNullable<Answer['data']>> {
    const { data, errors } = await this.server.graphql(document, variables);
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  }

  private must(document: string, input: unknown): Promise<NonNullable<Answer['data']>> {
    return this.ask(document, { input });
  }
}

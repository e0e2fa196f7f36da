import { mutate, publishDraft } from './catalog';
import type { Answer, TestServer } from './server';

/** What a seller does in most tests, through the API. Anything that is refused fails the test. */
export class Seller {
  private reports = 0;

  constructor(readonly server: TestServer) {}

  /** A currency, a feature per formula (FLAT where it is a number), and a plan with these rates, published. */
  async sell(formulas: Readonly<Record<string, string>>, currencyId = 'credits', planId = 'pro'): Promise<void> {
    const { server } = this;
    await mutate(server, 'createCurrency', { id: currencyId, name: currencyId }, 'currency { id }');
    await mutate(server, 'createPlan', { id: planId, name: planId }, 'plan { id }');
    await mutate(server, 'createPlanDraft', { planId }, 'planVersion { number }');
    for (const [featureId, formula] of Object.entries(formulas)) {
      await mutate(server, 'createFeature', { id: featureId, name: featureId }, 'feature { id }');
      const price = /^[\d.]+$/.test(formula) ? { mode: 'FLAT', creditsPerUnit: formula } : { mode: 'FORMULA', formula };
      await mutate(server, 'setRate', { planId, version: 1, featureId, currencyId, ...price }, 'rate { id }');
    }
    await publishDraft(server, planId);
  }

  async customer(id: string, planId = 'pro'): Promise<void> {
    await mutate(this.server, 'createCustomer', { id, name: id, planId, planValidFrom: '2020-01-01T00:00:00Z' }, 'customer { id }');
  }

  /** The id of the grant. */
  async grant(customerId: string, amount: string, more: object = {}): Promise<string> {
    const input = { customerId, currencyId: 'credits', amount, category: 'PAID', ...more };
    return (await mutate(this.server, 'grantCredits', input, 'grant { id }')).grant.id;
  }

  async void(grantId: string): Promise<void> {
    await mutate(this.server, 'voidCreditGrant', { grantId }, 'grant { id }');
  }

  /** The event, by default with its id alone. */
  async report(customerId: string, featureId: string, more: object = {}, selection = 'id') {
    const input = { customerId, featureId, idempotencyKey: this.nextKey(), ...more };
    return (await mutate(this.server, 'reportUsage', input, `event { ${selection} }`)).event;
  }

  /** Any number of reports, each of which must be accepted. */
  async reportAll(reports: readonly object[]): Promise<void> {
    for (let start = 0; start < reports.length; start += 1000) {
      const events = reports.slice(start, start + 1000).map((report) => ({ idempotencyKey: this.nextKey(), ...report }));
      const payload = await mutate(this.server, 'reportUsageBatch', { events }, 'acceptedCount results { error { message } }');
      if (payload.acceptedCount !== events.length) throw new Error(JSON.stringify(payload));
    }
  }

  /** The data of a query, which must succeed. */
  async ask(document: string, variables: unknown = {}): Promise<NonNullable<Answer['data']>> {
    const { data, errors } = await this.server.graphql(document, variables);
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  }

  private nextKey(): string {
    this.reports += 1;
    return `report-${this.reports}`;
  }
}

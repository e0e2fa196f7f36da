import { DEMO_CURRENCY, DEMO_FEATURES, DEMO_PLANS, DEMO_PRICE_CHANGE, type DemoPrice } from './demo/catalog';
import { DEMO_CUSTOMERS, type DemoCustomer, type DemoGrant } from './demo/customers';
import { DEMO_DAYS, demoUsage, type DemoReport } from './demo/usage';
import { DrawdownError, type ErrorCode } from './domain/errors';
import { assignPlan } from './operations/assign-plan';
import type { Context } from './operations/context';
import { createCustomer } from './operations/create-customer';
import { createFeature } from './operations/create-feature';
import { createPlan } from './operations/create-plan';
import { createPlanDraft } from './operations/create-plan-draft';
import { grantCredits } from './operations/grant-credits';
import { publishPlan } from './operations/publish-plan';
import { setOverdraftPolicy } from './operations/set-overdraft-policy';
import { setRate } from './operations/set-rate';
import { updateCurrency } from './operations/update-currency';
import type { UsageCollector } from './operations/usage-collector';
import type { Catalog } from './store/catalog';
import { findCurrency, insertCurrency } from './store/currencies';
import type { Database } from './store/database';
import { findEnvironment } from './store/environments';
import { findNamedPlanVersions } from './store/plan-versions';

export interface Demo {
  readonly database: Database;
  readonly collector: UsageCollector;
  readonly environmentId: string;
  readonly onProgress: (reported: number, total: number) => void;
}

/** What fills one environment, at any instant: the demo lets a month pass. */
interface Filling extends Demo {
  readonly contextAt: (now: Date) => Context;
}

/** Something that happens at an instant of the demo's month. Doing it twice does it once. */
interface Step {
  readonly at: Date;
  readonly run: (context: Context) => Promise<void>;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** The mark of an environment that is to have the demo: its currency has this name until all is there. */
const UNFINISHED_NAME = 'Credits (the demo is being filled)';
const REPORTS_AT_ONCE = 2000;

/** Marks a new environment for the demo. The demo's month, which ends now, begins with the mark. */
export async function markForDemo(catalog: Catalog, environmentKey: number, now: Date): Promise<void> {
  const createdAt = new Date(now.getTime() - DEMO_DAYS * DAY_MS);
  await insertCurrency(catalog, environmentKey, { ...DEMO_CURRENCY, name: UNFINISHED_NAME, createdAt });
}

/**
 * Fills an environment that was marked for it with a month of a made-up seller's business, takes the mark away, and answers whether it did.
 * One without the mark is left alone, empty or not. A fill that was interrupted, wherever, is completed by the next: everything follows from the
 * instant of the mark, and all of it has ids or idempotency keys.
 */
export async function fillDemo(demo: Demo, now: Date): Promise<boolean> {
  const environment = await findEnvironment(demo.database, demo.environmentId);
  const mark = environment && (await findCurrency(demo.database, environment.key, DEMO_CURRENCY.id));
  if (mark?.name !== UNFINISHED_NAME) return false;
  const contextAt = (at: Date): Context => ({ environmentKey: environment!.key, environmentId: demo.environmentId, now: at });
  await liveThroughMonth({ ...demo, contextAt }, mark.createdAt);
  await updateCurrency(demo.database, contextAt(now), { id: DEMO_CURRENCY.id, name: DEMO_CURRENCY.name });
  return true;
}

async function liveThroughMonth(demo: Filling, startsAt: Date): Promise<void> {
  const reports = DEMO_CUSTOMERS.flatMap((customer) => demoUsage(customer, startsAt)).sort((a, b) => a.at.getTime() - b.at.getTime());
  let reported = 0;
  for (const step of demoSteps(demo, startsAt)) {
    const until = reports.findIndex(({ at }) => at >= step.at);
    await reportAll(demo, reports, reported, until);
    reported = until;
    await step.run(demo.contextAt(step.at));
  }
  await reportAll(demo, reports, reported, reports.length);
}

/** In order of time. */
function demoSteps(demo: Demo, startsAt: Date): Step[] {
  const { day, planId, featureId, pricing } = DEMO_PRICE_CHANGE;
  const dayAt = (days: number): Date => new Date(startsAt.getTime() + days * DAY_MS);
  const steps: Step[] = [
    { at: startsAt, run: (context) => createCatalog(demo.database, context) },
    ...DEMO_CUSTOMERS.flatMap((customer) => customerSteps(demo.database, customer, dayAt)),
    { at: dayAt(day), run: (context) => publishVersion(demo.database, context, planId, 2, { [featureId]: pricing }) },
  ];
  return steps.sort((a, b) => a.at.getTime() - b.at.getTime());
}

async function createCatalog(database: Database, context: Context): Promise<void> {
  for (const feature of DEMO_FEATURES) await once('ALREADY_EXISTS', createFeature(database, context, feature));
  for (const { id, name, rates } of DEMO_PLANS) {
    await once('ALREADY_EXISTS', createPlan(database, context, { id, name }));
    await publishVersion(database, context, id, 1, rates);
  }
}

async function publishVersion(
  database: Database,
  context: Context,
  planId: string,
  version: number,
  rates: Partial<Record<string, DemoPrice>>,
): Promise<void> {
  const [known] = await findNamedPlanVersions(database, context.environmentKey, [{ planId, number: version }]);
  if (known?.status === 'PUBLISHED') return;
  if (!known) await createPlanDraft(database, context, { planId });
  for (const [featureId, price] of Object.entries(rates))
    await setRate(database, context, { planId, version, featureId, currencyId: DEMO_CURRENCY.id, ...price! });
  const [draft] = await findNamedPlanVersions(database, context.environmentKey, [{ planId, number: version }]);
  await publishPlan(database, context, { planId, revision: draft!.revision, affects: { scope: 'ALL_CUSTOMERS' } });
}

function customerSteps(database: Database, customer: DemoCustomer, dayAt: (days: number) => Date): Step[] {
  const { moves, grants } = customer;
  const steps: Step[] = [
    { at: dayAt(0), run: (context) => createDemoCustomer(database, context, customer) },
    ...grants.map((grant, i) => ({
      at: dayAt(grant.day),
      run: (context: Context) => grantDemoCredits(database, context, customer.id, grant, i + 1, dayAt),
    })),
  ];
  if (!moves) return steps;
  const move = (context: Context): Promise<void> =>
    once('PLAN_HISTORY_CONFLICT', assignPlan(database, context, { customerId: customer.id, planId: moves.planId }));
  return [...steps, { at: dayAt(moves.day), run: move }];
}

async function createDemoCustomer(database: Database, context: Context, { id, name, metadata, planId, overdraft }: DemoCustomer): Promise<void> {
  await once('ALREADY_EXISTS', createCustomer(database, context, { id, name, metadata, planId }));
  if (overdraft) await setOverdraftPolicy(database, context, { customerId: id, currencyId: DEMO_CURRENCY.id, ...overdraft });
}

async function grantDemoCredits(
  database: Database,
  context: Context,
  customerId: string,
  { day: _day, effectiveDay, expiresDay, ...grant }: DemoGrant,
  number: number,
  dayAt: (days: number) => Date,
): Promise<void> {
  const effectiveAt = effectiveDay === undefined ? null : dayAt(effectiveDay);
  const expiresAt = expiresDay === undefined ? null : dayAt(expiresDay);
  const idempotencyKey = `demo:${number}`;
  await grantCredits(database, context, { ...grant, customerId, currencyId: DEMO_CURRENCY.id, effectiveAt, expiresAt, idempotencyKey });
}

/** Waits for what an earlier, interrupted fill may have done already. */
async function once(code: ErrorCode, work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof DrawdownError) || error.code !== code) throw error;
  }
}

async function reportAll({ collector, contextAt, onProgress }: Filling, reports: readonly DemoReport[], from: number, to: number): Promise<void> {
  for (let start = from; start < to; start += REPORTS_AT_ONCE) {
    const some = reports.slice(start, Math.min(to, start + REPORTS_AT_ONCE));
    const outcomes = await Promise.all(some.map(({ at, report }) => collector.report(contextAt(at), [report])));
    for (const [outcome] of outcomes) if ('error' in outcome! && outcome.error.code !== 'INSUFFICIENT_CREDITS') throw outcome.error;
    onProgress(start + some.length, reports.length);
  }
}

import { isDeepStrictEqual } from 'node:util';
import { refuseInput, requireFound, requireUnarchived } from '../domain/catalog-input';
import type { Customer } from '../domain/customer';
import { DrawdownError, type Problem } from '../domain/errors';
import { isId } from '../domain/ids';
import type { Plan, PlanVersion } from '../domain/plan';
import { refusePlanVersion, type FormulaScopes, type PlanVersionCheck, type RateUnderCheck } from '../domain/plan-version-check';
import { publicationInstant, type PlanPublication } from '../domain/publication';
import { affectsProblems, effectiveAtProblems, type AffectsInput } from '../domain/publication-input';
import { plainWarning, type Warning } from '../domain/warning';
import { changeCatalog, type Catalog } from '../store/catalog';
import { findAssignmentsAt } from '../store/customer-plans';
import { findCustomersById } from '../store/customers';
import type { Database } from '../store/database';
import { closeDraft, findPlanVersions } from '../store/plan-versions';
import { findPlan } from '../store/plans';
import { findPublication, findPublications, insertPublication } from '../store/publications';
import { findRatesUnderCheck } from '../store/rates';
import { checkRates } from './check-rates';
import type { Context } from './context';
import { scopesOfRates } from './formula-scopes';
import { requireDraft } from './load-plan-draft';

/** Exactly one of `revision`, of the draft, and `version`, the number of one that was published before. */
export interface PlanPublishing {
  readonly planId: string;
  readonly revision?: number | null;
  readonly version?: number | null;
  readonly affects: AffectsInput;
  readonly effectiveAt?: Date | null;
}

export interface PublishedPlan {
  readonly publication: PlanPublication;
  readonly warnings: readonly Warning[];
}

/**
 * Puts a version of a plan into force, for those whom it is to be about, from an instant on; a draft is final from then on. No customer is touched.
 *
 * In this order: INPUT_INVALID; PLAN_NOT_FOUND; ARCHIVED (plan); of a draft DRAFT_NOT_FOUND, DRAFT_CHANGED, of an older version
 * PLAN_VERSION_NOT_FOUND, VERSION_NOT_PUBLISHED; CUSTOMER_NOT_FOUND; FORMULA_INVALID; FORMULA_TEST_FAILED; ARCHIVED (features, currencies).
 */
export async function publishPlan(database: Database, context: Context, input: PlanPublishing): Promise<PublishedPlan> {
  refuseInput(['INPUT_INVALID', publishingProblems(input, context.now)]);
  const before = await checkBefore(database, context, input);
  return changeCatalog(database, context.environmentKey, async (catalog) => {
    const plan = requireFound('PLAN_NOT_FOUND', 'plan', input.planId, await findPlan(catalog, context.environmentKey, input.planId));
    requireUnarchived(`plan ${input.planId}`, plan);
    const version = versionToPublish(plan, await findPlanVersions(catalog, [plan.key]), input);
    const customers = await loadListed(catalog, context, input.affects);
    const rates = await findRatesUnderCheck(catalog, version.key);
    const check = isDeepStrictEqual(rates, before?.rates) ? before!.check : await checkRates(rates, before?.scopes ?? new Map());
    refusePlanVersion(check);
    const publication = await publish(catalog, context, version, input, customers);
    return { publication, warnings: [...check.warnings, ...(await strangerWarnings(catalog, context, plan, input.affects, customers))] };
  });
}

function publishingProblems({ revision, version, affects, effectiveAt }: PlanPublishing, now: Date): Problem[] {
  const isGiven = (number: number | null | undefined) => number !== null && number !== undefined;
  const named = isGiven(revision) !== isGiven(version) ? [] : [{ field: 'revision', message: 'Give either the revision of the draft or a version.' }];
  return [...named, ...affectsProblems(affects), ...effectiveAtProblems('effectiveAt', effectiveAt, now)];
}

/** Refuses, of a draft: DRAFT_NOT_FOUND, DRAFT_CHANGED; of an older version: PLAN_VERSION_NOT_FOUND, VERSION_NOT_PUBLISHED. */
function versionToPublish(plan: Plan, versions: readonly PlanVersion[], { revision, version: number }: PlanPublishing): PlanVersion {
  if (number === null || number === undefined) return requireDraft(plan, versions, revision);
  const named = versions.find((one) => one.number === number) ?? null;
  const version = requireFound('PLAN_VERSION_NOT_FOUND', 'version', `${number} of plan ${plan.id}`, named);
  if (version.status === 'PUBLISHED') return version;
  throw new DrawdownError('VERSION_NOT_PUBLISHED', `Version ${number} of plan ${plan.id} is a draft: publish it by its revision.`);
}

interface CheckBefore {
  readonly rates: readonly RateUnderCheck[];
  readonly scopes: FormulaScopes;
  readonly check: PlanVersionCheck;
}

/** Checks what is in the version now: it takes long, which is done before the catalog is held. Null where there is no such version. */
async function checkBefore(database: Database, context: Context, { planId, version: number }: PlanPublishing): Promise<CheckBefore | null> {
  const plan = await findPlan(database, context.environmentKey, planId);
  const versions = plan ? await findPlanVersions(database, [plan.key]) : [];
  const version = versions.find((one) => (number === null || number === undefined ? one.status === 'DRAFT' : one.number === number));
  if (!version) return null;
  const rates = await findRatesUnderCheck(database, version.key);
  const scopes = await scopesOfRates(database, context, rates);
  return { rates, scopes, check: await checkRates(rates, scopes) };
}

/** The customers that the publication names, in the order of the input. Refuses: CUSTOMER_NOT_FOUND, with all that are unknown. */
async function loadListed(catalog: Catalog, context: Context, { customerIds }: AffectsInput): Promise<Customer[]> {
  if (!customerIds) return [];
  const found = await findCustomersById(catalog, context.environmentKey, customerIds.filter(isId));
  const byId = new Map(found.map((customer) => [customer.id, customer]));
  const unknown = customerIds.flatMap((id, index) =>
    byId.has(id) ? [] : [{ field: `affects.customerIds.${index}`, message: `There is no customer ${id}.` }],
  );
  refuseInput(['CUSTOMER_NOT_FOUND', unknown]);
  return customerIds.map((id) => byId.get(id)!);
}

async function publish(
  catalog: Catalog,
  context: Context,
  { key, planKey, status }: PlanVersion,
  { affects: { scope }, effectiveAt }: PlanPublishing,
  customers: readonly Customer[],
): Promise<PlanPublication> {
  const publishedAt = publicationInstant(await findPublications(catalog, [planKey]), context.now);
  if (status === 'DRAFT') await closeDraft(catalog, key, publishedAt);
  const isScheduled = effectiveAt && effectiveAt > publishedAt;
  const publication = {
    planKey,
    planVersionKey: key,
    scope,
    effectiveAt: isScheduled ? effectiveAt : publishedAt,
    publishedAt,
    publishedByApiKeyId: context.apiKeyId ?? null,
  };
  const customerKeys = customers.map((customer) => customer.key);
  return (await findPublication(catalog, context.environmentKey, await insertPublication(catalog, publication, customerKeys)))!;
}

/** It may be meant that a customer is named which is to be put on the plan later; more often it is a mistake. */
async function strangerWarnings(
  catalog: Catalog,
  context: Context,
  plan: Plan,
  { customerIds }: AffectsInput,
  customers: readonly Customer[],
): Promise<Warning[]> {
  if (!customerIds) return [];
  const assignments = await findAssignmentsAt(
    catalog,
    customers.map(({ key }) => key),
    context.now,
  );
  return customers.flatMap(({ key, id }, index) =>
    assignments.get(key)?.planKey === plan.key
      ? []
      : [plainWarning('NOT_ON_PLAN', `affects.customerIds.${index}`, `The customer ${id} is not on the plan now.`)],
  );
}

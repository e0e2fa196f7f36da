import { ExactNumber } from '../domain/exact-number';
import type { PublicationScope } from '../domain/publication';
import type { ApiClient } from './api-client';
import { currencyTree, declarationTree, meterTree, treeOf, type CatalogCurrency, type CatalogFeature, type CatalogPlan } from './catalog';
import { haveSameRates, plansWithOtherRates, type CatalogDifferences, type Changed } from './catalog-differences';
import { inTurn, RATES, ratesTree, type VersionJson } from './catalog-download';
import { readRates } from './catalog-reading';
import { isSameTree, type Tree, type TreeMap } from './catalog-tree';
import { CommandError } from './command-error';
import { draftRate } from './plan-review';

/** Whose usage a publication is to affect, and from when on; null: from now. */
export interface Publishing {
  readonly scope: PublicationScope;
  readonly customerIds: readonly string[] | null;
  readonly effectiveAt: string | null;
}

/** What is to be done for a plan to have the rates of the file. */
export type PlanStep =
  | { readonly kind: 'draft'; readonly plan: Changed<CatalogPlan>; readonly revision: number | null }
  /** A version with these rates was published, but for others. */
  | { readonly kind: 'again'; readonly plan: Changed<CatalogPlan>; readonly version: number }
  | { readonly kind: 'done'; readonly plan: Changed<CatalogPlan>; readonly words: string };

interface PlanState {
  readonly draft: (VersionJson & { readonly revision: ExactNumber }) | null;
  readonly publications: { readonly edges: readonly { readonly node: PublicationJson }[] };
}

interface PublicationJson {
  readonly status: string;
  readonly scope: PublicationScope;
  readonly effectiveAt: string;
  readonly planVersion: { readonly number: ExactNumber };
  readonly customers: { readonly edges: readonly { readonly node: { readonly id: string } }[]; readonly pageInfo: { readonly hasNextPage: boolean } };
}

const STATE = `query State($id: ID!) { plan(id: $id) {
  draft { number revision ${RATES} }
  publications(first: 20) { edges { node { status scope effectiveAt planVersion { number }
    customers(first: 100) { edges { node { id } } pageInfo { hasNextPage } } } } } } }`;
const VERSIONS = `query Versions($id: ID!) { plan(id: $id) { versions(first: 1) { edges { node { number ${RATES} } } } } }`;

/** Finds out what is to be done. Throws CommandError, naming all of them, where plans have drafts that somebody else has changed. */
export async function planSteps(api: ApiClient, differences: CatalogDifferences, publishing: Publishing): Promise<PlanStep[]> {
  const steps = await inTurn(plansWithOtherRates(differences), (plan) => stepOf(api, plan, publishing));
  const foreign = steps.flatMap((step) => ('foreign' in step ? [step.foreign] : []));
  if (foreign.length > 0) throw new CommandError(foreign.join('\n'));
  return steps as PlanStep[];
}

async function stepOf(api: ApiClient, plan: Changed<CatalogPlan>, publishing: Publishing): Promise<PlanStep | { readonly foreign: string }> {
  const { id, before, after } = plan;
  if (before === null) return { kind: 'draft', plan, revision: null };
  const state = (await api.ask<{ plan: PlanState }>(STATE, new Map([['id', id]]))).plan;
  const { draft } = state;
  if (draft) {
    const rates = readRates(ratesTree(draft.rates));
    const isForeign = !haveSameRates(rates, after.rates) && !haveSameRates(rates, before.rates ?? new Map());
    const revision = Number(draft.revision.text);
    if (!isForeign) return { kind: 'draft', plan, revision };
    return { foreign: `Plan ${id} has a draft (revision ${revision}) with other changes than the file: publish or discard it first, or pull again.` };
  }
  return (await stepFromPublications(api, plan, state, publishing)) ?? { kind: 'draft', plan, revision: null };
}

/** Where the file's rates are published already, but not for everybody or not yet; null where they are not. */
async function stepFromPublications(api: ApiClient, plan: Changed<CatalogPlan>, state: PlanState, publishing: Publishing): Promise<PlanStep | null> {
  const document = await api.ask<{ plan: { versions: { edges: readonly { node: VersionJson }[] } } }>(VERSIONS, new Map([['id', plan.id]]));
  const newest = document.plan.versions.edges[0]?.node;
  if (!newest || !haveSameRates(readRates(ratesTree(newest.rates)), plan.after.rates)) return null;
  const version = Number(newest.number.text);
  const ofVersion = state.publications.edges.map(({ node }) => node).filter(({ planVersion }) => Number(planVersion.number.text) === version);
  const covering = ofVersion.find((publication) => publication.status !== 'CANCELLED' && covers(publication, publishing));
  if (!covering) return { kind: 'again', plan, version };
  const since = covering.status === 'SCHEDULED' ? `will be from ${covering.effectiveAt} on` : `is since ${covering.effectiveAt}`;
  return { kind: 'done', plan, words: `plan ${plan.id}: version ${version} is as in the file, and ${since} in force for ${scopeWords(publishing)}.` };
}

function covers({ scope, customers }: PublicationJson, publishing: Publishing): boolean {
  if (scope === 'ALL_CUSTOMERS') return true;
  if (scope !== publishing.scope) return false;
  if (scope === 'NEW_CUSTOMERS') return true;
  const listed = new Set(customers.edges.map(({ node }) => node.id));
  return publishing.customerIds!.every((id) => listed.has(id));
}

export function scopeWords({ scope, customerIds }: Publishing): string {
  return customerIds ? customerIds.join(', ') : scope;
}

/** Makes the catalog as the file says, and publishes; tells each thing that is done as it is done. */
export async function pushCatalog(
  api: ApiClient,
  { currencies, features, plans }: CatalogDifferences,
  steps: readonly PlanStep[],
  publishing: Publishing,
  tell: (line: string) => void,
): Promise<void> {
  await inTurn(currencies, (currency) => pushCurrency(api, currency, tell));
  await inTurn(features, (feature) => pushFeature(api, feature, tell));
  await inTurn(plans, (plan) => pushPlan(api, plan, tell));
  await inTurn(steps, (step) => publishStep(api, step, publishing, tell));
}

/** Null takes away, where something can be without. */
async function pushCurrency(api: ApiClient, { id, before, after }: Changed<CatalogCurrency>, tell: (line: string) => void): Promise<void> {
  const input = new Map<string, Tree>([['id', id], ['symbol', null], ...currencyTree(after)]);
  await api.change(before ? 'updateCurrency' : 'createCurrency', input, 'currency { id }');
  tell(`currency ${id}: ${before ? 'changed' : 'created'}.`);
}

async function pushFeature(api: ApiClient, { id, before, after }: Changed<CatalogFeature>, tell: (line: string) => void): Promise<void> {
  const { name, unit, meter, looseDimensions, rolledUpDimensions } = after;
  const fields = { id, name, unit, meter: meter && meterTree(meter), looseDimensions, rolledUpDimensions };
  await api.change(before ? 'updateFeature' : 'createFeature', new Map<string, Tree>(Object.entries(fields)), 'feature { id }');
  for (const dimension of before?.dimensions.keys() ?? [])
    if (!after.dimensions.has(dimension))
      await api.change('removeDimensionDeclaration', treeOf({ featureId: id, name: dimension }), 'feature { id }');
  for (const [dimension, declaration] of after.dimensions) {
    const tree = declarationTree(declaration);
    const old = before?.dimensions.get(dimension);
    if (old && isSameTree(declarationTree(old), tree)) continue;
    const input = new Map<string, Tree>([['featureId', id], ['name', dimension], ...tree]);
    await api.change('setDimensionDeclaration', input, 'declaration { name }');
  }
  tell(`feature ${id}: ${before ? 'changed' : 'created'}.`);
}

async function pushPlan(api: ApiClient, { id, before, after }: Changed<CatalogPlan>, tell: (line: string) => void): Promise<void> {
  if (before?.name === after.name) return;
  await api.change(before ? 'updatePlan' : 'createPlan', treeOf({ id, name: after.name }), 'plan { id }');
  tell(`plan ${id}: ${before ? 'renamed' : 'created'}.`);
}

async function publishStep(api: ApiClient, step: PlanStep, publishing: Publishing, tell: (line: string) => void): Promise<void> {
  const planId = step.plan.id;
  if (step.kind === 'done') return tell(step.words);
  const what: Record<string, Tree> =
    step.kind === 'again' ? { version: numberTree(step.version) } : { revision: await saveDraft(api, step.plan, step.revision) };
  const { scope, customerIds, effectiveAt } = publishing;
  const input = treeOf({ planId, ...what, affects: treeOf({ scope, customerIds }), effectiveAt });
  const selection = 'publication { status effectiveAt planVersion { number } } warnings { code message }';
  const { publication, warnings } = await api.change<PublishedJson>('publishPlan', input, selection);
  const { status, effectiveAt: from, planVersion } = publication;
  const state = status === 'SCHEDULED' ? `is scheduled for ${from}` : 'is published';
  tell(`plan ${planId}: version ${planVersion.number.text} ${state}, for ${scopeWords(publishing)}.`);
  for (const { code, message } of warnings) if (code === 'NOT_ON_PLAN') tell(`  warning ${code}: ${message}`);
}

interface PublishedJson {
  readonly publication: { readonly status: string; readonly effectiveAt: string; readonly planVersion: { readonly number: ExactNumber } };
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

/** The revision of the draft as it was saved: nothing else is published. A draft that has changed since it was looked at is left alone. */
async function saveDraft(api: ApiClient, { id: planId, after }: Changed<CatalogPlan>, seen: number | null): Promise<Tree> {
  interface Saved {
    readonly planVersion: { readonly revision: ExactNumber };
  }
  const selection = 'planVersion { revision }';
  const revision =
    seen === null ? (await api.change<Saved>('createPlanDraft', treeOf({ planId }), selection)).planVersion.revision : numberTree(seen);
  const rates = [...after.rates!].map(([featureId, rate]): TreeMap => draftRate(featureId, rate));
  return (await api.change<Saved>('savePlanDraft', treeOf({ planId, revision, rates }), selection)).planVersion.revision;
}

function numberTree(number: number): ExactNumber {
  return new ExactNumber(String(number));
}

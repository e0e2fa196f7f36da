import { LRUCache } from 'lru-cache';
import type { DeclaredDimensions } from '../domain/declared-dimensions';
import type { DimensionRule } from '../domain/dimension-rule';
import type { MeteredFeature } from '../domain/meter';
import { assignmentAt, type PlanAssignment } from '../domain/plan';
import type { PricedPublication } from '../domain/price';
import { inOrderOfEffect, publicationAt, type PublicationScope } from '../domain/publication';
import { overrideAt, type Rate, type RateOverride } from '../domain/rate';
import type { Queryable } from './database';
import { readDeclarations } from './dimension-declarations';
import { HeldCatalog, readCurrencies, readMeters, type BookCurrency } from './held-catalog';
import { loadOverridesOfCustomers } from './rate-overrides';
import { loadRatesOfVersions } from './rate-rows';
import { loadRunningShadows, type RunningShadow } from './shadows';
import { plainArray, textArray } from './sql-arrays';

/** What a charge needs to know of a customer. `assignments` in order of time; `listedIn`: the publications that name it. */
export interface BookCustomer {
  readonly key: bigint;
  readonly isArchived: boolean;
  readonly assignments: readonly PlanAssignment[];
  readonly listedIn: ReadonlySet<number>;
  readonly overrides: readonly RateOverride[];
}

interface CustomerRow {
  environment_key: number;
  id: string;
  key: bigint;
  is_archived: boolean;
  valid_from: Date | null;
  plan_key: number | null;
  listed_in: number[] | null;
  has_overrides: boolean;
}

interface PublicationRow {
  plan_key: number;
  key: number;
  plan_version_key: number;
  scope: PublicationScope;
  effective_at: Date;
}

interface RuleRow {
  key: number;
  loose_dimensions: string[];
  rolled_up_dimensions: string[];
}

type RuleOfFeature = readonly [featureKey: number, rule: DimensionRule];

interface Held<T> {
  readonly revision: bigint;
  readonly value: T;
}

const MOST_CUSTOMERS = 50_000;
const MOST_PLANS = 10_000;
const MOST_VERSIONS = 10_000;

/**
 * Who is on which plan at which rates, held in memory. An environment's catalog revision is read in every transaction that prices
 * something; what was held under another revision is read anew, so that several processes price alike.
 */
export class PriceBook {
  readonly currencies = new HeldCatalog(readCurrencies);
  readonly meters = new HeldCatalog(readMeters);
  readonly declarations = new HeldCatalog(readDeclarations);
  private readonly heldCustomers = new LRUCache<string, Held<BookCustomer>>({ max: MOST_CUSTOMERS });
  /** Of a plan, in the order of effect: one that is scheduled is here, too, and comes into force by the time of the events. */
  private readonly publications = new LRUCache<number, Held<readonly PricedPublication[]>>({ max: MOST_PLANS });
  private readonly features = new LRUCache<number, Held<ReadonlySet<string>>>({ max: 1_000 });
  private readonly shadows = new LRUCache<number, Held<readonly RunningShadow[]>>({ max: 1_000 });
  private readonly dimensionRules = new LRUCache<number, Held<readonly RuleOfFeature[]>>({ max: 1_000 });
  /** Rates of published versions never change. */
  private readonly ratesOfVersion = new LRUCache<number, ReadonlyMap<string, Rate>>({ max: MOST_VERSIONS });

  /** Opens the book for one transaction, which has read these revisions. */
  open(queryable: Queryable, revisions: ReadonlyMap<number, bigint>): OpenPriceBook {
    return new OpenPriceBook(queryable, revisions, this);
  }

  customerHeld(id: string, revision: bigint): BookCustomer | null {
    const held = this.heldCustomers.get(id);
    return held?.revision === revision ? held.value : null;
  }

  holdCustomer(id: string, revision: bigint, value: BookCustomer): void {
    this.heldCustomers.set(id, { revision, value });
  }

  async publicationsOf(queryable: Queryable, planKeys: readonly number[], revision: bigint): Promise<Map<number, readonly PricedPublication[]>> {
    const found = new Map<number, readonly PricedPublication[]>();
    const missing: number[] = [];
    for (const planKey of planKeys) {
      const held = this.publications.get(planKey);
      if (held?.revision === revision) found.set(planKey, held.value);
      else missing.push(planKey);
    }
    if (missing.length === 0) return found;
    for (const [planKey, value] of await this.loadPublications(queryable, missing)) {
      this.publications.set(planKey, { revision, value });
      found.set(planKey, value);
    }
    return found;
  }

  async featureIds(queryable: Queryable, environmentKey: number, revision: bigint): Promise<ReadonlySet<string>> {
    const held = this.features.get(environmentKey);
    if (held?.revision === revision) return held.value;
    const { rows } = await queryable.query<{ id: string }>('SELECT id FROM feature WHERE environment_key = $1', [environmentKey]);
    const value = new Set(rows.map((row) => row.id));
    this.features.set(environmentKey, { revision, value });
    return value;
  }

  async shadowsOf(queryable: Queryable, environmentKey: number, revision: bigint): Promise<readonly RunningShadow[]> {
    const held = this.shadows.get(environmentKey);
    if (held?.revision === revision) return held.value;
    const value = await loadRunningShadows(queryable, environmentKey);
    this.shadows.set(environmentKey, { revision, value });
    return value;
  }

  async rulesOf(queryable: Queryable, environmentKey: number, revision: bigint): Promise<readonly RuleOfFeature[]> {
    const held = this.dimensionRules.get(environmentKey);
    if (held?.revision === revision) return held.value;
    const { rows } = await queryable.query<RuleRow>(
      `SELECT key, loose_dimensions, rolled_up_dimensions FROM feature
       WHERE environment_key = $1 AND cardinality(loose_dimensions) + cardinality(rolled_up_dimensions) > 0`,
      [environmentKey],
    );
    const value = rows.map((row): RuleOfFeature => [
      row.key,
      { looseDimensions: row.loose_dimensions, rolledUpDimensions: row.rolled_up_dimensions },
    ]);
    this.dimensionRules.set(environmentKey, { revision, value });
    return value;
  }

  private async loadPublications(queryable: Queryable, planKeys: readonly number[]): Promise<Map<number, PricedPublication[]>> {
    const { rows } = await queryable.query<PublicationRow>(
      `SELECT plan_key, key, plan_version_key, scope::text AS scope, effective_at FROM plan_publication
       WHERE plan_key = ANY ($1::int4[]) AND cancelled_at IS NULL`,
      [plainArray(planKeys)],
    );
    const rates = await this.ratesOf(queryable, [...new Set(rows.map((row) => row.plan_version_key))]);
    const publications = new Map<number, PricedPublication[]>(planKeys.map((planKey) => [planKey, []]));
    for (const { plan_key, plan_version_key, key, scope, effective_at } of rows) {
      const publication = { key, scope, effectiveAt: effective_at, cancelledAt: null, rates: rates.get(plan_version_key)! };
      publications.get(plan_key)!.push(publication);
    }
    return new Map([...publications].map(([planKey, ofPlan]) => [planKey, inOrderOfEffect(ofPlan)]));
  }

  private async ratesOf(queryable: Queryable, versionKeys: readonly number[]): Promise<Map<number, ReadonlyMap<string, Rate>>> {
    const found = new Map(versionKeys.map((key) => [key, this.ratesOfVersion.get(key)]));
    const missing = new Map<number, Map<string, Rate>>();
    for (const [key, rates] of found) if (!rates) missing.set(key, new Map());
    if (missing.size > 0)
      for (const { versionKey, rate } of await loadRatesOfVersions(queryable, [...missing.keys()]))
        missing.get(versionKey)!.set(rate.featureId, rate);
    for (const [key, rates] of missing) this.ratesOfVersion.set(key, rates);
    return new Map(versionKeys.map((key) => [key, found.get(key) ?? missing.get(key)!]));
  }
}

export interface CustomerRef {
  readonly environmentKey: number;
  readonly customerId: string;
}

/** The price book within one transaction. */
export class OpenPriceBook {
  private readonly publications = new Map<number, readonly PricedPublication[]>();

  constructor(
    private readonly queryable: Queryable,
    private readonly revisions: ReadonlyMap<number, bigint>,
    private readonly book: PriceBook,
  ) {}

  /** The customers, in the order asked for, null where there is none; the rates of their plans are then at hand. */
  async customers(refs: readonly CustomerRef[]): Promise<(BookCustomer | null)[]> {
    const found = new Map<string, BookCustomer>();
    const missing = new Map<string, CustomerRef>();
    const ids = refs.map((ref) => {
      const id = customerText(ref.environmentKey, ref.customerId);
      if (found.has(id)) return id;
      const held = this.book.customerHeld(id, this.revision(ref.environmentKey));
      if (held) found.set(id, held);
      else missing.set(id, ref);
      return id;
    });
    if (missing.size > 0) await this.readCustomers([...missing.values()], found);
    const customers = ids.map((id) => found.get(id) ?? null);
    await this.loadPlans(refs, customers);
    return customers;
  }

  /** The rate in force for the customer at the instant, which an override of its own comes before; null where there is none. */
  rate(customer: BookCustomer, featureId: string, at: Date): Rate | null {
    return overrideAt(customer.overrides, featureId, at)?.rate ?? this.planRate(customer, featureId, at);
  }

  private planRate({ assignments, listedIn }: BookCustomer, featureId: string, at: Date): Rate | null {
    const assignment = assignmentAt(assignments, at);
    const publications = assignment?.planKey ? this.publications.get(assignment.planKey) : undefined;
    if (!assignment || !publications) return null;
    return publicationAt(publications, { since: assignment.validFrom, listedIn }, at)?.rates.get(featureId) ?? null;
  }

  async hasFeature(environmentKey: number, featureId: string): Promise<boolean> {
    return (await this.book.featureIds(this.queryable, environmentKey, this.revision(environmentKey))).has(featureId);
  }

  /** Null where there is none of this id. */
  async currency(environmentKey: number, currencyId: string): Promise<BookCurrency | null> {
    return (await this.book.currencies.of(this.queryable, environmentKey, this.revision(environmentKey))).get(currencyId) ?? null;
  }

  /** The features in use whose meters have this event name, in the order of their ids. */
  async metered(environmentKey: number, eventName: string): Promise<readonly MeteredFeature[]> {
    return (await this.book.meters.of(this.queryable, environmentKey, this.revision(environmentKey))).get(eventName) ?? [];
  }

  /** What is declared of the dimensions of features, by their ids. */
  declarations(environmentKey: number): Promise<ReadonlyMap<string, DeclaredDimensions>> {
    return this.book.declarations.of(this.queryable, environmentKey, this.revision(environmentKey));
  }

  /** What sellers have decided about the dimensions of their features, by the features' keys. */
  async dimensionRules(): Promise<ReadonlyMap<number, DimensionRule>> {
    const rules = new Map<number, DimensionRule>();
    for (const [environmentKey, revision] of this.revisions)
      for (const [featureKey, rule] of await this.book.rulesOf(this.queryable, environmentKey, revision)) rules.set(featureKey, rule);
    return rules;
  }

  /** The shadows of the environments, by the environment and the id of the plan, as `shadowText` writes them; mostly none. */
  async shadows(): Promise<ReadonlyMap<string, RunningShadow>> {
    const shadows = new Map<string, RunningShadow>();
    for (const [environmentKey, revision] of this.revisions)
      for (const shadow of await this.book.shadowsOf(this.queryable, environmentKey, revision))
        shadows.set(shadowText(environmentKey, shadow.planId), shadow);
    return shadows;
  }

  private async readCustomers(refs: readonly CustomerRef[], found: Map<string, BookCustomer>): Promise<void> {
    const { rows } = await this.queryable.query<CustomerRow>(
      `SELECT c.environment_key, c.id, c.key, c.archived_at IS NOT NULL AS is_archived, p.valid_from, p.plan_key,
              (SELECT array_agg(l.publication_key) FROM plan_publication_customer l WHERE l.customer_key = c.key) AS listed_in,
              EXISTS (SELECT FROM rate_override o WHERE o.customer_key = c.key) AS has_overrides
       FROM unnest($1::int4[], $2::text[]) AS wanted (environment_key, id)
       JOIN customer c ON c.environment_key = wanted.environment_key AND c.id = wanted.id
       LEFT JOIN customer_plan p ON p.customer_key = c.key
       ORDER BY c.key, p.valid_from`,
      [plainArray(refs.map((ref) => ref.environmentKey)), textArray(refs.map((ref) => ref.customerId))],
    );
    const overriding = new Set(rows.filter((row) => row.has_overrides).map((row) => row.key));
    const overrides = overriding.size === 0 ? null : await loadOverridesOfCustomers(this.queryable, [...overriding]);
    for (const row of rows) {
      const id = customerText(row.environment_key, row.id);
      const assignment = row.valid_from ? [{ validFrom: row.valid_from, planKey: row.plan_key }] : [];
      const customer = {
        key: row.key,
        isArchived: row.is_archived,
        assignments: [...(found.get(id)?.assignments ?? []), ...assignment],
        listedIn: new Set(row.listed_in),
        overrides: overrides?.get(row.key) ?? [],
      };
      found.set(id, customer);
      this.book.holdCustomer(id, this.revision(row.environment_key), customer);
    }
  }

  private async loadPlans(refs: readonly CustomerRef[], customers: readonly (BookCustomer | null)[]): Promise<void> {
    const planKeysByEnvironment = new Map<number, Set<number>>();
    for (const [index, { environmentKey }] of refs.entries()) {
      let planKeys = planKeysByEnvironment.get(environmentKey);
      if (!planKeys) planKeysByEnvironment.set(environmentKey, (planKeys = new Set()));
      for (const { planKey } of customers[index]?.assignments ?? []) if (planKey !== null) planKeys.add(planKey);
    }
    for (const [environmentKey, planKeys] of planKeysByEnvironment) {
      const publications = await this.book.publicationsOf(this.queryable, [...planKeys], this.revision(environmentKey));
      for (const [planKey, ofPlan] of publications) this.publications.set(planKey, ofPlan);
    }
  }

  private revision(environmentKey: number): bigint {
    return this.revisions.get(environmentKey) ?? 0n;
  }
}

function customerText(environmentKey: number, customerId: string): string {
  return `${environmentKey}:${customerId}`;
}

export function shadowText(environmentKey: number, planId: string): string {
  return `${environmentKey}:${planId}`;
}

import { LRUCache } from 'lru-cache';
import type { DimensionRule } from '../domain/dimension-rule';
import type { MeteredFeature } from '../domain/meter';
import { planAt, versionAt, type PlanAssignment } from '../domain/plan';
import type { PublishedVersion } from '../domain/price';
import type { Rate } from '../domain/rate';
import type { Queryable } from './database';
import { HeldCatalog, readCurrencies, readMeters, type BookCurrency } from './held-catalog';
import { loadRatesOfVersions } from './rate-rows';
import { plainArray, textArray } from './sql-arrays';

/** What a charge needs to know of a customer. `periods` in order of time. */
export interface BookCustomer {
  readonly key: bigint;
  readonly isArchived: boolean;
  readonly periods: readonly PlanAssignment[];
}

interface CustomerRow {
  environment_key: number;
  id: string;
  key: bigint;
  is_archived: boolean;
  valid_from: Date | null;
  plan_key: number | null;
}

interface VersionRow {
  plan_key: number;
  key: number;
  number: number;
  published_at: Date;
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
  private readonly heldCustomers = new LRUCache<string, Held<BookCustomer>>({ max: MOST_CUSTOMERS });
  private readonly versions = new LRUCache<number, Held<readonly PublishedVersion[]>>({ max: MOST_PLANS });
  private readonly features = new LRUCache<number, Held<ReadonlySet<string>>>({ max: 1_000 });
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

  async versionsOf(queryable: Queryable, planKeys: readonly number[], revision: bigint): Promise<Map<number, readonly PublishedVersion[]>> {
    const found = new Map<number, readonly PublishedVersion[]>();
    const missing: number[] = [];
    for (const planKey of planKeys) {
      const held = this.versions.get(planKey);
      if (held?.revision === revision) found.set(planKey, held.value);
      else missing.push(planKey);
    }
    if (missing.length === 0) return found;
    for (const [planKey, value] of await this.loadVersions(queryable, missing)) {
      this.versions.set(planKey, { revision, value });
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

  private async loadVersions(queryable: Queryable, planKeys: readonly number[]): Promise<Map<number, PublishedVersion[]>> {
    const { rows } = await queryable.query<VersionRow>(
      `SELECT plan_key, key, number, published_at FROM plan_version
       WHERE plan_key = ANY ($1::int4[]) AND status = 'PUBLISHED' ORDER BY plan_key, published_at, number`,
      [plainArray(planKeys)],
    );
    const rates = await this.ratesOf(
      queryable,
      rows.map((row) => row.key),
    );
    const versions = new Map<number, PublishedVersion[]>(planKeys.map((planKey) => [planKey, []]));
    for (const row of rows) {
      versions.get(row.plan_key)!.push({ number: row.number, publishedAt: row.published_at, rates: rates.get(row.key)! });
    }
    return versions;
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
  private readonly versions = new Map<number, readonly PublishedVersion[]>();

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

  /** The rate in force for the customer at the instant; null where there is none. */
  rate(customer: BookCustomer, featureId: string, at: Date): Rate | null {
    const planKey = planAt(customer.periods, at);
    const versions = planKey === null ? undefined : this.versions.get(planKey);
    return (versions && versionAt(versions, at)?.rates.get(featureId)) ?? null;
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

  /** What sellers have decided about the dimensions of their features, by the features' keys. */
  async dimensionRules(): Promise<ReadonlyMap<number, DimensionRule>> {
    const rules = new Map<number, DimensionRule>();
    for (const [environmentKey, revision] of this.revisions)
      for (const [featureKey, rule] of await this.book.rulesOf(this.queryable, environmentKey, revision)) rules.set(featureKey, rule);
    return rules;
  }

  private async readCustomers(refs: readonly CustomerRef[], found: Map<string, BookCustomer>): Promise<void> {
    const { rows } = await this.queryable.query<CustomerRow>(
      `SELECT c.environment_key, c.id, c.key, c.archived_at IS NOT NULL AS is_archived, p.valid_from, p.plan_key
       FROM unnest($1::int4[], $2::text[]) AS wanted (environment_key, id)
       JOIN customer c ON c.environment_key = wanted.environment_key AND c.id = wanted.id
       LEFT JOIN customer_plan p ON p.customer_key = c.key
       ORDER BY c.key, p.valid_from`,
      [plainArray(refs.map((ref) => ref.environmentKey)), textArray(refs.map((ref) => ref.customerId))],
    );
    for (const row of rows) {
      const id = customerText(row.environment_key, row.id);
      const period = row.valid_from ? [{ validFrom: row.valid_from, planKey: row.plan_key }] : [];
      const customer = { key: row.key, isArchived: row.is_archived, periods: [...(found.get(id)?.periods ?? []), ...period] };
      found.set(id, customer);
      this.book.holdCustomer(id, this.revision(row.environment_key), customer);
    }
  }

  private async loadPlans(refs: readonly CustomerRef[], customers: readonly (BookCustomer | null)[]): Promise<void> {
    const planKeysByEnvironment = new Map<number, Set<number>>();
    for (const [index, { environmentKey }] of refs.entries()) {
      let planKeys = planKeysByEnvironment.get(environmentKey);
      if (!planKeys) planKeysByEnvironment.set(environmentKey, (planKeys = new Set()));
      for (const { planKey } of customers[index]?.periods ?? []) if (planKey !== null) planKeys.add(planKey);
    }
    for (const [environmentKey, planKeys] of planKeysByEnvironment) {
      const versions = await this.book.versionsOf(this.queryable, [...planKeys], this.revision(environmentKey));
      for (const [planKey, ofPlan] of versions) this.versions.set(planKey, ofPlan);
    }
  }

  private revision(environmentKey: number): bigint {
    return this.revisions.get(environmentKey) ?? 0n;
  }
}

function customerText(environmentKey: number, customerId: string): string {
  return `${environmentKey}:${customerId}`;
}

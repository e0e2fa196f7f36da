import { MOST_NAME_LENGTH, refuseNewThing } from '../domain/catalog-input';
import type { Customer } from '../domain/customer';
import type { Problem } from '../domain/errors';
import { textProblems } from '../domain/ids';
import { instantProblems } from '../domain/instant';
import { metadataProblems, type Metadata } from '../domain/metadata';
import { inCatalogTransaction } from '../store/catalog';
import { insertAssignment } from '../store/customer-plans';
import { insertCustomer } from '../store/customers';
import type { Database } from '../store/database';
import type { Context } from './context';
import { loadAssignablePlan } from './load-assignable-plan';

export interface CustomerCreation {
  readonly id: string;
  readonly name: string;
  readonly metadata?: unknown;
  readonly planId?: string | null;
  readonly planValidFrom?: Date | null;
}

/**
 * Adds a customer, on a plan or on none. Nobody can have cached it, so the catalog's revision stays as it is.
 * In this order: ID_INVALID, INPUT_INVALID; PLAN_NOT_FOUND; ARCHIVED; PLAN_NOT_PUBLISHED; ALREADY_EXISTS.
 */
export async function createCustomer(database: Database, context: Context, input: CustomerCreation): Promise<Customer> {
  refuseNewThing(input.id, creationProblems(input));
  const { id, name, planId, planValidFrom } = input;
  const customer = { id, name, metadata: (input.metadata ?? {}) as Metadata, createdAt: context.now };
  return inCatalogTransaction(database, async (catalog) => {
    const plan = planId ? await loadAssignablePlan(catalog, context, planId) : null;
    const created = await insertCustomer(catalog, context.environmentKey, customer);
    if (plan) await insertAssignment(catalog, created.key, { validFrom: planValidFrom ?? context.now, planKey: plan.key }, context.now);
    return created;
  });
}

function creationProblems({ name, metadata, planId, planValidFrom }: CustomerCreation): Problem[] {
  return [
    ...textProblems('name', name, MOST_NAME_LENGTH),
    ...metadataProblems('metadata', metadata ?? {}),
    ...instantProblems('planValidFrom', planValidFrom),
    ...(planValidFrom && !planId ? [{ field: 'planValidFrom', message: 'can only be given with planId.' }] : []),
  ];
}

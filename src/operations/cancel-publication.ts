import { requireUnused } from '../domain/catalog-input';
import { DrawdownError } from '../domain/errors';
import { publicationStatus, type PlanPublication } from '../domain/publication';
import { changeCatalog, type Catalog } from '../store/catalog';
import { customersOnPlan } from '../store/catalog-users';
import type { Database } from '../store/database';
import { findPublication, findPublications, setPublicationCancelled } from '../store/publications';
import type { Context } from './context';

/**
 * Takes back a publication that is scheduled; what it would have put into force stays a version that can be published again. The only publication
 * of a plan that customers are on stays, for they would be without rates. `key` null: what was asked for is no id of a publication.
 * In this order: PUBLICATION_NOT_FOUND; PUBLICATION_CANCELLED; PUBLICATION_EFFECTIVE; IN_USE.
 */
export async function cancelPublication(database: Database, context: Context, key: number | null): Promise<PlanPublication> {
  return changeCatalog(database, context.environmentKey, async (catalog) => {
    const publication = key === null ? null : await findPublication(catalog, context.environmentKey, key);
    if (!publication) throw new DrawdownError('PUBLICATION_NOT_FOUND');
    const status = publicationStatus(publication, context.now);
    if (status === 'CANCELLED') throw new DrawdownError('PUBLICATION_CANCELLED');
    if (status === 'EFFECTIVE') throw new DrawdownError('PUBLICATION_EFFECTIVE');
    if (await isOnlyOne(catalog, publication))
      requireUnused(`only publication of plan ${publication.planId}`, await customersOnPlan(catalog, publication.planKey, context.now));
    await setPublicationCancelled(catalog, publication.key, context.now, context.apiKeyId ?? null);
    return (await findPublication(catalog, context.environmentKey, publication.key))!;
  });
}

async function isOnlyOne(catalog: Catalog, { key, planKey }: PlanPublication): Promise<boolean> {
  const publications = await findPublications(catalog, [planKey]);
  return publications.every((other) => other.key === key || other.cancelledAt !== null);
}

import { requireFound } from '../domain/catalog-input';
import { isVisibleFrom, type Environment } from '../domain/environment';
import type { Catalog } from '../store/catalog';
import { findEnvironment, lockEnvironment } from '../store/environments';
import type { Context } from './context';

/** The own environment or one created from it, locked until the end of the transaction; ENVIRONMENT_NOT_FOUND for any other. */
export async function loadVisibleEnvironment(catalog: Catalog, context: Context, id: string): Promise<Environment> {
  const found = await findEnvironment(catalog, id);
  const visible = found && isVisibleFrom(context.environmentKey, found) ? found : null;
  const { key } = requireFound('ENVIRONMENT_NOT_FOUND', 'environment', id, visible);
  await lockEnvironment(catalog, key);
  return requireFound('ENVIRONMENT_NOT_FOUND', 'environment', id, await findEnvironment(catalog, id));
}

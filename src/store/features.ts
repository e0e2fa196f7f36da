import type { DimensionRule } from '../domain/dimension-rule';
import type { Feature } from '../domain/feature';
import { isId } from '../domain/ids';
import type { Page, PageRequest } from '../domain/paging';
import { idPage, insertNew, pageOf, type Catalog, type CatalogFilter } from './catalog';

const HIDDEN = { environmentKey: true } as const;

export async function findFeature(catalog: Catalog, environmentKey: number, id: string): Promise<Feature | null> {
  if (!isId(id)) return null;
  return catalog.prisma.feature.findUnique({ where: { environmentKey_id: { environmentKey, id } }, omit: HIDDEN });
}

export async function findFeaturesByKey(catalog: Catalog, environmentKey: number, keys: readonly number[]): Promise<Feature[]> {
  return catalog.prisma.feature.findMany({ where: { environmentKey, key: { in: [...keys] } }, omit: HIDDEN });
}

export async function findFeaturesById(catalog: Catalog, environmentKey: number, ids: readonly string[]): Promise<Feature[]> {
  return catalog.prisma.feature.findMany({ where: { environmentKey, id: { in: [...ids] } }, omit: HIDDEN });
}

export async function listFeatures(catalog: Catalog, environmentKey: number, filter: CatalogFilter, request: PageRequest): Promise<Page<Feature>> {
  const { where, ...page } = idPage(filter, request);
  return pageOf(await catalog.prisma.feature.findMany({ where: { environmentKey, ...where }, omit: HIDDEN, ...page }), request);
}

export async function insertFeature(catalog: Catalog, environmentKey: number, feature: Omit<Feature, 'key' | 'archivedAt'>): Promise<Feature> {
  return insertNew(
    `feature ${feature.id}`,
    catalog.prisma.feature.create({ data: { environmentKey, ...feature, ...listsOf(feature) }, omit: HIDDEN }),
  );
}

export async function changeFeature(catalog: Catalog, key: number, data: Partial<Omit<Feature, 'key' | 'id' | 'createdAt'>>): Promise<Feature> {
  return catalog.prisma.feature.update({ where: { key }, data: { ...data, ...listsOf(data) }, omit: HIDDEN });
}

/** Prisma wants lists that it may change. */
function listsOf({ looseDimensions, rolledUpDimensions }: Partial<DimensionRule>) {
  return { looseDimensions: looseDimensions && [...looseDimensions], rolledUpDimensions: rolledUpDimensions && [...rolledUpDimensions] };
}

import type { DimensionRule } from '../domain/dimension-rule';
import type { Feature } from '../domain/feature';
import { isId } from '../domain/ids';
import { meterFromJson, meterToJson } from '../domain/meter';
import type { Page, PageRequest } from '../domain/paging';
import { idPage, insertNew, pageOf, type Catalog, type CatalogFilter } from './catalog';
import { Prisma } from './generated/client';

const HIDDEN = { environmentKey: true } as const;

/** A feature as Prisma gives it. */
type FeatureRow = Omit<Feature, 'meter'> & { readonly meter: unknown };

export async function findFeature(catalog: Catalog, environmentKey: number, id: string): Promise<Feature | null> {
  if (!isId(id)) return null;
  const row = await catalog.prisma.feature.findUnique({ where: { environmentKey_id: { environmentKey, id } }, omit: HIDDEN });
  return row && featureFrom(row);
}

export async function findFeaturesByKey(catalog: Catalog, environmentKey: number, keys: readonly number[]): Promise<Feature[]> {
  return (await catalog.prisma.feature.findMany({ where: { environmentKey, key: { in: [...keys] } }, omit: HIDDEN })).map(featureFrom);
}

export async function findFeaturesById(catalog: Catalog, environmentKey: number, ids: readonly string[]): Promise<Feature[]> {
  return (await catalog.prisma.feature.findMany({ where: { environmentKey, id: { in: [...ids] } }, omit: HIDDEN })).map(featureFrom);
}

export async function listFeatures(catalog: Catalog, environmentKey: number, filter: CatalogFilter, request: PageRequest): Promise<Page<Feature>> {
  const { where, ...page } = idPage(filter, request);
  const rows = await catalog.prisma.feature.findMany({ where: { environmentKey, ...where }, omit: HIDDEN, ...page });
  return pageOf(rows.map(featureFrom), request);
}

/** How many features in use, other than this one, have a meter of this event name. */
export async function countOtherMeters(catalog: Catalog, environmentKey: number, eventName: string, id: string): Promise<number> {
  const where = { environmentKey, archivedAt: null, NOT: { id }, meter: { path: ['eventName'], equals: eventName } };
  return catalog.prisma.feature.count({ where });
}

export async function insertFeature(catalog: Catalog, environmentKey: number, feature: Omit<Feature, 'key' | 'archivedAt'>): Promise<Feature> {
  const data = { environmentKey, ...feature, ...listsOf(feature), ...meterOf(feature) };
  return featureFrom(await insertNew(`feature ${feature.id}`, catalog.prisma.feature.create({ data, omit: HIDDEN })));
}

export async function changeFeature(catalog: Catalog, key: number, change: Partial<Omit<Feature, 'key' | 'id' | 'createdAt'>>): Promise<Feature> {
  const data = { ...change, ...listsOf(change), ...meterOf(change) };
  return featureFrom(await catalog.prisma.feature.update({ where: { key }, data, omit: HIDDEN }));
}

function featureFrom(row: FeatureRow): Feature {
  return { ...row, meter: row.meter === null ? null : meterFromJson(row.meter) };
}

/** Prisma wants lists that it may change. */
function listsOf({ looseDimensions, rolledUpDimensions }: Partial<DimensionRule>) {
  return { looseDimensions: looseDimensions && [...looseDimensions], rolledUpDimensions: rolledUpDimensions && [...rolledUpDimensions] };
}

/** undefined leaves it as it is. */
function meterOf({ meter }: Partial<Pick<Feature, 'meter'>>) {
  if (meter === undefined) return { meter };
  return { meter: meter === null ? Prisma.DbNull : (meterToJson(meter) as Prisma.InputJsonObject) };
}

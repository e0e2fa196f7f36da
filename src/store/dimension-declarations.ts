import { Decimal } from '../domain/decimal';
import { DeclaredDimensions } from '../domain/declared-dimensions';
import type { DimensionDeclaration } from '../domain/dimension-declaration';
import { isNumber, type DimensionType } from '../domain/dimensions';
import type { Catalog } from './catalog';
import type { Queryable } from './database';

interface DeclarationRow {
  readonly name: string;
  readonly type: DimensionType;
  readonly description: string | null;
  readonly lowest: string | null;
  readonly highest: string | null;
  readonly allowedValues: readonly string[];
  readonly required: boolean;
  readonly aliases: readonly string[];
}

function declarationFrom({ name, type, description, lowest, highest, allowedValues, required, aliases }: DeclarationRow): DimensionDeclaration {
  const values = type === 'NUMBER' ? allowedValues.map((text) => new Decimal(text)) : allowedValues;
  return {
    name,
    type,
    description,
    lowest: lowest === null ? null : new Decimal(lowest),
    highest: highest === null ? null : new Decimal(highest),
    allowedValues: values.length > 0 ? values : null,
    required,
    aliases,
  };
}

/** A declaration with the feature it is of. */
export interface DeclarationOfFeature {
  readonly featureKey: number;
  readonly declaration: DimensionDeclaration;
}

/** The declarations of these features, by name. */
export async function findDeclarations(catalog: Catalog, featureKeys: readonly number[]): Promise<DeclarationOfFeature[]> {
  const rows = await catalog.prisma.dimensionDeclaration.findMany({ where: { featureKey: { in: [...featureKeys] } }, orderBy: { name: 'asc' } });
  return rows.map((row) => ({ featureKey: row.featureKey, declaration: declarationFrom(row) }));
}

/** Adds the declaration, or replaces the one of this name. */
export async function putDeclaration(catalog: Catalog, featureKey: number, declaration: DimensionDeclaration): Promise<void> {
  const { name, type, description, lowest, highest, allowedValues, required, aliases } = declaration;
  const data = {
    type,
    description,
    lowest: lowest?.toFixed() ?? null,
    highest: highest?.toFixed() ?? null,
    allowedValues: (allowedValues ?? []).map((value) => (isNumber(value) ? value.toFixed() : String(value))),
    required,
    aliases: [...aliases],
  };
  const where = { featureKey_name: { featureKey, name } };
  await catalog.prisma.dimensionDeclaration.upsert({ where, update: data, create: { featureKey, name, ...data } });
}

export async function deleteDeclaration(catalog: Catalog, featureKey: number, name: string): Promise<void> {
  await catalog.prisma.dimensionDeclaration.delete({ where: { featureKey_name: { featureKey, name } } });
}

/** All of an environment, by the ids of the features. */
export async function readDeclarations(queryable: Queryable, environmentKey: number): Promise<ReadonlyMap<string, DeclaredDimensions>> {
  const { rows } = await queryable.query<DeclarationRow & { feature_id: string }>(
    `SELECT f.id AS feature_id, d.name, d.type::text AS type, d.description, d.lowest, d.highest, d.allowed_values AS "allowedValues", d.required, d.aliases
     FROM feature f JOIN dimension_declaration d ON d.feature_key = f.key WHERE f.environment_key = $1 ORDER BY f.id, d.name`,
    [environmentKey],
  );
  const declarations = new Map<string, DimensionDeclaration[]>();
  for (const { feature_id, ...row } of rows) declarations.set(feature_id, [...(declarations.get(feature_id) ?? []), declarationFrom(row)]);
  return new Map([...declarations].map(([featureId, ofFeature]) => [featureId, new DeclaredDimensions(ofFeature)]));
}

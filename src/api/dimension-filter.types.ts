import { GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { Field, InputType } from 'type-graphql';
import type { DimensionFilterInput as DomainDimensionFilterInput } from '../domain/dimension-filter';
import { MOST_FILTER_VALUES } from '../domain/dimension-filter';
import { Decimal } from '../domain/decimal';
import type { DimensionValue } from '../domain/dimensions';
import { ExactNumber } from '../domain/exact-number';
import { exactJsonValue } from './json';

/** What no dimension can be; the domain refuses it where it stands. */
const NO_VALUE = new Decimal(NaN);

export const DimensionValueScalar = new GraphQLScalarType<DimensionValue, unknown>({
  name: 'DimensionValue',
  description: 'The value of one dimension: a text, a number with all its digits, or a boolean.',
  serialize: (value) => valueToJson(value as DimensionValue),
  parseValue: valueFromJson,
  parseLiteral: valueFromLiteral,
});

function valueFromLiteral(node: ValueNode): DimensionValue {
  if (node.kind === Kind.INT || node.kind === Kind.FLOAT) return new Decimal(node.value);
  return node.kind === Kind.STRING || node.kind === Kind.BOOLEAN ? node.value : NO_VALUE;
}

function valueToJson(value: DimensionValue): unknown {
  return typeof value === 'object' ? exactJsonValue(value.toFixed()) : value;
}

function valueFromJson(json: unknown): DimensionValue {
  if (typeof json === 'string' || typeof json === 'boolean') return json;
  return typeof json === 'number' || json instanceof ExactNumber ? new Decimal(json.toString()) : NO_VALUE;
}

@InputType({
  description: 'Keeps what has one of the given values in one dimension. Exactly one of `equals` and `in` is given; several filters must all hold.',
})
export class DimensionFilterInput implements DomainDimensionFilterInput {
  @Field(() => String, { description: 'The name of the dimension.' })
  key!: string;

  @Field(() => DimensionValueScalar, {
    nullable: true,
    description: 'The value, of the same type: the number 3 equals 3.0 but not the text `"3"`. null: the dimension is absent.',
  })
  equals?: DimensionValue | null;

  @Field(() => [DimensionValueScalar], {
    nullable: 'itemsAndList',
    description: `Any of 1 to ${MOST_FILTER_VALUES} values; null among them stands for the absent dimension.`,
  })
  in?: (DimensionValue | null)[] | null;
}

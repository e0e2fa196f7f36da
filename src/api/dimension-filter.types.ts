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
  description:
    'The value of one dimension: a text, a number or a boolean, each as JSON has it. Numbers have all their digits in the JSON, in and out, such as ' +
    '12345678901234567890.5: a client whose parser would round them needs one that does not, such as lossless-json.',
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
  description: 'Keeps what has the given value, or one of several, in one key. Exactly one of `equals` and `in` must be given.',
})
export class DimensionFilterInput implements DomainDimensionFilterInput {
  @Field(() => String, {
    description:
      'The key, as it is written in groupBy: the name of a dimension, or `dimensions.NAME`, which every dimension may be written as and one with the name ' +
      'of a field (such as featureId) must. Fields themselves are keys in creditUsage alone.',
  })
  key!: string;

  @Field(() => DimensionValueScalar, {
    nullable: true,
    description: 'The value, of the same type: the number 3 equals 3.0 but not the text `"3"`. null: the key is absent.',
  })
  equals?: DimensionValue | null;

  @Field(() => [DimensionValueScalar], {
    nullable: 'itemsAndList',
    description: `Any of 1 to ${MOST_FILTER_VALUES} values; null among them stands for the absent key.`,
  })
  in?: (DimensionValue | null)[] | null;
}

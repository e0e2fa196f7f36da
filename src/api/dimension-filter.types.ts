import { GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { Field, InputType } from 'type-graphql';
import type { DimensionFilterInput as DomainDimensionFilterInput } from '../domain/dimension-filter';
import { MOST_FILTER_DEPTH, MOST_FILTER_VALUES, MOST_FILTERS } from '../domain/dimension-filter';
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

const BOUND = 'The value is a number, and ';
const COMBINED = 'Filters within filters count, too.';

@InputType({
  description:
    'Keeps what passes a test: a `key` with exactly one of `equals`, `in`, `prefix`, `exists` and bounds (any of `greaterThan`, `atLeast`, `lessThan` and `atMost`, which must ' +
    `all hold); or else exactly one of \`and\`, \`or\` and \`not\`. At most ${MOST_FILTERS} filters in a list, those within others included, nested at most ${MOST_FILTER_DEPTH} deep.`,
})
export class DimensionFilterInput implements DomainDimensionFilterInput {
  @Field(() => String, {
    nullable: true,
    description:
      'The key, as it is written in groupBy: the name of a dimension, or `dimensions.NAME`, which every dimension may be written as and one with the name ' +
      'of a field (such as featureId) must. Fields themselves are keys in creditUsage alone.',
  })
  key?: string | null;

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

  @Field(() => String, { nullable: true, description: 'The value is a text that begins so, by code points.' })
  prefix?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the key has a value at all.' })
  exists?: boolean | null;

  @Field(() => DimensionValueScalar, { nullable: true, description: `${BOUND}greater than this one.` })
  greaterThan?: DimensionValue | null;

  @Field(() => DimensionValueScalar, { nullable: true, description: `${BOUND}at least this one.` })
  atLeast?: DimensionValue | null;

  @Field(() => DimensionValueScalar, { nullable: true, description: `${BOUND}less than this one.` })
  lessThan?: DimensionValue | null;

  @Field(() => DimensionValueScalar, { nullable: true, description: `${BOUND}at most this one.` })
  atMost?: DimensionValue | null;

  @Field(() => [DimensionFilterInput], { nullable: true, description: `All of these must pass; at least one. ${COMBINED}` })
  and?: DimensionFilterInput[] | null;

  @Field(() => [DimensionFilterInput], { nullable: true, description: `One of these must pass, or several; at least one. ${COMBINED}` })
  or?: DimensionFilterInput[] | null;

  @Field(() => DimensionFilterInput, {
    nullable: true,
    description: 'What does not pass this filter. What has no value in its key is among it, unless the test asks for that.',
  })
  not?: DimensionFilterInput | null;
}

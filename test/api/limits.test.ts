import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kind, buildSchema, getIntrospectionQuery, isObjectType, parse, validate, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import {
  FIELD_WEIGHTS,
  LIST_LENGTHS,
  MOST_ALIASES,
  MOST_COMPLEXITY,
  MOST_DIRECTIVES,
  MOST_LEVELS,
  MOST_ROOT_FIELDS,
  checkComplexity,
  sizeRule,
} from '../../src/api/limits';
import { EXAMPLES } from '../../src/web/graphiql/examples';

const schema = buildSchema(`
  type Query { thing: Thing  things(first: Int, last: Int): Things! }
  type Things { edges: [Edge!]! }
  type Edge { node: Thing! }
  type Thing { id: ID!  name: String  inner: Thing  many: [Thing!]!  things(first: Int, last: Int): Things! }
`);

const sizeErrors = (document: string) => validate(schema, parse(document), [sizeRule]).map((error) => error.message);
const nested = (levels: number, leaf = 'id') => `${'inner{'.repeat(levels)}${leaf}${'}'.repeat(levels)}`;

describe('The size of a document', () => {
  test(`may be ${MOST_LEVELS} levels, not more`, () => {
    expect(sizeErrors(`{thing{${nested(MOST_LEVELS - 2)}}}`)).toEqual([]);
    expect(sizeErrors(`{thing{${nested(MOST_LEVELS - 1)}}}`)).toEqual([`The operation is more than ${MOST_LEVELS} levels deep.`]);
  });

  test('counts the levels of fragments where they are spread', () =>
    expect(sizeErrors(`{thing{${nested(8, '...deep')}}} fragment deep on Thing{${nested(8)}}`)).toHaveLength(1));

  test(`may have ${MOST_ALIASES} aliases`, () => {
    const aliases = (count: number) => Array.from({ length: count }, (_, i) => `a${i}:id`).join(' ');
    expect(sizeErrors(`{thing{${aliases(MOST_ALIASES)}}}`)).toEqual([]);
    expect(sizeErrors(`{thing{${aliases(MOST_ALIASES + 1)}}}`)).toHaveLength(1);
  });

  test(`may have ${MOST_ROOT_FIELDS} root fields, those of fragments included`, () => {
    const fields = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `f${from + i}:thing{id}`).join(' ');
    expect(sizeErrors(`{${fields(0, MOST_ROOT_FIELDS)}}`)).toEqual([]);
    expect(sizeErrors(`{${fields(0, 11)} ...more} fragment more on Query{${fields(11, 22)}}`)).toHaveLength(1);
  });

  test(`may have ${MOST_DIRECTIVES} directives`, () =>
    expect(sizeErrors(`{thing{id ${'@include(if:true)'.repeat(MOST_DIRECTIVES + 1)}}}`)).toHaveLength(1));

  test('does not count questions about the schema', () => expect(sizeErrors(getIntrospectionQuery())).toEqual([]));

  test('survives fragments in a circle', () => expect(sizeErrors('{...a} fragment a on Query{...b} fragment b on Query{...a}')).toEqual([]));

  test('is measured at once where fragments double each other', () => {
    const doubling = Array.from({ length: 60 }, (_, i) => `fragment f${i} on Query{...f${i + 1} ...f${i + 1}}`).join(' ');
    expect(sizeErrors(`{...f0} ${doubling} fragment f60 on Query{a:thing{id}}`)).toHaveLength(1);
  });
});

function complexityProblem(measured: GraphQLSchema, text: string, variables: object): string | null {
  const document = parse(text);
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION) as OperationDefinitionNode;
  try {
    checkComplexity(measured, document, operation, variables as Record<string, unknown>);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

describe('The complexity of an operation', () => {
  const complexityError = (text: string, variables = {}) => complexityProblem(schema, text, variables);
  const deep = (size: string, inner = size) => `things(first:${size}){edges{node{things(first:${inner}){edges{node{id name inner{id}}}}}}}`;

  test('multiplies by the sizes of pages', () => {
    expect(complexityError(`{${deep('100', '20')}}`)).toBeNull();
    expect(complexityError(`{${deep('100')}}`)).toMatch(new RegExp(`complexity of \\d+; ${MOST_COMPLEXITY} is the most`));
  });

  test('takes 20 items where no size is given', () =>
    expect(complexityError('{things{edges{node{things{edges{node{things{edges{node{id name inner{id name inner{id}}}}}}}}}}}}')).not.toBeNull());

  test.each(['0', '-5', '-2147483648', '101'])('cannot be made smaller by a size of %s', (size) =>
    expect(complexityError(`{${deep(size)}}`)).not.toBeNull(),
  );

  test('uses the values of variables, each time anew', () => {
    const document = `query($n:Int,$m:Int=3){${deep('$n', '$m')}}`;
    expect(complexityError(document, { n: 100 })).toBeNull();
    expect(complexityError(document, { n: 100, m: 100 })).not.toBeNull();
    expect(complexityError(document, { n: 100, m: -1 })).not.toBeNull();
    expect(complexityError(document, { n: 100, m: 'x' })).not.toBeNull();
  });

  test('multiplies by a usual length in lists that are no connections', () => {
    const many = (levels: number) => `{thing{${'many{'.repeat(levels)}id${'}'.repeat(levels)}}}`;
    expect(complexityError(many(6))).toBeNull();
    expect(complexityError(many(8))).not.toBeNull();
  });

  test('is measured through fragments', () => expect(complexityError(`{...f} fragment f on Query{${deep('100')}}`)).not.toBeNull());

  test('survives fragments in a circle', () => expect(complexityError('{...a} fragment a on Query{...a}')).toBeNull());
});

describe('What the schema offers', () => {
  const real = buildSchema(readFileSync(join(__dirname, '..', '..', 'schema.graphql'), 'utf8'));
  const problem = (text: string, variables = {}) => {
    expect(validate(real, parse(text))).toEqual([]);
    return validate(real, parse(text), [sizeRule])[0]?.message ?? complexityProblem(real, text, variables);
  };
  const usage = (size: number, fields: string) => `creditUsage(input:{currencyId:"credits"} first:${size}){edges{node{${fields}}}}`;
  const times = (count: number, field: string) => `{${Array.from({ length: count }, (_, index) => `f${index}:${field}`).join(' ')}}`;
  const EVENT = `id customer{id name} feature{id name} currency{id} resourceId idempotencyKey value timestamp receivedAt dimensions
    charge{cost balanceAfter overdraft rate{id formula creditsPerUnit} parameters{name value} draws{amount grant{id category priority remaining}}}`;

  test.each([...Object.keys(LIST_LENGTHS), ...Object.keys(FIELD_WEIGHTS)])('%s is a field of it', (name) => {
    const [typeName, fieldName] = name.split('.') as [string, string];
    const type = real.getType(typeName);
    expect(isObjectType(type) && Object.keys(type.getFields())).toContain(fieldName);
  });

  test.each<[string, string]>([
    [
      'the outcomes of a batch, with all that can be known of each event',
      `mutation($events:[ReportUsageInput!]!){reportUsageBatch(input:{events:$events}){acceptedCount duplicateCount refusedCount results{duplicate error{code message problems{field message}} event{${EVENT}}}}}`,
    ],
    [
      'a page of events with all that can be known of each',
      `{usageEvents(customerId:"c" first:100){edges{cursor node{${EVENT}}} pageInfo{hasNextPage endCursor}}}`,
    ],
    [
      'a page of series with all of their points',
      `{${usage(100, 'groups{key value} credits eventCount value share points{from to credits value eventCount}')}}`,
    ],
    ['the panels of a dashboard', times(8, usage(10, 'groups{key value} credits points{from credits}'))],
    [
      'the plans with the rates in force',
      '{plans(first:100){edges{node{id name publishedVersion{number rates{feature{id} mode creditsPerUnit formula}}}}}}',
    ],
    ['two audits', times(2, 'auditLedger(input:{customerId:"c"}){ok differences{kind detail}}')],
    ['every question about the schema', getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true })],
    ...EXAMPLES.map(({ query }): [string, string] => [`GraphiQL’s example ${/(?:query|mutation|subscription) (\w+)/.exec(query)![1]}`, query]),
  ])('may be asked for %s', (_, text) => expect(problem(text)).toBeNull());

  test.each<[string, string]>([
    ['twenty breakdowns with points', times(20, usage(100, 'points{credits}'))],
    ['every rate of every version of every plan', '{plans(first:100){edges{node{versions(first:100){edges{node{rates{formula}}}}}}}}'],
    ['three audits', times(3, 'auditLedger(input:{customerId:"c"}){ok}')],
  ])('may not be asked for %s', (_, text) => expect(problem(text)).toMatch(/complexity of \d+/));
});

import { describe, expect, test } from '@jest/globals';
import { Kind, buildSchema, getIntrospectionQuery, parse, validate, type OperationDefinitionNode } from 'graphql';
import { MOST_ALIASES, MOST_COMPLEXITY, MOST_DIRECTIVES, MOST_LEVELS, MOST_ROOT_FIELDS, checkComplexity, sizeRule } from '../../src/api/limits';

const schema = buildSchema(`
  type Query { thing: Thing  things(first: Int, last: Int): Things! }
  type Things { edges: [Edge!]! }
  type Edge { node: Thing! }
  type Thing { id: ID!  name: String  inner: Thing  things(first: Int, last: Int): Things! }
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

describe('The complexity of an operation', () => {
  const complexityError = (text: string, variables = {}) => {
    const document = parse(text);
    const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION) as OperationDefinitionNode;
    try {
      checkComplexity(schema, document, operation, variables);
      return null;
    } catch (error) {
      return (error as Error).message;
    }
  };
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

  test('is measured through fragments', () => expect(complexityError(`{...f} fragment f on Query{${deep('100')}}`)).not.toBeNull());

  test('survives fragments in a circle', () => expect(complexityError('{...a} fragment a on Query{...a}')).toBeNull());
});

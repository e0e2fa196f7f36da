import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import {
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
} from 'graphql';
import { buildApiSchema, schemaText } from '../../src/api/schema';
import { DrawdownError } from '../../src/domain/errors';
import type { CallerRole } from '../../src/domain/role';

const schema = buildApiSchema();
const types = Object.values(schema.getTypeMap()).filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type));
const objects = types.filter((type) => isObjectType(type));
const rootTypes = [schema.getQueryType()!, schema.getMutationType()!, schema.getSubscriptionType()!];
const rootFields = rootTypes.flatMap((type) => Object.values(type.getFields()).map((field) => [`${type.name}.${field.name}`, field] as const));

describe('schema.graphql', () => {
  test('is what the resolvers say; "npm run schema" writes it', () => {
    const file = readFileSync(join(__dirname, '../../schema.graphql'), 'utf8');
    expect(schemaText(schema) === file ? 'equal' : 'run "npm run schema" and look at the difference').toBe('equal');
  });
});

describe('Every thing in the schema', () => {
  test('is described', () => expect(types.flatMap(undescribed)).toEqual([]));

  test('is described as a sentence', () => {
    const texts = types.flatMap(descriptions).filter(([, text]) => text && !/[.)`”:]$/.test(text.trim()));
    expect(texts.map(([name, text]) => `${name}: ${text}`)).toEqual([]);
  });
});

function undescribed(type: GraphQLNamedType): string[] {
  return descriptions(type).flatMap(([name, text]) => (text ? [] : [name]));
}

function descriptions(type: GraphQLNamedType): [name: string, text: string | null | undefined][] {
  const own: [string, string | null | undefined][] = [[type.name, type.description]];
  if (isEnumType(type))
    return [...own, ...type.getValues().map((value): [string, string | null | undefined] => [`${type.name}.${value.name}`, value.description])];
  if (isInputObjectType(type))
    return [
      ...own,
      ...Object.values(type.getFields()).map((field): [string, string | null | undefined] => [`${type.name}.${field.name}`, field.description]),
    ];
  if (!isObjectType(type)) return own;
  return [...own, ...Object.values(type.getFields()).flatMap((field) => fieldDescriptions(type.name, field))];
}

function fieldDescriptions(typeName: string, field: GraphQLField<unknown, unknown>): [string, string | null | undefined][] {
  const name = `${typeName}.${field.name}`;
  return [[name, field.description], ...field.args.map((arg): [string, string | null | undefined] => [`${name}(${arg.name})`, arg.description])];
}

describe('Connections', () => {
  const connections = objects.filter((type) => type.name.endsWith('Connection'));

  test.each(connections.map((type) => [type.name, type] as const))('%s has the edges and the pageInfo of Relay', (name, type) => {
    const { edges, pageInfo } = type.getFields();
    const edge = schema.getType(name.replace(/Connection$/, 'Edge')) as GraphQLObjectType;
    expect([String(edges?.type), String(pageInfo?.type)]).toEqual([`[${edge.name}!]!`, 'PageInfo!']);
    expect(String(edge.getFields()['cursor']?.type)).toBe('String!');
    expect(isObjectType(schema.getType(String(edge.getFields()['node']?.type).replace('!', '')))).toBe(true);
  });

  test('are asked for with first, after, last and before, and nothing else is', () => {
    const expected = ['first: Int', 'after: String', 'last: Int', 'before: String'];
    const listing = objects.filter((type) => type !== schema.getSubscriptionType()); // what is told goes on after a sequence
    const fields = listing.flatMap((type) => Object.values(type.getFields()).map((field) => [type.name, field] as const));
    for (const [typeName, field] of fields) {
      const paging = field.args.map((arg) => `${arg.name}: ${String(arg.type)}`).filter((arg) => /^(first|after|last|before):/.test(arg));
      expect([`${typeName}.${field.name}`, paging]).toEqual([`${typeName}.${field.name}`, /Connection!?$/.test(String(field.type)) ? expected : []]);
    }
  });

  test('have a PageInfo exactly as Relay', () =>
    expect(
      Object.values((schema.getType('PageInfo') as GraphQLObjectType).getFields())
        .map((field) => `${field.name}: ${String(field.type)}`)
        .sort(),
    ).toEqual(['endCursor: String', 'hasNextPage: Boolean!', 'hasPreviousPage: Boolean!', 'startCursor: String']));
});

describe('A mutation', () => {
  const mutations = Object.values(schema.getMutationType()!.getFields());

  test.each(mutations.map((field) => [field.name, field] as const))('%s takes one input and answers a payload of its own', (name, field) => {
    const typeName = name[0]!.toUpperCase() + name.slice(1);
    expect(field.args.map((arg) => `${arg.name}: ${String(arg.type)}`)).toEqual([`input: ${typeName}Input!`]);
    expect(String(field.type)).toBe(`${typeName}Payload!`);
  });
});

/** What lets a caller in, or does not. */
function door({ subscribe, resolve }: GraphQLField<unknown, unknown>) {
  return (subscribe ?? resolve)!;
}

describe('Without a key', () => {
  const anonymous = {
    role: null,
    get context(): never {
      throw new Error('not reached');
    },
  };

  test.each(rootFields)('%s is refused before anything else', async (_name, field) => {
    await expect(Promise.resolve().then(() => door(field)({}, {}, anonymous, {} as GraphQLResolveInfo))).rejects.toEqual(
      new DrawdownError('UNAUTHENTICATED'),
    );
  });
});

describe('With a key or a token', () => {
  /** The least role, as the description of every operation ends. */
  const leastRole = ({ description }: GraphQLField<unknown, unknown>) => {
    const [, role, orToken] = / Role: (\w+)(?: or above)?(, or a customer token)?\.$/.exec(description ?? '') ?? [];
    return orToken ? 'CUSTOMER' : role;
  };
  const ROLE_ORDER: CallerRole[] = ['CUSTOMER', 'READER', 'WRITER', 'ADMIN'];
  const cases = rootFields.flatMap(([name, field]) => ROLE_ORDER.map((role) => [name, role, field] as const));

  test.each(cases)('%s lets or does not let a %s in, as its description says', async (_name, role, field) => {
    const least = ROLE_ORDER.indexOf(leastRole(field) as CallerRole);
    expect(least).toBeGreaterThanOrEqual(0);
    const error = await Promise.resolve()
      .then(() => door(field)({}, {}, { role }, {} as GraphQLResolveInfo))
      .catch((thrown: unknown) => thrown);
    const isForbidden = error instanceof DrawdownError && error.code === 'FORBIDDEN';
    expect(isForbidden).toBe(ROLE_ORDER.indexOf(role) < least);
  });
});

import { describe, expect, test } from '@jest/globals';
import { getVariableValues, parse, validate, type OperationDefinitionNode } from 'graphql';
import { sizeRule } from '../../src/api/limits';
import { buildApiSchema } from '../../src/api/schema';
import { EXAMPLES } from '../../src/web/graphiql/examples';

const schema = buildApiSchema();

describe('The examples of GraphiQL', () => {
  test.each(EXAMPLES.map(({ query, variables }) => [/(?:query|mutation|subscription) (\w+)/.exec(query)![1], parse(query), variables] as const))(
    '%s fits the schema',
    (_name, document, variables) => {
      const operation = document.definitions[0] as OperationDefinitionNode;
      expect(validate(schema, document).concat(validate(schema, document, [sizeRule]))).toEqual([]);
      expect(getVariableValues(schema, operation.variableDefinitions ?? [], variables as Record<string, unknown>).errors).toBeUndefined();
    },
  );
});

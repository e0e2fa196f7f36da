export const EXAMPLES = [{ query: '{ __typename }', variables: {} }];

import { expect } from '@jest/globals';

interface Connection<T> {
  readonly edges: readonly { readonly cursor: string; readonly node: T }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean; readonly startCursor: string; readonly endCursor: string };
}

/** All items of a connection, page by page to the end and back again; both walks must give the same. */
export async function walkBothWays<T>(size: number, ask: (page: object) => Promise<Connection<T>>): Promise<T[]> {
  const forward: T[] = [];
  for (let after: string | null = null; ;) {
    const page: Connection<T> = await ask({ first: size, after });
    forward.push(...page.edges.map((edge) => edge.node));
    expect(page.pageInfo.hasPreviousPage).toBe(after !== null);
    if (!page.pageInfo.hasNextPage) break;
    expect(page.edges).toHaveLength(size);
    after = page.pageInfo.endCursor;
  }
  const backward: T[] = [];
  for (let before: string | null = null; ;) {
    const page: Connection<T> = await ask({ last: size, before });
    backward.unshift(...page.edges.map((edge) => edge.node));
    expect(page.pageInfo.hasNextPage).toBe(before !== null);
    if (!page.pageInfo.hasPreviousPage) break;
    before = page.pageInfo.startCursor;
  }
  expect(backward).toEqual(forward);
  return forward;
}

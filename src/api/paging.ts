import 'reflect-metadata';
import { ArgsType, Field, Int, ObjectType, type ClassType } from 'type-graphql';
import { DrawdownError } from '../domain/errors';
import { isStorableText } from '../domain/ids';
import type { CursorValues, Page, PageRequest } from '../domain/paging';

export const MOST_PAGE_ITEMS = 100;
export const DEFAULT_PAGE_ITEMS = 20;
const MOST_CURSOR_LENGTH = 4096;

@ArgsType()
export class ConnectionArgs {
  @Field(() => Int, { nullable: true, description: 'How many items from the start, 1 to 100. Without `first` and `last`: 20.' })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Only items after the one with this cursor.' })
  after?: string | null;

  @Field(() => Int, { nullable: true, description: 'How many items from the end, 1 to 100. Not together with `first`.' })
  last?: number | null;

  @Field(() => String, { nullable: true, description: 'Only items before the one with this cursor.' })
  before?: string | null;
}

@ObjectType({ description: 'Where a page lies in its list.', simpleResolvers: true })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether there are items before this page.' })
  hasPreviousPage!: boolean;

  @Field(() => Boolean, { description: 'Whether there are items after this page.' })
  hasNextPage!: boolean;

  @Field(() => String, { nullable: true, description: 'The cursor of the first item of this page; null where the page is empty.' })
  startCursor!: string | null;

  @Field(() => String, { nullable: true, description: 'The cursor of the last item of this page; null where the page is empty.' })
  endCursor!: string | null;
}

/** What one value of a cursor must be: no forged cursor reaches a statement with a value of another type. */
export type CursorKind = 'text' | 'instant' | 'whole';

const CURSOR_KINDS: Record<CursorKind, (value: unknown) => boolean> = {
  text: (value) => typeof value === 'string' && isStorableText(value),
  instant: (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) && !Number.isNaN(Date.parse(value)),
  whole: (value) => typeof value === 'string' && /^-?\d{1,19}$/.test(value) && BigInt.asIntN(64, BigInt(value)) === BigInt(value),
};

/**
 * Judges the arguments of a connection. `kinds` says what the cursors of this connection hold, in order.
 * Refuses: PAGE_INVALID, CURSOR_INVALID.
 */
export function pageRequest(args: ConnectionArgs, connectionName: string, kinds: readonly CursorKind[]): PageRequest {
  const backward = isGiven(args.last);
  if (backward && isGiven(args.first)) throw new DrawdownError('PAGE_INVALID');
  const size = (backward ? args.last : args.first) ?? DEFAULT_PAGE_ITEMS;
  if (size < 1 || size > MOST_PAGE_ITEMS) throw new DrawdownError('PAGE_INVALID');
  return { size, backward, after: readCursor(args.after, connectionName, kinds), before: readCursor(args.before, connectionName, kinds) };
}

function isGiven(count: number | null | undefined): boolean {
  return count !== null && count !== undefined;
}

export function encodeCursor(connectionName: string, values: CursorValues): string {
  return Buffer.from(JSON.stringify([connectionName, ...values])).toString('base64url');
}

function readCursor(cursor: string | null | undefined, connectionName: string, kinds: readonly CursorKind[]): CursorValues | null {
  if (cursor === null || cursor === undefined) return null;
  const values = cursorValues(cursor, connectionName, kinds);
  if (!values) throw new DrawdownError('CURSOR_INVALID');
  return values;
}

/** What `encodeCursor` wrote; null where it wrote no such thing. */
export function cursorValues(cursor: string, connectionName: string, kinds: readonly CursorKind[]): CursorValues | null {
  const [name, ...values] = cursor.length > MOST_CURSOR_LENGTH ? [] : jsonList(Buffer.from(cursor, 'base64url').toString());
  const fits = name === connectionName && values.length === kinds.length && kinds.every((kind, i) => CURSOR_KINDS[kind](values[i]));
  return fits ? (values as CursorValues) : null;
}

function jsonList(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

export interface Edge<T> {
  cursor: string;
  node: T;
}

export interface Connection<T> {
  edges: Edge<T>[];
  pageInfo: PageInfo;
}

/** A page as Relay writes it. `cursorValues` gives an item's place in the list, as `pageRequest` was told with `kinds`. */
export function toConnection<T>(page: Page<T>, connectionName: string, cursorValues: (item: T) => CursorValues): Connection<T> {
  const edges = page.items.map((node) => ({ cursor: encodeCursor(connectionName, cursorValues(node)), node }));
  const { hasPreviousPage, hasNextPage } = page;
  return { edges, pageInfo: { hasPreviousPage, hasNextPage, startCursor: edges[0]?.cursor ?? null, endCursor: edges.at(-1)?.cursor ?? null } };
}

/**
 * Makes the object types `<Name>Connection` and `<Name>Edge` of a node type, exactly as Relay has them:
 * `export const PlanConnection = connectionType(Plan, 'Plans, by id.');`. What a connection says beyond that is added by field resolvers.
 */
export function connectionType<T extends object>(Node: ClassType<T>, description: string, name = Node.name): ClassType<Connection<T>> {
  @ObjectType(`${name}Edge`, { description: `One item of a \`${name}Connection\`.`, simpleResolvers: true })
  class NodeEdge implements Edge<T> {
    @Field(() => String, { description: 'The place of this item in its list, for `after` and `before`. It means nothing elsewhere.' })
    cursor!: string;

    @Field(() => Node, { description: 'The item.' })
    node!: T;
  }

  @ObjectType(`${name}Connection`, { description, simpleResolvers: true })
  class NodeConnection implements Connection<T> {
    @Field(() => [NodeEdge], { description: 'The items of this page, in the order of the list.' })
    edges!: NodeEdge[];

    @Field(() => PageInfo, { description: 'Where this page lies in the list.' })
    pageInfo!: PageInfo;
  }
  return NodeConnection;
}

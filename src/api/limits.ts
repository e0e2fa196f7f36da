import {
  GraphQLError,
  Kind,
  getNamedType,
  getNullableType,
  isInterfaceType,
  isListType,
  isObjectType,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValueNode,
} from 'graphql';
import { MOST_FILTER_DEPTH } from '../domain/dimension-filter';
import { DrawdownError } from '../domain/errors';
import { HISTOGRAM_BOUNDS, QUANTILES } from '../domain/impact';
import { MOST_CHANGED_SERIES } from '../domain/usage-changes';
import { DEFAULT_PAGE_ITEMS, MOST_PAGE_ITEMS } from './paging';

/** How large a document may be. Fields about the schema itself (`__schema`) count for nothing: GraphiQL's own question is deep. */
export const MOST_TOKENS = 2000;
export const MOST_LEVELS = 15;
export const MOST_ALIASES = 100;
export const MOST_DIRECTIVES = 50;
export const MOST_ROOT_FIELDS = 20;
/** One point per field, times the page size inside a connection, times a usual length inside another list. */
export const MOST_COMPLEXITY = 50_000;

/** Lists that are no connections. A length is what is usual, not what is possible: a page of 100 series with all of their points must pass. */
const USUAL_LENGTH = 5;
export const LIST_LENGTHS: Readonly<Record<string, number>> = {
  'CreditUsageSeries.points': 50,
  'PlanVersion.rates': 50,
  /** All filters of a meter together are few, however they are nested. */
  'Meter.filters': 1,
  'DimensionFilter.and': 1,
  'DimensionFilter.or': 1,
  'CreditUsageChange.series': MOST_CHANGED_SERIES,
  'Backtest.rates': 50,
  'BacktestResult.currencies': 2,
  'Shadow.rates': 50,
  'ShadowReport.currencies': 2,
  'ImpactDistribution.histogram': HISTOGRAM_BOUNDS.length + 1,
  'ImpactDistribution.quantiles': QUANTILES.length,
};

/** Points of the fields that are much work even where little of their answer is asked for. */
export const FIELD_WEIGHTS: Readonly<Record<string, number>> = {
  'Query.auditLedger': 20_000,
  'Query.estimateUsage': 2_000,
  'Query.estimateEvents': 2_000,
  'Query.creditUsage': 2_000,
  'Query.compareCreditUsage': 4_000,
  'Query.creditUsageDimensions': 2_000,
  'Query.creditUsageDimensionValues': 2_000,
  'CreditUsageSeries.entries': 1_000,
  'CreditUsagePoint.entries': 400,
  'Subscription.creditUsageChanged': 2_000,
  'BacktestResult.currencies': 500,
  'BacktestResult.refusals': 500,
  'ShadowReport.currencies': 500,
  'ShadowReport.refusals': 500,
  'CurrencyImpact.distribution': 1_000,
  'CurrencyImpact.movers': 500,
};

/** Where a variable may hold a filter, and a filter others. */
const FILTER_PLACES = ['input', 'meter', 'filters', 'dimensions', 'and', 'or', 'not'];
/** Far more than the domain accepts. */
const MOST_VARIABLE_LEVELS = 100;

/** Filters alone hold others of their kind, and GraphQL reads variables by calling itself once per level. Refuses: INPUT_INVALID. */
export function checkVariableLevels(variables: object): void {
  let level: unknown[] = Object.values(variables);
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MOST_VARIABLE_LEVELS) throw new DrawdownError('INPUT_INVALID', `Filters are nested more than ${MOST_FILTER_DEPTH} deep.`);
    level = level.flatMap((value) => (Array.isArray(value) ? value.flatMap(filtersWithin) : filtersWithin(value)));
  }
}

function filtersWithin(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return FILTER_PLACES.flatMap((name) => (Object.hasOwn(value, name) ? [(value as Record<string, unknown>)[name]] : []));
}

interface Size {
  /** Fields of the set itself, those of its fragments included. */
  readonly fields: number;
  readonly levels: number;
  readonly aliases: number;
  readonly directives: number;
}

const NOTHING: Size = { fields: 0, levels: 0, aliases: 0, directives: 0 };

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

function fragmentsOf(document: DocumentNode): Fragments {
  return new Map(document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION).map((node) => [node.name.value, node]));
}

/** A validation rule: what a document asks for must stay within the limits that do not depend on its variables. */
export function sizeRule(context: ValidationContext) {
  const document = context.getDocument();
  const meter = new SizeMeter(fragmentsOf(document));
  for (const node of document.definitions) {
    if (node.kind !== Kind.OPERATION_DEFINITION) continue;
    const message = sizeProblem(meter.sizeOf(node.selectionSet));
    if (message) context.reportError(new GraphQLError(message, { nodes: [node] }));
  }
  return {};
}

function sizeProblem(size: Size): string | undefined {
  if (size.levels > MOST_LEVELS) return `The operation is more than ${MOST_LEVELS} levels deep.`;
  if (size.aliases > MOST_ALIASES) return `The operation has more than ${MOST_ALIASES} aliases.`;
  if (size.directives > MOST_DIRECTIVES) return `The operation has more than ${MOST_DIRECTIVES} directives.`;
  return size.fields > MOST_ROOT_FIELDS ? `The operation has more than ${MOST_ROOT_FIELDS} root fields.` : undefined;
}

/** Sizes of selection sets, each fragment measured once however often it is spread. */
class SizeMeter {
  private readonly fragmentSizes = new Map<string, Size>();

  constructor(private readonly fragments: Fragments) {}

  sizeOf(set: SelectionSetNode | undefined): Size {
    let { fields, levels, aliases, directives } = NOTHING;
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FIELD && selection.name.value.startsWith('__')) continue;
      const inner = selection.kind === Kind.FRAGMENT_SPREAD ? this.sizeOfFragment(selection.name.value) : this.sizeOf(selection.selectionSet);
      const isField = selection.kind === Kind.FIELD;
      fields += isField ? 1 : inner.fields;
      levels = Math.max(levels, inner.levels + (isField ? 1 : 0));
      aliases += inner.aliases + (isField && selection.alias ? 1 : 0);
      directives += inner.directives + (selection.directives?.length ?? 0);
    }
    return { fields, levels, aliases, directives };
  }

  private sizeOfFragment(name: string): Size {
    const known = this.fragmentSizes.get(name);
    if (known) return known;
    this.fragmentSizes.set(name, NOTHING); // a circle ends here; GraphQL's own rule refuses it
    const size = this.sizeOf(this.fragments.get(name)?.selectionSet);
    this.fragmentSizes.set(name, size);
    return size;
  }
}

type Variables = Readonly<Record<string, unknown>>;

/** Complexities of operations whose page sizes do not come from variables. */
const fixedComplexities = new WeakMap<OperationDefinitionNode, number>();

/** Refuses an operation that asks for too much with these variables. */
export function checkComplexity(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Variables): void {
  const known = fixedComplexities.get(operation);
  if (known !== undefined) return;
  const meter = new ComplexityMeter(schema, fragmentsOf(document), operation, variables);
  const complexity = meter.ofOperation();
  if (complexity > MOST_COMPLEXITY) throw tooComplex(complexity);
  if (!meter.usedVariables) fixedComplexities.set(operation, complexity);
}

function tooComplex(complexity: number): GraphQLError {
  return new GraphQLError(
    `The operation has a complexity of ${complexity}; ${MOST_COMPLEXITY} is the most. Ask for smaller pages, or for fewer fields inside of lists.`,
    { extensions: { code: 'GRAPHQL_VALIDATION_FAILED', http: { status: 400 } } },
  );
}

class ComplexityMeter {
  usedVariables = false;
  private readonly fragmentComplexities = new Map<string, number>();

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly fragments: Fragments,
    private readonly operation: OperationDefinitionNode,
    private readonly variables: Variables,
  ) {}

  ofOperation(): number {
    return this.ofSet(this.operation.selectionSet, this.schema.getRootType(this.operation.operation) ?? undefined);
  }

  private ofSet(set: SelectionSetNode | undefined, type: GraphQLNamedType | undefined): number {
    let sum = 0;
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FIELD) sum += this.ofField(selection, type);
      else if (selection.kind === Kind.FRAGMENT_SPREAD) sum += this.ofFragment(selection.name.value);
      else sum += this.ofSet(selection.selectionSet, selection.typeCondition ? this.schema.getType(selection.typeCondition.name.value) : type);
    }
    return sum;
  }

  private ofField(node: FieldNode, parent: GraphQLNamedType | undefined): number {
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
    if (!field) return 0;
    const weight = FIELD_WEIGHTS[`${parent!.name}.${field.name}`] ?? 1;
    return weight + this.lengthOf(node, field, parent!) * this.ofSet(node.selectionSet, getNamedType(field.type));
  }

  private ofFragment(name: string): number {
    const known = this.fragmentComplexities.get(name);
    if (known !== undefined) return known;
    this.fragmentComplexities.set(name, 0); // a circle ends here
    const fragment = this.fragments.get(name);
    const complexity = fragment ? this.ofSet(fragment.selectionSet, this.schema.getType(fragment.typeCondition.name.value)) : 0;
    this.fragmentComplexities.set(name, complexity);
    return complexity;
  }

  private lengthOf(node: FieldNode, field: GraphQLField<unknown, unknown>, parent: GraphQLNamedType): number {
    if (field.args.some((arg) => arg.name === 'first')) return this.pageSize(node);
    const isEdges = field.name === 'edges'; // the connection has multiplied by their number
    return isEdges || !isListType(getNullableType(field.type)) ? 1 : (LIST_LENGTHS[`${parent.name}.${field.name}`] ?? USUAL_LENGTH);
  }

  /** A size out of range counts as the largest: no argument can make an operation look small. */
  private pageSize(node: FieldNode): number {
    const sizes = (node.arguments ?? [])
      .filter((arg) => arg.name.value === 'first' || arg.name.value === 'last')
      .map((arg) => this.valueOf(arg.value));
    const given = sizes.filter((size) => size !== null && size !== undefined);
    if (given.length === 0) return DEFAULT_PAGE_ITEMS;
    return Math.max(...given.map((size) => (typeof size === 'number' && size >= 1 && size <= MOST_PAGE_ITEMS ? size : MOST_PAGE_ITEMS)));
  }

  private valueOf(node: ValueNode): unknown {
    if (node.kind === Kind.INT) return Number(node.value);
    if (node.kind !== Kind.VARIABLE) return node.kind === Kind.NULL ? null : MOST_PAGE_ITEMS;
    this.usedVariables = true;
    const name = node.name.value;
    const definition = this.operation.variableDefinitions?.find((variable) => variable.variable.name.value === name);
    if (Object.hasOwn(this.variables, name)) return this.variables[name];
    return definition?.defaultValue?.kind === Kind.INT ? Number(definition.defaultValue.value) : null;
  }
}

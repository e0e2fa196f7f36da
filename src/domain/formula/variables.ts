import { childrenOf, type Node, type ValueType } from './syntax-tree';

/** `any`: only `exists` asks for it, or it is only compared with others like it. */
export type VariableType = ValueType | 'any';

export interface FormulaVariable {
  /** `value` for the reported value; a dimension that is itself called value is written `dimensions.value`. */
  readonly name: string;
  /** The dimension it reads; null: the reported value. */
  readonly dimension: string | null;
  readonly type: VariableType;
  /** The formula says, by `coalesce` or `exists`, what happens where an event lacks it. */
  readonly optional: boolean;
}

/** In the order of their first use. */
export function variablesOf(root: Node, types: ReadonlyMap<string, ValueType>): FormulaVariable[] {
  const { uses, optional } = usesIn(root);
  const names = [...new Set(uses.map((use) => use.dimension))];
  return names.map((dimension) => {
    if (dimension === null) return { name: 'value', dimension, type: 'number', optional: false };
    const name = dimension === 'value' ? 'dimensions.value' : dimension;
    return { name, dimension, type: types.get(dimension) ?? 'any', optional: optional.has(dimension) };
  });
}

interface Use {
  readonly dimension: string | null;
  readonly start: number;
}

interface Uses {
  readonly uses: readonly Use[];
  readonly optional: ReadonlySet<string>;
}

function usesIn(root: Node): Uses {
  const uses: Use[] = [];
  const optional = new Set<string>();
  const visit = (node: Node): void => {
    if (node.kind === 'value') uses.push({ dimension: null, start: node.start });
    if (node.kind === 'dimension') uses.push({ dimension: node.name, start: node.start });
    for (const choice of choicesOf(node)) if (choice.kind === 'dimension') optional.add(choice.name);
    for (const child of childrenOf(node)) visit(child);
  };
  visit(root);
  return { uses: uses.sort((a, b) => a.start - b.start), optional };
}

/** The arguments that may be missing. */
function choicesOf(node: Node): readonly Node[] {
  if (node.kind !== 'call') return [];
  if (node.name === 'exists') return node.arguments;
  return node.name === 'coalesce' ? node.arguments.slice(0, -1) : [];
}

/** The offsets at which dimensions are first used. */
export function firstUsesIn(root: Node): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  for (const { dimension, start } of usesIn(root).uses) if (dimension !== null && !first.has(dimension)) first.set(dimension, start);
  return first;
}

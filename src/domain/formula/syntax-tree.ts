import type { Decimal } from '../decimal';
import type { FunctionName } from './functions';

export type ValueType = 'number' | 'text' | 'boolean';
export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';
export type Arithmetic = '+' | '-' | '*' | '/' | '%' | '^';
/** The functions that are not turned into a node kind of their own. */
export type CalledFunction = Exclude<FunctionName, 'if' | 'dimension'>;

/** Where a part stands in the text: from `start` up to `end`, and `at`, the place to point to. Offsets of UTF-16 units. */
export interface Place {
  readonly start: number;
  readonly end: number;
  readonly at: number;
}

/** A part of a formula. `if(a, b, c)` and `a ? b : c` are one kind; `x` and `dimension("x")` as well. */
export type Node = Place &
  (
    | { readonly kind: 'number'; readonly value: Decimal }
    | { readonly kind: 'text'; readonly value: string }
    | { readonly kind: 'boolean'; readonly value: boolean }
    | { readonly kind: 'value' }
    | { readonly kind: 'dimension'; readonly name: string }
    | { readonly kind: 'negation'; readonly operand: Node }
    | { readonly kind: 'not'; readonly operand: Node }
    | { readonly kind: 'arithmetic'; readonly operator: Arithmetic; readonly left: Node; readonly right: Node }
    | { readonly kind: 'comparison'; readonly operator: Comparison; readonly left: Node; readonly right: Node }
    | { readonly kind: 'logical'; readonly operator: 'and' | 'or'; readonly left: Node; readonly right: Node }
    | { readonly kind: 'in'; readonly needle: Node; readonly list: readonly Node[] }
    | { readonly kind: 'conditional'; readonly condition: Node; readonly whenTrue: Node; readonly whenFalse: Node }
    | { readonly kind: 'call'; readonly name: CalledFunction; readonly arguments: readonly Node[] }
  );

export type NodeOf<Kind extends Node['kind']> = Extract<Node, { kind: Kind }>;

export function childrenOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'negation':
    case 'not':
      return [node.operand];
    case 'arithmetic':
    case 'comparison':
    case 'logical':
      return [node.left, node.right];
    case 'in':
      return [node.needle, ...node.list];
    case 'conditional':
      return [node.condition, node.whenTrue, node.whenFalse];
    case 'call':
      return node.arguments;
    default:
      return [];
  }
}

import type { Decimal } from '../decimal';
import type { Dimensions, DimensionValue } from '../dimensions';
import { DrawdownError } from '../errors';
import { tierOf, tiersOf } from '../formula/arithmetic';
import { compileNode } from '../formula/compile';
import type { Formula } from '../formula/formula';
import { childrenOf, type Node, type NodeOf } from '../formula/syntax-tree';

/** One way through a part of a formula that has several. */
export interface Branch {
  /** Of all branches of the formula, in the order of the text. */
  readonly index: number;
  /** When it is taken, in words for people. */
  readonly words: string;
}

/** What one evaluation came by. What was entered and has no value ended in a refusal. */
interface Path {
  readonly entered: Set<Node>;
  readonly values: Map<Node, DimensionValue>;
}

interface WatchedBranch extends Branch {
  readonly isTaken: (path: Path) => boolean;
}

const LONGEST_SHOWN = 60;

/** The branches of a formula (`? :`, if, coalesce, exists, tiers), and which of them an event takes, by the formula's own evaluation. */
export class BranchWatch {
  readonly branches: readonly Branch[];
  private readonly watched: readonly WatchedBranch[];
  private path: Path = { entered: new Set(), values: new Map() };
  private readonly evaluate: (value: Decimal, dimensions: Dimensions) => DimensionValue;

  constructor({ text, root, dimensionTypes }: Formula) {
    this.watched = branchesBelow(root, text).map((branch, index) => ({ ...branch, index }));
    this.branches = this.watched;
    this.evaluate = compileNode(root, {
      text,
      dimensionTypes,
      constants: new Map(),
      observe: (node, evaluate) => (value, dimensions) => {
        this.path.entered.add(node);
        const result = evaluate(value, dimensions);
        this.path.values.set(node, result);
        return result;
      },
    });
  }

  /** The indices of the branches that the event takes, those before a refusal included, and the result; null: it is refused. */
  watch(value: Decimal, dimensions: Dimensions): { branches: ReadonlySet<number>; result: DimensionValue | null } {
    this.path = { entered: new Set(), values: new Map() };
    let result: DimensionValue | null = null;
    try {
      result = this.evaluate(value, dimensions);
    } catch (error) {
      if (!(error instanceof DrawdownError)) throw error;
    }
    return { branches: new Set(this.watched.filter(({ isTaken }) => isTaken(this.path)).map(({ index }) => index)), result };
  }
}

type Way = Omit<WatchedBranch, 'index'>;

function branchesBelow(node: Node, text: string): Way[] {
  return [...branchesOf(node, text), ...childrenOf(node).flatMap((child) => branchesBelow(child, text))];
}

function branchesOf(node: Node, text: string): Way[] {
  if (node.kind === 'conditional') {
    const condition = shown(node.condition, text);
    return [enters(node.whenTrue, condition), enters(node.whenFalse, `not ${condition}`)];
  }
  if (node.kind !== 'call') return [];
  if (node.name === 'coalesce') return waysOfCoalesce(node, text);
  if (node.name === 'exists') return waysOfExists(node, text);
  return node.name === 'tiered' || node.name === 'volume' ? tiersIn(node, text) : [];
}

function enters(node: Node, words: string): Way {
  return { words, isTaken: ({ entered }) => entered.has(node) };
}

function waysOfCoalesce({ arguments: choices }: NodeOf<'call'>, text: string): Way[] {
  const names = choices.slice(0, -1).map((choice) => shown(choice, text));
  return choices.map((choice, index) => enters(choice, index < names.length ? `with ${names[index]}` : `without ${names.join(', ')}`));
}

function waysOfExists(node: NodeOf<'call'>, text: string): Way[] {
  const name = shown(node.arguments[0]!, text);
  return [true, false].map((there) => ({ words: `${there ? 'with' : 'without'} ${name}`, isTaken: ({ values }) => values.get(node) === there }));
}

function tiersIn(node: NodeOf<'call'>, text: string): Way[] {
  const [x, ...rest] = node.arguments;
  return Array.from({ length: rest.length / 2 + 0.5 }, (_, tier) => ({
    words: `${shown(x!, text)} in tier ${tier + 1}`,
    isTaken: ({ values }) => {
      const [amount, ...numbers] = node.arguments.map((argument) => values.get(argument) as Decimal | undefined);
      return amount !== undefined && numbers.every((number) => number !== undefined) && tierOf(amount, tiersOf(numbers).bounds) === tier;
    },
  }));
}

function shown({ start, end }: Node, text: string): string {
  const part = text.slice(start, end).replace(/\s+/g, ' ');
  return part.length > LONGEST_SHOWN ? `${[...part].slice(0, LONGEST_SHOWN).join('')}…` : part;
}

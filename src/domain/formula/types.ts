import { FUNCTIONS } from './functions';
import { positionOf, type ProblemList } from './problem';
import type { Node, NodeOf, Place, ValueType } from './syntax-tree';

/** The type of a part, once something has said it. Parts that must have the same type share one slot by way of `merged`. */
interface Slot {
  merged: Slot | null;
  type: ValueType | null;
  /** Where the type was said. */
  origin: Place | null;
}

const ARTICLES = { number: 'a number', text: 'a text', boolean: 'true or false' } as const;

/**
 * Finds the type of every part and of every dimension from how they are used, and tells where two uses contradict each other.
 * Answers the types of the dimensions; one that nothing determines has none.
 */
export function inferTypes(root: Node, problems: ProblemList): ReadonlyMap<string, ValueType> {
  const inference = new TypeInference(problems);
  inference.want(root, 'number', 'The result of a formula must be a number');
  return inference.dimensionTypes();
}

class TypeInference {
  private readonly dimensions = new Map<string, Slot>();

  constructor(readonly problems: ProblemList) {}

  dimensionTypes(): Map<string, ValueType> {
    const types = new Map<string, ValueType>();
    for (const [name, slot] of this.dimensions) {
      const { type } = rootOf(slot);
      if (type) types.set(name, type);
    }
    return types;
  }

  want(node: Node, type: ValueType, rule: string): void {
    this.unify(this.slotOf(node), { merged: null, type, origin: node }, node, rule);
  }

  private slotOf(node: Node): Slot {
    switch (node.kind) {
      case 'number':
      case 'text':
      case 'boolean':
        return fixed(node.kind, node);
      case 'value':
        return fixed('number', node);
      case 'dimension':
        return this.dimensionSlot(node.name);
      case 'negation':
        this.want(node.operand, 'number', 'A minus sign needs a number');
        return fixed('number', node);
      case 'not':
        this.want(node.operand, 'boolean', 'not needs a condition; it binds more tightly than comparisons: write not (a == b)');
        return fixed('boolean', node);
      case 'in':
        return this.in(node);
      case 'conditional':
        return this.conditional(node);
      case 'call':
        return this.call(node);
      default:
        return this.infix(node);
    }
  }

  private dimensionSlot(name: string): Slot {
    const known = this.dimensions.get(name);
    if (known) return known;
    const slot: Slot = { merged: null, type: null, origin: null };
    this.dimensions.set(name, slot);
    return slot;
  }

  private infix(node: NodeOf<'arithmetic'> | NodeOf<'comparison'> | NodeOf<'logical'>): Slot {
    const { operator, left, right } = node;
    if (operator === '==' || operator === '!=') {
      this.same([left, right], `Both sides of ${operator} must have the same type`);
      return fixed('boolean', node);
    }
    const operand = node.kind === 'logical' ? 'boolean' : 'number';
    const rule = node.kind === 'logical' ? `${operator} needs conditions on both sides` : `${operator} needs numbers on both sides`;
    this.want(left, operand, rule);
    this.want(right, operand, rule);
    return fixed(node.kind === 'arithmetic' ? 'number' : 'boolean', node);
  }

  private in(node: NodeOf<'in'>): Slot {
    this.same([node.needle, ...node.list], 'What stands before in and everything in its list must have the same type');
    return fixed('boolean', node);
  }

  private conditional(node: NodeOf<'conditional'>): Slot {
    this.want(node.condition, 'boolean', 'A condition must be true or false, such as x > 0');
    return this.same([node.whenTrue, node.whenFalse], 'Both branches of a condition must have the same type');
  }

  private call(node: NodeOf<'call'>): Slot {
    if (node.name === 'exists') this.mustBeDimension(node.arguments[0]!, 'exists takes a dimension: exists(x) or exists(dimension("any-name")).');
    if (node.name === 'coalesce')
      for (const argument of node.arguments.slice(0, -1))
        this.mustBeDimension(argument, 'coalesce takes dimensions, and last a default: coalesce(x, 0). Everything else is always there.');
    if (FUNCTIONS[node.name].parameters === 'same') return this.same(node.arguments, `All arguments of ${node.name} must have the same type`);
    for (const argument of node.arguments)
      if (node.name === 'exists') this.slotOf(argument);
      else this.want(argument, 'number', `${node.name} needs numbers`);
    return fixed(node.name === 'exists' ? 'boolean' : 'number', node);
  }

  private mustBeDimension(node: Node, message: string): void {
    if (node.kind !== 'dimension') this.problems.add(node.at, message);
  }

  private same(nodes: readonly Node[], rule: string): Slot {
    const first = this.slotOf(nodes[0]!);
    for (const node of nodes.slice(1)) this.unify(this.slotOf(node), first, node, rule);
    return first;
  }

  /** Makes one slot of two; where they say different types, that is a problem of `node`. */
  private unify(given: Slot, wanted: Slot, node: Node, rule: string): void {
    const [a, b] = [rootOf(given), rootOf(wanted)];
    if (a === b) return;
    if (a.type && b.type && a.type !== b.type) return this.problems.add(node.at, `${rule}; ${this.description(node, a)}, not ${ARTICLES[b.type]}.`);
    const [kept, dropped] = a.type ? [a, b] : [b, a];
    dropped.merged = kept;
  }

  private description(node: Node, slot: Slot): string {
    if (node.kind !== 'dimension' || !slot.origin) return `this is ${ARTICLES[slot.type!]}`;
    const { line, column } = positionOf(this.problems.text, slot.origin.at);
    return `by its use at line ${line}, column ${column}, ${node.name} is ${ARTICLES[slot.type!]}`;
  }
}

function fixed(type: ValueType, origin: Place): Slot {
  return { merged: null, type, origin };
}

function rootOf(slot: Slot): Slot {
  let root = slot;
  while (root.merged) root = root.merged;
  return root;
}

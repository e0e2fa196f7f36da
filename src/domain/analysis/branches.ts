import { Decimal } from '../decimal';
import type { DimensionValue } from '../dimensions';
import { nearestName } from '../formula/functions';
import { childrenOf, type Node, type NodeOf } from '../formula/syntax-tree';
import type { Facts } from './facts';
import { completesChain, isVariable } from './facts';
import { ENOUGH_EVENTS, shareText, type TextsSeen } from './feature-profile';
import type { WarningList } from './formula-warning';
import { declarationOf, type FormulaScope } from './variable-domain';

/** With fewer events a value that was not seen is told only where one much like it was. */
const ENOUGH_FOR_SLIP = 5;

/** Warns of branches that no event can take, by what is declared and by the conditions around, and of texts compared with that no event has had. */
export function warnOfBranches(
  root: Node,
  constants: ReadonlyMap<Node, DimensionValue>,
  facts: Facts,
  scope: FormulaScope,
  warnings: WarningList,
): void {
  new BranchReader(constants, scope, warnings).read(root, facts);
}

class BranchReader {
  constructor(
    readonly constants: ReadonlyMap<Node, DimensionValue>,
    readonly scope: FormulaScope,
    readonly warnings: WarningList,
  ) {}

  read(node: Node, facts: Facts): void {
    if (node.kind === 'conditional') return this.readConditional(node, facts);
    if (node.kind === 'logical') {
      this.read(node.left, facts);
      return this.read(node.right, facts.when(node.left, node.operator === 'and'));
    }
    if (node.kind === 'comparison') this.readComparison(node);
    if (node.kind === 'in') this.readIn(node);
    for (const child of childrenOf(node)) this.read(child, facts);
  }

  private readConditional({ condition, whenTrue, whenFalse }: NodeOf<'conditional'>, facts: Facts): void {
    const told = this.warnings.size;
    this.read(condition, facts);
    const truth = facts.truthOf(condition);
    if (this.warnings.size === told) this.tellTruth(truth, condition, facts);
    if (truth !== 'never') this.read(whenTrue, facts.when(condition, true));
    if (truth !== 'always') this.read(whenFalse, facts.when(condition, false));
  }

  private tellTruth(truth: 'always' | 'never' | 'open', condition: Node, facts: Facts): void {
    const variable = variableIn(condition);
    if (truth === 'never')
      this.warnings.add(
        'BRANCH_NEVER_TAKEN',
        condition.at,
        'This condition is never true here, by the conditions around it or by what is declared: its first branch is never taken.',
        { variable },
      );
    if (truth === 'always' && !completesChain(facts, condition, this.constants))
      this.warnings.add(
        'BRANCH_NEVER_TAKEN',
        condition.at,
        'This condition is always true here, by the conditions around it or by what is declared: its other branch is never taken.',
        { variable },
      );
  }

  private readComparison({ operator, left, right }: NodeOf<'comparison'>): void {
    if (operator !== '==' && operator !== '!=') return;
    const [variable, other] = isVariable(left) ? [left, right] : [right, left];
    const text = this.constants.get(other);
    if (variable.kind === 'dimension' && text !== undefined) this.judge(variable.name, [text], other.at, true);
  }

  private readIn({ needle, list }: NodeOf<'in'>): void {
    if (needle.kind !== 'dimension') return;
    const unseen = list.filter(
      (item) => typeof this.constants.get(item) === 'string' && !this.isSeen(needle.name, this.constants.get(item) as string),
    );
    for (const item of list) {
      const value = this.constants.get(item);
      // One of several that was not seen may still come; all of them is as one.
      if (value !== undefined) this.judge(needle.name, [value], item.at, unseen.length === list.length && item === list[0]);
    }
  }

  private isSeen(name: string, text: string): boolean {
    return this.textsOf(name)?.values.has(text) ?? false;
  }

  private textsOf(name: string): TextsSeen | null {
    const declared = declarationOf(name, this.scope.declarations)?.name ?? name;
    return this.scope.profile?.dimensions.get(declared)?.texts ?? null;
  }

  /** `decides`: whether a condition hangs on this value alone. */
  private judge(name: string, [value]: readonly DimensionValue[], at: number, decides: boolean): void {
    const allowed = declarationOf(name, this.scope.declarations)?.allowedValues ?? null;
    if (allowed) return this.judgeAllowed(name, value!, allowed, at);
    const texts = this.textsOf(name);
    if (typeof value !== 'string' || !texts || texts.values.has(value)) return;
    const nearest = nearestName(value, texts.values.keys());
    if (nearest !== undefined && texts.count >= ENOUGH_FOR_SLIP && !isOneOfKind(value, nearest)) {
      const share = shareText(texts.values.get(nearest)!, this.scope.profile!.events.length);
      const message = `No event was seen with this value; did you mean ${JSON.stringify(nearest)}, seen in ${share} of events?`;
      return this.warnings.add('VALUE_NEVER_SEEN', at, message, { variable: name, suggestion: nearest, seen: false });
    }
    if (!decides || !texts.complete || texts.count < ENOUGH_EVENTS) return;
    const message = `No event was seen with this value of ${name}: so far this comes out the same for every event.`;
    this.warnings.add('VALUE_NEVER_SEEN', at, message, { variable: name, seen: false });
  }

  private judgeAllowed(name: string, value: DimensionValue, allowed: readonly DimensionValue[], at: number): void {
    const isAllowed = allowed.some((one) => (Decimal.isDecimal(one) ? Decimal.isDecimal(value) && one.eq(value) : one === value));
    if (isAllowed) return;
    const nearest =
      typeof value === 'string'
        ? nearestName(
            value,
            allowed.filter((one) => typeof one === 'string'),
          )
        : undefined;
    const hint = nearest === undefined ? '' : ` Did you mean ${JSON.stringify(nearest)}?`;
    this.warnings.add('VALUE_NOT_ALLOWED', at, `${name} is declared never to have this value.${hint}`, {
      variable: name,
      suggestion: nearest ?? null,
    });
  }
}

/** Names that differ in a number alone, such as of versions, are rather two things of one kind than a slip. */
function isOneOfKind(a: string, b: string): boolean {
  const digits = (text: string) => text.replace(/\D+/g, ' ').trim();
  return digits(a) !== digits(b);
}

function variableIn(node: Node): string | null {
  if (node.kind === 'value') return 'value';
  if (node.kind === 'dimension') return node.name;
  for (const child of childrenOf(node)) {
    const found = variableIn(child);
    if (found !== null) return found;
  }
  return null;
}

import { Decimal } from '../decimal';
import { isNumber, type Dimensions, type DimensionValue } from '../dimensions';
import { DrawdownError } from '../errors';
import { compileNode, type Evaluation } from '../formula/compile';
import type { Formula } from '../formula/formula';
import { positionOf } from '../formula/problem';
import { childrenOf, type Node } from '../formula/syntax-tree';
import { candidatesOf, landmarksOf, middle, MOST_DECIMALS, pointsOf, typicalOf, within, type Point } from './candidates';
import { faultText, outcomeOf, type Fault } from './faults';
import type { ProfileEvent } from './feature-profile';
import type { NotRuledOut } from './interval-finder';
import type { Replay } from './replay';
import { wasSeen, type FormulaScope, type VariableDomain } from './variable-domain';

/** An assignment that leads to a fault. */
export interface Witness {
  readonly fault: Fault;
  readonly point: Point;
  /** The variables without whose values it would not happen. */
  readonly responsible: readonly number[];
  /** Whether those values were seen. */
  readonly seen: boolean;
}

/** So much is evaluated, in parts of formulas; a power counts as many. */
const MOST_PARTS_EVALUATED = 60_000;
const MOST_POINTS = 2_500;
const FEWEST_POINTS = 60;
const PARTS_OF_POWER = 40;
const MOST_STARTS = 5;
const MOST_STEPS = 24;

/** How many events a formula can be tried on within a few milliseconds. */
export function mostTries(root: Node): number {
  let parts = 0;
  const visit = (node: Node): void => {
    parts += node.kind === 'arithmetic' && '^/%'.includes(node.operator) ? PARTS_OF_POWER : 1;
    for (const child of childrenOf(node)) visit(child);
  };
  visit(root);
  return Math.max(FEWEST_POINTS, Math.min(MOST_POINTS, Math.floor(MOST_PARTS_EVALUATED / parts)));
}

/** Looks for assignments within the domains that lead to what intervals did not rule out. Each is tried on the formula itself, so that none is a false alarm. */
export function findWitnesses(
  formula: Formula,
  constants: ReadonlyMap<Node, DimensionValue>,
  domains: readonly VariableDomain[],
  notRuledOut: NotRuledOut,
  scope: FormulaScope,
  replayed: Replay,
): Witness[] {
  const search = new Search(formula, constants, domains, scope);
  for (const { event } of replayed.faults.values()) search.tryEvent(event);
  if (!notRuledOut.negative && !notRuledOut.outOfRange && notRuledOut.divisions.length === 0) return search.witnesses();
  search.tryPoints();
  if (notRuledOut.negative && !search.hasNegative) search.descend();
  for (const { right, at } of notRuledOut.divisions) search.seekZero(right, at);
  return search.witnesses();
}

class Search {
  private readonly found = new Map<string, Witness>();
  private readonly tried: Point[] = [];
  private readonly lowest: { point: Point; result: Decimal }[] = [];
  private readonly candidates: readonly (readonly (DimensionValue | undefined)[])[];
  private readonly typical: Point;

  constructor(
    readonly formula: Formula,
    readonly constants: ReadonlyMap<Node, DimensionValue>,
    readonly domains: readonly VariableDomain[],
    readonly scope: FormulaScope,
  ) {
    const landmarks = landmarksOf(formula.root, constants);
    this.candidates = domains.map((domain) =>
      candidatesOf(
        domain,
        landmarks,
        domains.filter((other) => other !== domain && other.variable.type === 'number'),
      ),
    );
    this.typical = domains.map(typicalOf);
  }

  get hasNegative(): boolean {
    return this.found.has('CAN_BE_NEGATIVE ');
  }

  witnesses(): Witness[] {
    return [...this.found.values()];
  }

  tryEvent({ value, dimensions }: ProfileEvent): void {
    this.try(this.domains.map(({ variable }) => (variable.dimension === null ? value : dimensions.get(variable.dimension))));
  }

  tryPoints(): void {
    const most = mostTries(this.formula.root);
    for (const point of pointsOf(this.candidates, most)) {
      this.tried.push(point);
      const result = this.try(point);
      if (result) this.noteLow(point, result);
    }
  }

  /** Goes from the least results downhill, one variable at a time, by ever smaller steps. */
  descend(): void {
    for (const start of this.lowest) {
      let best = start;
      for (let step = 0; step < MOST_STEPS && !this.hasNegative; step++) best = this.stepDown(best, new Decimal(2).pow(-step));
    }
  }

  /** Where a divisor is above 0 at one place and below it at another, it may be 0 between them. */
  seekZero(divisor: Node, at: number): void {
    const { line, column } = positionOf(this.formula.text, at);
    if (this.found.has(faultText({ code: 'CAN_DIVIDE_BY_ZERO', place: { line, column }, message: '' }))) return;
    const evaluate = compileNode<Decimal>(withoutSign(divisor), {
      text: this.formula.text,
      dimensionTypes: this.formula.dimensionTypes,
      constants: this.constants,
    });
    const below = this.tried.filter((point) => this.valueAt(evaluate, point)?.lt(0)).slice(0, MOST_STARTS);
    for (const point of below) this.bisectFrom(point, evaluate);
  }

  private bisectFrom(point: Point, evaluate: Evaluation<Decimal>): void {
    for (const [index, domain] of this.domains.entries()) {
      const given = point[index];
      if (domain.variable.type !== 'number' || domain.closed || given === undefined || !isNumber(given)) continue;
      const above = this.candidates[index]!.find((value) => value !== undefined && this.valueAt(evaluate, point.with(index, value))?.gt(0));
      if (above === undefined || !isNumber(above)) continue;
      let [low, high] = [given, above];
      for (let step = 0; step < MOST_STEPS; step++) {
        const between = middle(low, high, domain.whole || step % 2 === 0);
        const value = this.valueAt(evaluate, point.with(index, between));
        if (!value) break;
        if (value.isZero()) return void this.try(point.with(index, between));
        if (value.lt(0)) low = between;
        else high = between;
      }
    }
  }

  private stepDown(best: { point: Point; result: Decimal }, scale: Decimal): { point: Point; result: Decimal } {
    let lowest = best;
    for (const [index, domain] of this.domains.entries()) {
      const given = lowest.point[index];
      if (domain.variable.type !== 'number' || given === undefined || !isNumber(given)) continue;
      const width = (domain.high.isFinite() ? domain.high.minus(domain.low) : Decimal.max(given.abs(), 1).times(2)).times(scale).div(2);
      for (const moved of [given.plus(width), given.minus(width)]) {
        const value = domain.whole ? moved.round() : moved.toDecimalPlaces(MOST_DECIMALS);
        if (!within(domain, value)) continue;
        const point = lowest.point.with(index, value);
        const result = this.try(point);
        if (result?.lt(lowest.result)) lowest = { point, result };
      }
    }
    return lowest;
  }

  private noteLow(point: Point, result: Decimal): void {
    this.lowest.push({ point, result });
    this.lowest.sort((a, b) => a.result.cmp(b.result));
    this.lowest.length = Math.min(this.lowest.length, MOST_STARTS);
  }

  /** The result, or null where the point is a fault, which is then kept. */
  private try(point: Point): Decimal | null {
    const fault = this.faultAt(point);
    if (!fault || fault instanceof Decimal) return fault;
    const id = faultText(fault);
    const known = this.found.get(id);
    if (known?.seen) return null;
    const witness = this.witness(fault, point);
    if (witness && (!known || witness.seen)) this.found.set(id, witness);
    return null;
  }

  private faultAt(point: Point): Fault | Decimal | null {
    const { value, dimensions } = eventOf(this.domains, point);
    const outcome = outcomeOf(this.formula, value, dimensions);
    if ('result' in outcome) return outcome.result;
    return 'fault' in outcome ? outcome.fault : null;
  }

  /** Makes the point as usual as it can be; what then remains unusual is responsible. Null where only a guess about how large a number can be leads there. */
  private witness(fault: Fault, point: Point): Witness | null {
    const id = faultText(fault);
    let simple = point;
    for (const index of this.domains.keys()) {
      const usual = simple.with(index, this.typical[index]);
      const there = this.faultAt(usual);
      if (there && !(there instanceof Decimal) && faultText(there) === id) simple = usual;
    }
    const unusual = [...this.domains.keys()].filter((index) => !isSame(simple[index], this.typical[index]));
    const responsible = unusual.length > 0 ? unusual : this.deciding(simple, id);
    const isGuess = fault.code === 'CAN_BE_OUT_OF_RANGE' && responsible.some((index) => !this.domains[index]!.high.isFinite());
    if (isGuess) return null;
    return { fault, point: simple, responsible, seen: responsible.every((index) => wasSeen(this.domains[index]!, simple[index], this.scope)) };
  }

  /** The variables that another value of could prevent the fault; where no single one could, all. */
  private deciding(point: Point, id: string): number[] {
    const all = [...this.domains.keys()];
    const some = all.filter((index) =>
      this.candidates[index]!.some((value) => {
        const there = this.faultAt(point.with(index, value));
        return there instanceof Decimal || (there !== null && faultText(there) !== id);
      }),
    );
    return some.length > 0 ? some : all;
  }

  private valueAt(evaluate: Evaluation<Decimal>, point: Point): Decimal | null {
    const { value, dimensions } = eventOf(this.domains, point);
    try {
      return evaluate(value, dimensions);
    } catch (error) {
      if (error instanceof DrawdownError) return null;
      throw error;
    }
  }
}

function isSame(a: DimensionValue | undefined, b: DimensionValue | undefined): boolean {
  return a !== undefined && b !== undefined && isNumber(a) ? isNumber(b) && a.eq(b) : a === b;
}

/** Where the size of something is 0, the thing itself is, and it has a sign to go by. */
function withoutSign(node: Node): Node {
  const inner = node.kind === 'call' && node.name === 'abs' ? node.arguments[0] : undefined;
  return inner ? withoutSign(inner) : node;
}

/** The event that an assignment stands for. */
export function eventOf(domains: readonly VariableDomain[], point: Point): { value: Decimal; dimensions: Dimensions } {
  let value = new Decimal(1);
  const dimensions = new Map<string, DimensionValue>();
  for (const [index, { variable }] of domains.entries()) {
    const given = point[index];
    if (given === undefined) continue;
    if (variable.dimension !== null) dimensions.set(variable.dimension, given);
    else if (isNumber(given)) value = given;
  }
  return { value, dimensions };
}

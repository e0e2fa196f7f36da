import { aliasesOf, underAllNames } from '../declared-dimensions';
import type { DimensionValue } from '../dimensions';
import { foldConstants } from '../formula/constants';
import type { Formula } from '../formula/formula';
import { ProblemList } from '../formula/problem';
import type { Node } from '../formula/syntax-tree';
import { warnOfBranches } from './branches';
import { Facts, numberFact, type FirstFacts } from './facts';
import { faultText, type Fault } from './faults';
import { typicalOf } from './candidates';
import { shareText } from './feature-profile';
import { exampleOf, WarningList, type FormulaWarning } from './formula-warning';
import { findNotRuledOut } from './interval-finder';
import { replay, type Replay } from './replay';
import { eventOf, findWitnesses, mostTries, type Witness } from './search';
import { warnOfDimensions, warnOfUnused } from './usage-of-dimensions';
import { domainOf, type FormulaScope, type VariableDomain } from './variable-domain';

const NOTHING_KNOWN: FormulaScope = { profile: null, declarations: [] };

const WORDS = {
  CAN_BE_NEGATIVE: ['The result can be negative', 'and an event with a negative charge is refused; max(0, …) prevents that.'],
  CAN_DIVIDE_BY_ZERO: ['This can divide by zero', 'and then the event is refused; x > 0 ? a / x : 0 prevents that.'],
  CAN_BE_OUT_OF_RANGE: ['', 'and then the event is refused.'],
} as const satisfies Record<Fault['code'], readonly [string, string]>;

/**
 * What may go wrong in a formula that is well formed, or may not be meant: found from what was seen of the feature's events and what is declared of
 * them. Numbers of which nothing is known are taken for at least 0. A fault is told with an event that leads to it, tried on the formula itself.
 */
export function analyseFormula(formula: Formula, scope: FormulaScope = NOTHING_KNOWN): FormulaWarning[] {
  const warnings = new WarningList(formula.text);
  const constants = foldConstants(formula.root, new ProblemList(formula.text));
  if (formula.variables.length === 0)
    warnings.add('CONSTANT_FORMULA', formula.root.start, 'The formula uses nothing of the event: every event costs the same.');
  const domains = formula.variables.map((variable) => domainOf(variable, scope));
  warnOfBranches(formula.root, constants, new Facts(declaredFacts(constants, domains)), scope, warnings);
  const replayed = replayOf(formula, domains, scope);
  warnOfDimensions(formula, scope, replayed, warnings);
  const notRuledOut = findNotRuledOut(formula.root, constants, new Facts(possibleFacts(constants, domains)));
  warnOfFaults(formula, domains, replayed, findWitnesses(formula, constants, domains, notRuledOut, scope, replayed), warnings);
  warnOfUnused(formula, scope, warnings);
  return warnings.inOrder();
}

/** What holds for every event whatever happens: what is declared, because reports are held to it. */
function declaredFacts(constants: ReadonlyMap<Node, DimensionValue>, domains: readonly VariableDomain[]): FirstFacts {
  return factsOf(constants, domains, ({ declaration, closed, low, high }) =>
    closed ? numberFact(low, high) : numberFact(declaration?.lowest ?? undefined, declaration?.highest ?? undefined),
  );
}

/** What is taken for granted when looking for faults. */
function possibleFacts(constants: ReadonlyMap<Node, DimensionValue>, domains: readonly VariableDomain[]): FirstFacts {
  return factsOf(constants, domains, ({ low, high }) => numberFact(low, high));
}

function factsOf(
  constants: ReadonlyMap<Node, DimensionValue>,
  domains: readonly VariableDomain[],
  numberOf: (domain: VariableDomain) => ReturnType<typeof numberFact>,
): FirstFacts {
  const byKey = new Map(domains.map((domain) => [domain.variable.dimension === null ? 'value' : `dimension ${domain.variable.dimension}`, domain]));
  const required = domains.filter(({ declaration }) => declaration?.required === true).map(({ variable }) => variable.dimension!);
  return {
    constants,
    numberOf: (key) => (byKey.has(key) ? numberOf(byKey.get(key)!) : numberFact()),
    textsOf: (key) => {
      const domain = byKey.get(key);
      return domain?.closed ? new Set(domain.values.map(String)) : null;
    },
    always: new Set(required),
  };
}

/** Events that a declaration would refuse today say nothing about a formula. */
function replayOf(formula: Formula, domains: readonly VariableDomain[], { profile, declarations }: FormulaScope): Replay {
  const usual = new Map(domains.map((domain) => [domain.variable.dimension ?? '', typicalOf(domain)]));
  const required = declarations.filter((one) => one.required).map((one) => one.name);
  const events = (profile?.events ?? []).filter(({ dimensions }) => required.every((name) => dimensions.has(name)));
  const aliases = aliasesOf(declarations);
  const tried = events.slice(0, mostTries(formula.root)).map((event) => ({ ...event, dimensions: underAllNames(event.dimensions, aliases) }));
  return replay(formula, tried, (dimension) => usual.get(dimension) ?? '');
}

function warnOfFaults(
  formula: Formula,
  domains: readonly VariableDomain[],
  replayed: Replay,
  witnesses: readonly Witness[],
  warnings: WarningList,
): void {
  const { text } = formula;
  const offsetOf = ({ place }: Fault) => (place ? offsetIn(text, place.line, place.column) : formula.root.at);
  for (const { fault, point, responsible, seen } of witnesses) {
    const [what, then] = WORDS[fault.code];
    const where = responsible.map((index) => `${domains[index]!.variable.name} is ${shown(point[index])}`).join(' and ');
    const happened = replayed.faults.get(faultText(fault));
    const share = happened ? ` (${shareText(happened.count, replayed.events)} of the events looked at are so)` : '';
    const unseen = seen || replayed.events === 0 ? '' : ' (not seen so far)';
    const message = `${what || fault.message.replace(/\.$/, '')}, for example where ${where}${share || unseen}, ${then}`;
    const leading = responsible.find((index) => domains[index]!.variable.type === 'number') ?? responsible[0];
    const variable = leading === undefined ? null : domains[leading]!.variable.name;
    warnings.add(fault.code, offsetOf(fault), message, {
      variable,
      example: exampleOf(eventOf(domains, point)),
      seen: seen || happened !== undefined,
    });
  }
}

function offsetIn(text: string, line: number, column: number): number {
  const before = text.split('\n').slice(0, line - 1);
  return before.reduce((offset, one) => offset + one.length + 1, 0) + column - 1;
}

const MOST_SHOWN_DIGITS = 12;

function shown(value: DimensionValue | undefined): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'boolean' ? String(value) : value.toSignificantDigits(MOST_SHOWN_DIGITS).toString();
}

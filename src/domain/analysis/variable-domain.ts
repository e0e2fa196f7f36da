import { Decimal } from '../decimal';
import { isNumber, type DimensionValue } from '../dimensions';
import type { DimensionDeclaration } from '../dimension-declaration';
import type { FormulaVariable } from '../formula/variables';
import { ENOUGH_EVENTS, type FeatureProfile, type NumbersSeen } from './feature-profile';

/** What a formula is looked at with: what was seen of the feature's events, and what is declared of them. */
export interface FormulaScope {
  readonly profile: FeatureProfile | null;
  readonly declarations: readonly DimensionDeclaration[];
}

/** What a variable can be. */
export interface VariableDomain {
  readonly variable: FormulaVariable;
  readonly declaration: DimensionDeclaration | null;
  /** Of numbers: declared ends count; without one, numbers may be as small as 0, or as the least seen, and as large as the greatest seen. */
  readonly low: Decimal;
  /** Infinity where nothing says how large it can be. */
  readonly high: Decimal;
  readonly whole: boolean;
  readonly numbers: NumbersSeen | null;
  /** Values that were seen or are allowed; not of numbers without allowed values. */
  readonly values: readonly DimensionValue[];
  /** There are no other values. */
  readonly closed: boolean;
  readonly canBeMissing: boolean;
}

const ZERO = new Decimal(0);
const INFINITE = new Decimal(Infinity);

export function declarationOf(name: string, declarations: readonly DimensionDeclaration[]): DimensionDeclaration | null {
  return declarations.find((one) => one.name === name || one.aliases.includes(name)) ?? null;
}

export function domainOf(variable: FormulaVariable, { profile, declarations }: FormulaScope): VariableDomain {
  const { dimension } = variable;
  const declaration = dimension === null ? null : declarationOf(dimension, declarations);
  const seen = profile?.dimensions.get(declaration?.name ?? dimension ?? '');
  const numbers = (dimension === null ? profile?.values : seen?.numbers) ?? null;
  const allowed = declaration?.allowedValues ?? null;
  return {
    variable,
    declaration,
    ...endsOf(declaration, numbers),
    whole: numbers !== null && numbers.count >= ENOUGH_EVENTS && numbers.whole,
    numbers,
    values: allowed ?? [...(seen?.texts?.values.keys() ?? [])],
    closed: allowed !== null,
    canBeMissing: variable.optional && declaration?.required !== true,
  };
}

function endsOf(declaration: DimensionDeclaration | null, numbers: NumbersSeen | null): Pick<VariableDomain, 'low' | 'high'> {
  const allowed = declaration?.allowedValues?.filter(isNumber) ?? [];
  if (allowed.length > 0) return { low: Decimal.min(...allowed), high: Decimal.max(...allowed) };
  const [lowest, highest] = [declaration?.lowest ?? null, declaration?.highest ?? null];
  return { low: lowest ?? leastPossible(numbers, highest), high: highest ?? greatestPossible(numbers, lowest) };
}

/** Numbers may be 0 although only larger ones were seen: nothing is where something usually is. */
function leastPossible(numbers: NumbersSeen | null, highest: Decimal | null): Decimal {
  const least = numbers ? Decimal.min(ZERO, numbers.least) : ZERO;
  return highest ? Decimal.min(least, highest) : least;
}

function greatestPossible(numbers: NumbersSeen | null, lowest: Decimal | null): Decimal {
  if (!numbers || numbers.count < ENOUGH_EVENTS) return INFINITE;
  return lowest ? Decimal.max(numbers.greatest, lowest) : numbers.greatest;
}

/** Whether a value like this was seen. */
export function wasSeen({ numbers, variable, declaration, values }: VariableDomain, value: DimensionValue | undefined, scope: FormulaScope): boolean {
  if (isNumberValue(value)) return numbers !== null && value.gte(numbers.least) && value.lte(numbers.greatest);
  const profile = scope.profile?.dimensions.get(declaration?.name ?? variable.dimension ?? '');
  if (value === undefined) return profile === undefined || profile.count < (scope.profile?.events.length ?? 0);
  if (typeof value === 'boolean') return (profile?.booleans ?? 0) > 0;
  return profile?.texts?.values.has(value) ?? values.includes(value);
}

function isNumberValue(value: DimensionValue | undefined): value is Decimal {
  return value !== undefined && isNumber(value);
}

import { creditsFromResult, creditsToDecimal, type Credits } from './credits';
import { underAllNames } from './declared-dimensions';
import type { Dimensions } from './dimensions';
import { DrawdownError } from './errors';
import { compileFormula } from './formula/formula';
import { shownSteps, type TraceStep } from './formula/trace';
import type { PublicationRule } from './publication';
import type { Pricing, Rate } from './rate';
import type { Parameter, UsageEvent } from './usage-event';

/** A publication with the rates of its version by feature id. */
export interface PricedPublication extends PublicationRule {
  readonly rates: ReadonlyMap<string, Rate>;
}

/** A pricing made ready to be used many times. */
export interface CompiledPricing {
  /** Exact, rounded once, half-even, to 12 decimals. Refuses as the formula does (DIMENSION_MISSING, …, CHARGE_OUT_OF_RANGE). */
  cost(value: Credits, dimensions: Dimensions): Credits;
  /** What the cost was computed from. */
  parameters(value: Credits, dimensions: Dimensions): readonly Parameter[];
}

const compiledByPricing = new WeakMap<Pricing, CompiledPricing>();

/** Compiles a rate's pricing, once per rate object. */
export function compiledPricing(pricing: Pricing): CompiledPricing {
  let compiled = compiledByPricing.get(pricing);
  if (!compiled) compiledByPricing.set(pricing, (compiled = compilePricing(pricing)));
  return compiled;
}

function compilePricing(pricing: Pricing): CompiledPricing {
  if (pricing.mode === 'FLAT') {
    const perUnit = creditsToDecimal(pricing.creditsPerUnit);
    return {
      cost: (value) => creditsFromResult(creditsToDecimal(value).times(perUnit)),
      parameters: (value) => [{ name: 'value', value: creditsToDecimal(value) }],
    };
  }
  const formula = compileFormula(pricing.formula);
  return {
    cost: (value, dimensions) => creditsFromResult(formula.evaluate(creditsToDecimal(value), dimensions)),
    parameters: (value, dimensions) => formula.parameters(creditsToDecimal(value), dimensions),
  };
}

/** What usage costs by a rate, as `CompiledPricing.cost`; the formula may have been written with any name of a dimension. */
export function costByRate({ pricing, aliases }: Pick<Rate, 'pricing' | 'aliases'>, value: Credits, dimensions: Dimensions): Credits {
  return compiledPricing(pricing).cost(value, underAllNames(dimensions, aliases));
}

/** What was charged for usage. */
interface ChargedDimensions {
  readonly value: Credits;
  readonly dimensions: Dimensions;
  readonly cost: Credits;
}

/** What a charge costs when it is computed again, as `costByRate`. */
export function recomputedCost(rate: Pick<Rate, 'pricing' | 'aliases'>, charged: ChargedDimensions): Credits {
  return compiledPricing(rate.pricing).cost(charged.value, dimensionsOfCharge(rate, charged));
}

/** The dimensions that a charge was computed from: under all their names, unless it is older than the declaration of a name and only those that it was reported under give its cost. */
function dimensionsOfCharge({ pricing, aliases }: Pick<Rate, 'pricing' | 'aliases'>, { value, dimensions, cost }: ChargedDimensions): Dimensions {
  const all = underAllNames(dimensions, aliases);
  if (all === dimensions) return all;
  const gives = (given: Dimensions) => costOrNull(pricing, value, given) === cost;
  return !gives(all) && gives(dimensions) ? dimensions : all;
}

function costOrNull(pricing: Pricing, value: Credits, dimensions: Dimensions): Credits | null {
  try {
    return compiledPricing(pricing).cost(value, dimensions);
  } catch (error) {
    if (error instanceof DrawdownError) return null;
    throw error;
  }
}

/** What the cost of an event was computed from, in the order of the formula; a FLAT rate reads the value. Nothing where it was stated. */
export function parametersOf({ charge: { rate, cost }, value, dimensions }: UsageEvent): readonly Parameter[] {
  return rate ? compiledPricing(rate.pricing).parameters(value, dimensionsOfCharge(rate, { value, dimensions, cost })) : [];
}

/** Every intermediate value of the cost of an event, inner parts first; a FLAT rate has none, and neither has a stated amount. */
export function stepsOf({ charge: { rate, cost }, value, dimensions }: UsageEvent): TraceStep[] {
  if (rate?.pricing.mode !== 'FORMULA') return [];
  const given = dimensionsOfCharge(rate, { value, dimensions, cost });
  return shownSteps(compileFormula(rate.pricing.formula).trace(creditsToDecimal(value), given).steps);
}

import type { CandidatePrice, ChargedUsage } from './candidate-rates';
import { CREDIT_DECIMALS, creditsToDecimal, type Credits } from './credits';
import { Decimal } from './decimal';
import type { ErrorCode } from './errors';

/** Sums of usage that was charged, beside what it would have been charged. What would have been refused counts with nothing on the new side. */
export interface ImpactSums {
  readonly eventCount: number;
  /** How many of the events would have been refused. */
  readonly refusedCount: number;
  readonly oldCredits: Credits;
  readonly newCredits: Credits;
}

/** The sums of one feature. */
export interface FeatureImpact {
  readonly featureKey: number;
  readonly impact: ImpactSums;
}

/** The sums of one currency, which are never added to those of another. */
export interface CurrencyImpact {
  readonly currencyKey: number;
  readonly features: readonly FeatureImpact[];
}

/** The sums of one customer. */
export interface CustomerImpact {
  readonly customerKey: bigint;
  readonly impact: ImpactSums;
}

/** Events that would have been refused for one reason, and what they were charged. */
export interface RefusalImpact {
  readonly featureKey: number;
  readonly currencyKey: number;
  readonly code: ErrorCode;
  readonly eventCount: number;
  readonly oldCredits: Credits;
}

export const IMPACT_DIRECTIONS = { INCREASE: 'INCREASE', DECREASE: 'DECREASE' } as const;
export type ImpactDirection = keyof typeof IMPACT_DIRECTIONS;

export function sumOfImpacts(impacts: readonly ImpactSums[]): ImpactSums {
  const sum = { eventCount: 0, refusedCount: 0, oldCredits: 0n, newCredits: 0n };
  for (const { eventCount, refusedCount, oldCredits, newCredits } of impacts) {
    sum.eventCount += eventCount;
    sum.refusedCount += refusedCount;
    sum.oldCredits += oldCredits;
    sum.newCredits += newCredits;
  }
  return sum;
}

/**
 * The usage of a customer, a day, a feature and a currency with one outcome. Where another currency would have been charged, there is a cell for each:
 * in one of them nothing would have been charged, in the other nothing was.
 */
export interface ImpactCell {
  readonly customerKey: bigint;
  /** UTC days since 1970; 0 where days do not matter. */
  readonly day: number;
  readonly featureKey: number;
  readonly currencyKey: number;
  /** Why it would have been refused; empty: it would not. */
  readonly code: ErrorCode | '';
  eventCount: number;
  oldCredits: Credits;
  newCredits: Credits;
}

/** Adds events up to cells; as large as there are cells, however many events there are. */
export class ImpactTally {
  private readonly cellsByText = new Map<string, ImpactCell>();

  get cells(): readonly ImpactCell[] {
    return [...this.cellsByText.values()];
  }

  add(customerKey: bigint, day: number, usage: ChargedUsage, price: CandidatePrice): void {
    const { featureKey, currencyKey, cost } = usage;
    if ('code' in price) return this.addTo(customerKey, day, featureKey, currencyKey, price.code, cost, 0n);
    if (price.currencyKey === currencyKey) return this.addTo(customerKey, day, featureKey, currencyKey, '', cost, price.cost);
    this.addTo(customerKey, day, featureKey, currencyKey, '', cost, 0n);
    this.addTo(customerKey, day, featureKey, price.currencyKey, '', 0n, price.cost);
  }

  private addTo(
    customerKey: bigint,
    day: number,
    featureKey: number,
    currencyKey: number,
    code: ErrorCode | '',
    oldCredits: Credits,
    newCredits: Credits,
  ): void {
    const text = `${customerKey}:${day}:${featureKey}:${currencyKey}:${code}`;
    let cell = this.cellsByText.get(text);
    if (!cell)
      this.cellsByText.set(text, (cell = { customerKey, day, featureKey, currencyKey, code, eventCount: 0, oldCredits: 0n, newCredits: 0n }));
    cell.eventCount += 1;
    cell.oldCredits += oldCredits;
    cell.newCredits += newCredits;
  }
}

/** The change as a part of what was charged, rounded half-even at 12 decimals: 0.1 is a tenth more, -1 nothing any more. Null where nothing was charged. */
export function relativeChange({ oldCredits, newCredits }: Pick<ImpactSums, 'oldCredits' | 'newCredits'>): string | null {
  if (oldCredits === 0n) return null;
  const share = creditsToDecimal(newCredits - oldCredits).dividedBy(creditsToDecimal(oldCredits));
  return share.toDecimalPlaces(CREDIT_DECIMALS, Decimal.ROUND_HALF_EVEN).plus(0).toFixed();
}

/** Where the bars of the histogram begin and end, in ten-thousandths of what was charged. Below 0 a bar has its lower bound, above 0 its upper one. */
export const HISTOGRAM_BOUNDS: readonly number[] = [
  -10_000, -7_500, -5_000, -2_500, -1_000, -500, -100, 0, 100, 500, 1_000, 2_500, 5_000, 10_000, 20_000,
];

/** How many customers change by how much: between `from` and `to`, both parts of what was charged; both 0: not at all. */
export interface HistogramBar {
  readonly from: string;
  /** Null: without a bound. */
  readonly to: string | null;
  readonly customerCount: number;
}

/** `counts` by the bar's number: 0 for those that change by nothing, i for those beyond the bound i - 1 (see `histogramBar`). */
export function histogram(counts: ReadonlyMap<number, number>): HistogramBar[] {
  const zero = HISTOGRAM_BOUNDS.indexOf(0);
  const bars = HISTOGRAM_BOUNDS.map((bound, index): HistogramBar => {
    const next = HISTOGRAM_BOUNDS[index + 1];
    return { from: partText(bound), to: next === undefined ? null : partText(next), customerCount: counts.get(index + 1) ?? 0 };
  });
  return [...bars.slice(0, zero), { from: '0', to: '0', customerCount: counts.get(0) ?? 0 }, ...bars.slice(zero)];
}

function partText(tenThousandths: number): string {
  return new Decimal(tenThousandths).dividedBy(10_000).toFixed();
}

/** Of the customers in the order of their relative change, those at which so many hundredths of them have passed. */
export const QUANTILES: readonly number[] = [0, 5, 25, 50, 75, 95, 100];

/** By the nearest rank: a change that a customer has. */
export interface ChangeQuantile {
  readonly percent: number;
  readonly relativeChange: string;
}

/** How the change is spread over customers. */
export interface ImpactDistribution {
  readonly customerCount: number;
  readonly increasedCount: number;
  readonly unchangedCount: number;
  readonly decreasedCount: number;
  /** Customers that were charged nothing and would be charged something: more, without a relative change. */
  readonly fromNothingCount: number;
  readonly histogram: readonly HistogramBar[];
  /** Empty where nobody was charged. */
  readonly quantiles: readonly ChangeQuantile[];
}

/** The places of the quantiles among so many, from 1. */
export function quantileRanks(count: number): Map<number, number> {
  return new Map(QUANTILES.map((percent) => [percent, Math.max(1, Math.ceil((percent * count) / 100))]));
}

import { all, create } from 'mathjs';
import { Decimal } from '../src/domain/decimal';
import type { Dimensions, DimensionValue } from '../src/domain/dimensions';
import { compileFormula } from '../src/domain/formula/formula';
import { median } from './client';

/*
 * Formula evaluation against mathjs with BigNumber, both compiled once and given the same events:
 *
 *   npm run bench -- formula
 *
 * The two take turns; a ratio is the median over the rounds of (ours in evaluations/s) / (mathjs in evaluations/s).
 */

interface FormulaCase {
  readonly name: string;
  readonly ours: string;
  /** The same charge, written the fastest way found for mathjs, which has no tiers and compares texts by a function. */
  readonly theirs: string;
}

const CASES: readonly FormulaCase[] = [
  {
    name: 'linear',
    ours: '1.1 * model1_tokens + 1.5 * model2_tokens + 5 * model3_tokens',
    theirs: '1.1 * model1_tokens + 1.5 * model2_tokens + 5 * model3_tokens',
  },
  {
    name: 'tiered',
    ours: 'tiered(value, 1000, 0.01, 10000, 0.008, 0.005)',
    theirs: 'value <= 1000 ? value * 0.01 : value <= 10000 ? 10 + (value - 1000) * 0.008 : 82 + (value - 10000) * 0.005',
  },
  {
    name: 'mixed',
    ours: '(model == "gpt-4o" ? 0.0025 : 0.0005) * model1_tokens + max(model2_tokens - 100, 0) / 1000 + (cached ? 0 : 1)',
    theirs: '(equalText(model, "gpt-4o") ? 0.0025 : 0.0005) * model1_tokens + max(model2_tokens - 100, 0) / 1000 + (cached ? 0 : 1)',
  },
];

const EVENTS = 512;
const ROUNDS = 9;
const ROUND_MS = 150;

interface FormulaRatio {
  readonly name: string;
  readonly evaluationsPerSecond: number;
  readonly ratio: number;
}

interface SampleEvent {
  readonly value: string;
  readonly dimensions: Readonly<Record<string, string | number | boolean>>;
}

/** Deterministic, so that every run prices the same events. */
function sampleEvents(): SampleEvent[] {
  let seed = 20_240_501;
  const next = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  return Array.from({ length: EVENTS }, () => ({
    value: `${next(20_000)}.${next(100)}`,
    dimensions: {
      model1_tokens: next(8000),
      model2_tokens: next(2000),
      model3_tokens: next(500),
      model: next(2) ? 'gpt-4o' : 'gpt-4o-mini',
      cached: next(2) === 0,
    },
  }));
}

function oursFor(text: string, events: readonly SampleEvent[]): () => string[] {
  const formula = compileFormula(text);
  const prepared = events.map((event) => ({ value: new Decimal(event.value), dimensions: dimensionsOf(event) }));
  const results = new Array<Decimal>(events.length);
  return () => {
    for (let i = 0; i < prepared.length; i++) results[i] = formula.evaluate(prepared[i]!.value, prepared[i]!.dimensions);
    return results as unknown as string[];
  };
}

function dimensionsOf(event: SampleEvent): Dimensions {
  return new Map(
    Object.entries(event.dimensions).map(([name, value]): [string, DimensionValue] => [name, typeof value === 'number' ? new Decimal(value) : value]),
  );
}

function theirsFor(text: string, events: readonly SampleEvent[]): () => string[] {
  const math = create(all!, { number: 'BigNumber', precision: 64 });
  const compiled = math.compile(text);
  const scopes = events.map((event) => {
    const entries = Object.entries({ value: Number(event.value), ...event.dimensions });
    return Object.fromEntries(entries.map(([name, value]) => [name, typeof value === 'number' ? math.bignumber(String(value)) : value]));
  });
  const results = new Array<string>(events.length);
  return () => {
    for (let i = 0; i < scopes.length; i++) results[i] = compiled.evaluate(scopes[i]);
    return results;
  };
}

function evaluationsPerSecond(run: () => unknown): number {
  const start = process.hrtime.bigint();
  const end = start + BigInt(ROUND_MS) * 1_000_000n;
  let runs = 0;
  let now = start;
  do {
    run();
    runs += 1;
    now = process.hrtime.bigint();
  } while (now < end);
  return (runs * EVENTS) / (Number(now - start) / 1e9);
}

function measureCase({ name, ours, theirs }: FormulaCase, events: readonly SampleEvent[]): FormulaRatio {
  const [runOurs, runTheirs] = [oursFor(ours, events), theirsFor(theirs, events)];
  const differing = runOurs().findIndex((result, index) => String(result) !== String(runTheirs()[index]));
  if (differing >= 0) throw new Error(`${name}: the two disagree on event ${differing}.`);
  const rounds = Array.from({ length: ROUNDS }, () => [evaluationsPerSecond(runOurs), evaluationsPerSecond(runTheirs)] as const).slice(1);
  return { name, evaluationsPerSecond: median(rounds.map(([mine]) => mine)), ratio: median(rounds.map(([mine, other]) => mine / other)) };
}

/** One ratio per kind of formula; at least 1 is wanted. */
export function benchFormulas(): void {
  const events = sampleEvents();
  console.log('formula   evaluations/s   ratio to mathjs with BigNumber (64 digits)');
  for (const one of CASES) {
    const { name, evaluationsPerSecond: rate, ratio } = measureCase(one, events);
    console.log(`${name.padEnd(8)} ${Math.round(rate).toLocaleString('en-US').padStart(14)}   ${ratio.toFixed(2)}`);
  }
}

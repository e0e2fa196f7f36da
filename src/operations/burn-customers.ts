import { MOST_REFUSED_EVENTS, MOST_REFUSED_EVENTS_OF_CUSTOMER } from '../domain/backtest';
import { candidatePrice, type CandidatePrice, type CandidateRates } from '../domain/candidate-rates';
import type { ErrorCode } from '../domain/errors';
import { ImpactTally } from '../domain/impact';
import { PoolReburn, runOutKind } from '../domain/reburn';
import type { BacktestEvent } from '../store/backtest-events';
import type { BacktestFindings, ChangedPool, RefusedEvent } from '../store/backtest-results';
import type { Transaction } from '../store/database';
import { loadPoolStarts, type PlacedPool, type PoolPlace } from '../store/pool-starts';
import { EventLoopTurn } from './event-loop-turn';

/** Days do not matter to a back-test. */
const NO_DAY = 0;

/** Tries rates on the events of some customers, which come pool by pool in the order of the ledger. Holds one pool at a time. */
export class CustomerBurn {
  private readonly tally = new ImpactTally();
  private readonly refused: RefusedEvent[] = [];
  private readonly changedPools: ChangedPool[] = [];
  private current: { readonly event: BacktestEvent; readonly currencyKey: number; readonly reburn: PoolReburn } | null = null;

  constructor(
    private readonly rates: CandidateRates,
    private readonly samples: RefusalSamples,
  ) {}

  async take(transaction: Transaction, events: readonly BacktestEvent[]): Promise<void> {
    const starts = await this.startsOf(transaction, events);
    const turn = new EventLoopTurn();
    for (const event of events) {
      if (turn.isLong) await turn.end();
      if (event.poolKey !== this.current?.event.poolKey) this.open(event, starts.get(event.poolKey)!);
      this.burn(event);
    }
  }

  finish(): BacktestFindings {
    this.closePool();
    return { cells: this.tally.cells, refused: this.refused, pools: this.changedPools };
  }

  /** The pools that begin among these events, each right before its first. */
  private async startsOf(transaction: Transaction, events: readonly BacktestEvent[]): Promise<Map<bigint, PlacedPool>> {
    const places: PoolPlace[] = [];
    let poolKey = this.current?.event.poolKey;
    for (const event of events) {
      if (event.poolKey === poolKey) continue;
      const { customerKey, firstSequence, entryCount } = event;
      poolKey = event.poolKey;
      places.push({ customerKey, poolKey, sequence: entryCount > 0 ? firstSequence - 1n : firstSequence });
    }
    const pools = places.length === 0 ? [] : await loadPoolStarts(transaction, places);
    return new Map(pools.map((pool) => [pool.poolKey, pool]));
  }

  private open(event: BacktestEvent, pool: PlacedPool): void {
    this.closePool();
    this.current = { event, currencyKey: pool.currencyKey, reburn: new PoolReburn(pool) };
  }

  private closePool(): void {
    if (!this.current) return;
    const { event, reburn } = this.current;
    const kind = runOutKind(reburn.old, reburn.new);
    if (kind !== 'SAME' && kind !== 'NEVER')
      this.changedPools.push({ customerKey: event.customerKey, poolKey: event.poolKey, kind, old: reburn.old, new: reburn.new });
    this.current = null;
  }

  private burn(event: BacktestEvent): void {
    const { currencyKey, reburn } = this.current!;
    const usage = { ...event, currencyKey };
    const price = candidatePrice(this.rates, usage);
    if (!price) return;
    this.tally.add(event.customerKey, NO_DAY, usage, price);
    if ('code' in price && this.samples.takes(event.featureKey, price.code, event.customerKey))
      this.refused.push({ ...price, featureKey: event.featureKey, customerKey: event.customerKey, eventKey: event.key });
    reburn.charge(event, costIn(currencyKey, price));
  }
}

/** What is refused costs nothing, and neither does in one currency what would be charged in another. */
function costIn(currencyKey: number, price: CandidatePrice): bigint {
  return 'code' in price || price.currencyKey !== currencyKey ? 0n : price.cost;
}

/** Decides which refused events are kept as samples: the first ones, and of no customer too many. */
export class RefusalSamples {
  private readonly counts = new Map<string, number>();
  private readonly ofCustomer = new Map<string, { customerKey: bigint; count: number }>();

  constructor(kept: readonly { readonly featureKey: number; readonly code: string; readonly count: number }[]) {
    for (const { featureKey, code, count } of kept) this.counts.set(`${featureKey}:${code}`, count);
  }

  takes(featureKey: number, code: ErrorCode, customerKey: bigint): boolean {
    const text = `${featureKey}:${code}`;
    const count = this.counts.get(text) ?? 0;
    if (count >= MOST_REFUSED_EVENTS) return false;
    const last = this.ofCustomer.get(text);
    const countOfCustomer = last?.customerKey === customerKey ? last.count : 0;
    if (countOfCustomer >= MOST_REFUSED_EVENTS_OF_CUSTOMER) return false;
    this.ofCustomer.set(text, { customerKey, count: countOfCustomer + 1 });
    this.counts.set(text, count + 1);
    return true;
  }
}

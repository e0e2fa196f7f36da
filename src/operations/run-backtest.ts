import { candidateRates, type CandidateRates } from '../domain/candidate-rates';
import { aliasesOf } from '../domain/declared-dimensions';
import type { DimensionDeclaration } from '../domain/dimension-declaration';
import { BACKTEST_SETTINGS, BacktestReader, nextCustomers, type BacktestCustomers } from '../store/backtest-events';
import { advanceClaim, keepClaim, releaseClaim, settleClaim, type ClaimedBacktest } from '../store/backtest-claims';
import { addFindings, countRefused, type BacktestFindings } from '../store/backtest-results';
import type { Database } from '../store/database';
import { findDeclarations } from '../store/dimension-declarations';
import { retryingTransaction } from '../store/retrying-transaction';
import { CustomerBurn, RefusalSamples } from './burn-customers';

/** Results are written customer by customer; of customers with few events, many at once. */
const EVENTS_BETWEEN_WRITES = 100_000;
const HEARTBEAT_MS = 1_000;

/** The back-test is not this process's any more: it was cancelled, or another process has taken it over. */
class ClaimLost extends Error {}
/** The process is to stop. */
class Stopped extends Error {}

/**
 * Does a back-test, or goes on with it where it was stopped. What is found out about customers is written together with how far it is, so that whoever goes on
 * counts nothing twice. Ends with it settled, given back (`signal`), or lost to a cancellation or another process. What goes wrong is thrown, with the claim kept.
 */
export async function runBacktest(database: Database, claim: ClaimedBacktest, now: () => Date, signal: AbortSignal): Promise<void> {
  const run = new BacktestRun(database, claim, signal);
  try {
    await run.count();
    await run.burn();
    await settleClaim(database.writers, claim, null, now());
  } catch (error) {
    if (error instanceof Stopped) await releaseClaim(database.writers, claim);
    else if (!(error instanceof ClaimLost)) throw error;
  } finally {
    await run.end();
  }
}

class BacktestRun {
  private eventsDone: number;
  private eventsTotal: number | null;
  private isLost = false;
  private beating: Promise<void> = Promise.resolve();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly database: Database,
    private readonly claim: ClaimedBacktest,
    private readonly signal: AbortSignal,
  ) {
    this.eventsDone = claim.doneEvents;
    this.eventsTotal = claim.eventsTotal;
    this.timer = setInterval(() => (this.beating = this.beat()), HEARTBEAT_MS);
  }

  async end(): Promise<void> {
    clearInterval(this.timer);
    await this.beating;
  }

  /** How much there is to do. */
  async count(): Promise<void> {
    if (this.eventsTotal !== null) return;
    let total = 0;
    for (let after = 0n; ;) {
      const customers = await this.next(after, Infinity);
      if (!customers) break;
      total += customers.eventCount;
      after = customers.lastCustomerKey;
    }
    this.eventsTotal = total;
    await this.beat();
    this.check();
  }

  async burn(): Promise<void> {
    const samples = new RefusalSamples(await countRefused(this.database.pool, this.claim.key));
    const reader = new BacktestReader(this.claim);
    const rates = await withAliases(this.database, this.claim.rates);
    for (let after = this.claim.doneCustomerKey; ;) {
      const customers = await this.next(after, EVENTS_BETWEEN_WRITES);
      if (!customers) return;
      if (customers.spans.length > 0) await this.write(await this.burnCustomers(customers, reader, samples, rates), customers);
      after = customers.lastCustomerKey;
    }
  }

  private async next(after: bigint, mostEvents: number): Promise<BacktestCustomers | null> {
    this.check();
    return this.database.snapshot((transaction) => nextCustomers(transaction, this.claim, after, mostEvents), BACKTEST_SETTINGS);
  }

  private burnCustomers(
    { spans }: BacktestCustomers,
    reader: BacktestReader,
    samples: RefusalSamples,
    rates: CandidateRates,
  ): Promise<BacktestFindings> {
    const burn = new CustomerBurn(rates, samples);
    return this.database.snapshot(async (transaction) => {
      for await (const events of reader.eventsOf(transaction, spans)) {
        this.check();
        await burn.take(transaction, events);
        this.eventsDone += events.length;
      }
      return burn.finish();
    }, BACKTEST_SETTINGS);
  }

  private async write(findings: BacktestFindings, { lastCustomerKey }: BacktestCustomers): Promise<void> {
    this.check();
    const isOurs = await retryingTransaction(this.database, async (transaction) => {
      const advanced = await advanceClaim(transaction, this.claim, lastCustomerKey, this.eventsDone);
      if (advanced) await addFindings(transaction, this.claim.key, findings);
      return advanced;
    });
    if (!isOurs) throw new ClaimLost();
  }

  private check(): void {
    if (this.isLost) throw new ClaimLost();
    if (this.signal.aborted) throw new Stopped();
  }

  /** A database that cannot be reached for a moment is no reason to give up; if it lasts, another process will take over, and the next beat tells. */
  private async beat(): Promise<void> {
    const isOurs = await keepClaim(this.database.writers, this.claim, this.eventsDone, this.eventsTotal).catch(() => true);
    if (!isOurs) this.isLost = true;
  }
}

/** Events were kept under the names of their time, and a formula may have been written with any. */
async function withAliases(database: Database, { byFeature, isWholePlan }: CandidateRates): Promise<CandidateRates> {
  const declared = new Map<number, DimensionDeclaration[]>([...byFeature.keys()].map((key) => [key, []]));
  for (const { featureKey, declaration } of await findDeclarations(database, [...byFeature.keys()])) declared.get(featureKey)!.push(declaration);
  const rates = [...byFeature.values()].map((rate) => ({ ...rate, aliases: aliasesOf(declared.get(rate.featureKey)!) }));
  return candidateRates(rates, isWholePlan);
}

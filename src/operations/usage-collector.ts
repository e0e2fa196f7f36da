import { DrawdownError } from '../domain/errors';
import { consumptionFrom, type RawConsumption } from '../domain/consumption-input';
import { rawEventFrom, type RawEventInput } from '../domain/raw-event-input';
import type { Outcome, RefusedReport, Report } from '../domain/report';
import type { RawReport } from '../domain/report-input';
import { usageReportFrom, type RawUsageReport } from '../domain/usage-report';
import { MOST_BATCH_EVENTS } from '../domain/usage-event';
import type { Context } from './context';
import { EventLoopTurn } from './event-loop-turn';
import { loosenDimensions } from './loosen-dimensions';
import { estimateReports } from './estimate-reports';
import { laneOf, LANES } from './lanes';
import type { PendingReport } from './price-reports';
import { reportUsage, usageOutcome, type ReportOutcome, type UsageStores } from './report-usage';

/** What one request sent to one lane; it is answered as a whole. */
interface Part {
  readonly environmentKey: number;
  readonly reports: readonly PendingReport[];
  /** By the process's own steady clock, in milliseconds. */
  readonly addedAt: number;
  readonly resolve: (outcomes: Outcome[]) => void;
}

/** Reports waiting in a lane beyond which new ones are told to try again; no environment may take more than half of it. */
const MOST_WAITING = 20_000;
/** An event is received when its request is; one that waited longer than this is to be sent again. */
const LONGEST_WAIT_MS = 60_000;

/**
 * Group commit: reports that arrive while a commit is under way are charged together in the next one, so that one report waits for
 * one commit and a thousand concurrent reports cost little more than one. All reports of a customer go through one lane, in order of arrival.
 */
export class UsageCollector {
  private readonly lanes: Lane[];

  /** `noteBug` is told of every error that is ours; the reporter only learns that there was one. */
  constructor(
    private readonly stores: UsageStores,
    noteBug: (error: unknown) => void,
  ) {
    this.lanes = Array.from({ length: LANES }, () => new Lane(stores, noteBug));
  }

  /** Charges usage that one request reports; the outcomes stand in the order of the reports. Invalid ones are refused without touching the store. */
  async report(context: Context, raws: readonly RawUsageReport[]): Promise<ReportOutcome[]> {
    return (await this.submit(context, raws, usageReportFrom)).map(usageOutcome);
  }

  /** The same for raw events, each of which is charged to every feature whose meter matches: all of it or nothing. */
  reportEvents(context: Context, raws: readonly RawEventInput[]): Promise<Outcome[]> {
    return this.submit(context, raws, rawEventFrom);
  }

  /** The same for a stated amount. */
  async consume(context: Context, raw: RawConsumption): Promise<ReportOutcome> {
    const [outcome] = await this.submit(context, [raw], consumptionFrom);
    return usageOutcome(outcome!);
  }

  /** What usage would be answered if it were reported now; see `estimateReports`. */
  estimate(context: Context, raws: readonly WithOptionalKey<RawUsageReport>[]): Promise<Outcome[]> {
    return estimateReports(this.stores, estimated(context, raws, usageReportFrom));
  }

  /** The same for raw events. */
  estimateEvents(context: Context, raws: readonly WithOptionalKey<RawEventInput>[]): Promise<Outcome[]> {
    return estimateReports(this.stores, estimated(context, raws, rawEventFrom));
  }

  private async submit<Raw>(context: Context, raws: readonly Raw[], read: (raw: Raw, now: Date) => Report): Promise<Outcome[]> {
    const outcomes: Outcome[] = new Array<Outcome>(raws.length);
    const byLane: { index: number; pending: PendingReport }[][] = this.lanes.map(() => []);
    const turn = new EventLoopTurn();
    for (const [index, raw] of raws.entries()) {
      if (turn.isLong) await turn.end();
      const pending = pendingFrom(context, () => read(raw, context.now));
      if ('error' in pending) outcomes[index] = pending;
      else byLane[laneOf(context.environmentKey, pending.report.customerId)]!.push({ index, pending });
    }
    await Promise.all(
      byLane.map(async (entries, lane) => {
        if (entries.length === 0) return;
        const answered = await this.lanes[lane]!.add(
          context.environmentKey,
          entries.map(({ pending }) => pending),
        );
        entries.forEach(({ index }, position) => (outcomes[index] = answered[position]!));
      }),
    );
    return outcomes;
  }

  /** Waits until everything that was accepted is answered. */
  async drain(): Promise<void> {
    await Promise.all(this.lanes.map((lane) => lane.idle()));
  }
}

class Lane {
  private waiting: Part[] = [];
  private readonly waitingReports = new Map<number, number>();
  private running: Promise<void> | null = null;

  constructor(
    private readonly stores: UsageStores,
    private readonly noteBug: (error: unknown) => void,
  ) {}

  add(environmentKey: number, reports: readonly PendingReport[]): Promise<Outcome[]> {
    if (!this.hasRoom(environmentKey, reports.length)) return Promise.resolve(tryAgain(reports));
    return new Promise((resolve) => {
      this.waiting.push({ environmentKey, reports, addedAt: performance.now(), resolve });
      this.count(environmentKey, reports.length);
      this.running ??= this.run();
    });
  }

  async idle(): Promise<void> {
    while (this.running) await this.running;
  }

  private hasRoom(environmentKey: number, more: number): boolean {
    const all = [...this.waitingReports.values()].reduce((sum, count) => sum + count, 0);
    return all + more <= MOST_WAITING && (this.waitingReports.get(environmentKey) ?? 0) + more <= MOST_WAITING / 2;
  }

  private count(environmentKey: number, change: number): void {
    const count = (this.waitingReports.get(environmentKey) ?? 0) + change;
    if (count === 0) this.waitingReports.delete(environmentKey);
    else this.waitingReports.set(environmentKey, count);
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      await this.charge(this.next());
      await this.loosen();
    }
    this.running = null;
  }

  /** After the answers, so that nobody waits for it but the reports that come next. What fails is looked at again with the sets to come. */
  private async loosen(): Promise<void> {
    const { database, dictionary } = this.stores;
    await loosenDimensions(database, dictionary.loosened).catch(this.noteBug);
  }

  /** As many whole parts as fit into one batch; at least one. */
  private next(): Part[] {
    let count = 0;
    let size = 0;
    while (count < this.waiting.length && (count === 0 || size + this.waiting[count]!.reports.length <= MOST_BATCH_EVENTS))
      size += this.waiting[count++]!.reports.length;
    const parts = this.waiting.splice(0, count);
    for (const part of parts) this.count(part.environmentKey, -part.reports.length);
    return parts;
  }

  private async charge(parts: readonly Part[]): Promise<void> {
    const latest = performance.now() - LONGEST_WAIT_MS;
    const inTime = parts.filter((part) => part.addedAt >= latest);
    for (const part of parts) if (part.addedAt < latest) part.resolve(tryAgain(part.reports));
    const outcomes = await this.outcomesOf(inTime.flatMap((part) => part.reports));
    let from = 0;
    for (const part of inTime) part.resolve(outcomes.slice(from, (from += part.reports.length)));
  }

  /** Where a batch fails for a reason that is nobody's refusal, its halves are charged apart, until only what fails by itself fails. */
  private async outcomesOf(reports: readonly PendingReport[]): Promise<Outcome[]> {
    if (reports.length === 0) return [];
    try {
      return await reportUsage(this.stores, reports);
    } catch (error) {
      if (error instanceof DrawdownError) return reports.map(() => ({ error, featureId: null }));
      const half = Math.floor(reports.length / 2);
      if (half > 0) return [...(await this.outcomesOf(reports.slice(0, half))), ...(await this.outcomesOf(reports.slice(half)))];
      this.noteBug(error);
      return [{ error: new DrawdownError('INTERNAL'), featureId: null }];
    }
  }
}

function tryAgain(reports: readonly PendingReport[]): Outcome[] {
  const error = new DrawdownError('TRY_AGAIN', 'Too many reports are waiting; send this one again in a moment, with the same idempotency key.');
  return reports.map(() => ({ error, featureId: null }));
}

/** What is only estimated needs no key: it is then a new report. */
export type WithOptionalKey<Raw> = Omit<Raw, 'idempotencyKey'> & { readonly idempotencyKey?: string | null };

function estimated<Raw extends RawReport>(context: Context, raws: readonly WithOptionalKey<Raw>[], read: (raw: Raw, now: Date) => Report) {
  return raws.map((raw) => {
    const idempotencyKey = raw.idempotencyKey ?? null;
    const pending = pendingFrom(context, () => read({ ...raw, idempotencyKey: idempotencyKey ?? 'none' } as Raw, context.now));
    return 'error' in pending || idempotencyKey !== null ? pending : { ...pending, report: { ...pending.report, idempotencyKey: '' } };
  });
}

function pendingFrom(context: Context, read: () => Report): PendingReport | RefusedReport {
  try {
    return { context, report: read() };
  } catch (error) {
    if (error instanceof DrawdownError) return { error, featureId: null };
    throw error;
  }
}

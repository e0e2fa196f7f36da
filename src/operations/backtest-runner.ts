import { randomUUID } from 'node:crypto';
import { claimBacktest, settleClaim, type ClaimedBacktest } from '../store/backtest-claims';
import type { Database } from '../store/database';
import { refusalFrom } from './refusal';
import { runBacktest } from './run-backtest';

/** How often a process looks whether there is something that another has not done, or has left. */
const LOOK_INTERVAL_MS = 3_000;
const WENT_WRONG = 'Something went wrong on the server, which has noted it.';

/** Does the back-tests of all environments, one at a time in a process, whichever process they were asked of. */
export class BacktestRunner {
  private readonly owner = randomUUID();
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;
  private isWanted = false;
  private timer: NodeJS.Timeout | null = null;

  /** `noteTrouble` is told of every error that is ours or the database's. */
  constructor(
    readonly database: Database,
    private readonly now: () => Date,
    private readonly noteTrouble: (error: unknown) => void,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.look(), LOOK_INTERVAL_MS).unref();
    this.look();
  }

  /** There may be something to do. */
  look(): void {
    this.isWanted = true;
    if (!this.stopping.signal.aborted) this.running ??= this.run();
  }

  /** What is under way is given back, to be gone on with by another process, or after the next start. */
  async stop(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    while (this.isWanted && !this.stopping.signal.aborted) {
      this.isWanted = false;
      await this.workOff().catch(this.noteTrouble);
    }
    this.running = null;
  }

  private async workOff(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const claim = await claimBacktest(this.database.writers, this.owner, this.now());
      if (!claim) return;
      await this.work(claim);
    }
  }

  /** What only the database's moment stands against is left for another attempt. */
  private async work(claim: ClaimedBacktest): Promise<void> {
    try {
      await runBacktest(this.database, claim, this.now, this.stopping.signal);
    } catch (error) {
      this.noteTrouble(error);
      if (refusalFrom(error)?.kind !== 'TRY_AGAIN') await settleClaim(this.database.writers, claim, WENT_WRONG, this.now());
    }
  }
}

import type { Logger } from 'pino';

const MOST_MILLISECONDS = 15_000;
/** Ctrl-C and some supervisors deliver one wish twice, from the terminal and from npm; only a later signal is a second wish. */
const SAME_WISH_MILLISECONDS = 1_000;
const SIGNALS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP'];

/** Ends the process in order: what was started last is stopped first. A second signal, or 15 s, ends it at once. */
export class Shutdown {
  private readonly steps: (() => Promise<void>)[] = [];
  private started = false;
  private askedAt = 0;

  constructor(private readonly log: Logger) {
    for (const signal of SIGNALS) process.on(signal, () => this.onSignal(signal));
    process.on('uncaughtException', (error) => this.fail(error));
  }

  /** Registers how to stop what has just been started. */
  add(step: () => Promise<void>): void {
    this.steps.unshift(step);
  }

  /** Whether the process is on its way out; what fails from then on is no news. */
  get underWay(): boolean {
    return this.started;
  }

  /** Nothing can be relied on any more. All that was answered is in the database. */
  fail(error: unknown): never {
    this.log.fatal({ err: error }, 'the process cannot go on');
    process.exit(1);
  }

  async stop(exitCode: number): Promise<never> {
    this.started = true;
    setTimeout(() => this.force(`stopping took longer than ${MOST_MILLISECONDS / 1000} s`), MOST_MILLISECONDS).unref();
    for (const step of this.steps) await step();
    process.exit(exitCode);
  }

  private onSignal(signal: NodeJS.Signals): void {
    if (this.started && performance.now() - this.askedAt < SAME_WISH_MILLISECONDS) return;
    if (this.started) this.force(`a second signal (${signal}) came`);
    this.askedAt = performance.now();
    this.log.info({ signal }, 'stopping');
    this.stop(0).catch((error: unknown) => this.fail(error));
  }

  private force(reason: string): never {
    this.log.warn({ reason }, 'stopping at once');
    process.exit(1);
  }
}

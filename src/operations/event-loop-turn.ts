import { setImmediate } from 'node:timers/promises';

const LONGEST_TURN_MS = 5;

/** Long computations are done in several turns of the event loop, so that others have theirs in between. */
export class EventLoopTurn {
  private start = performance.now();

  get isLong(): boolean {
    return performance.now() - this.start > LONGEST_TURN_MS;
  }

  /** Ends this turn; what is awaited is the next. */
  async end(): Promise<void> {
    await setImmediate();
    this.start = performance.now();
  }
}

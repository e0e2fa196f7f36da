import { setImmediate } from 'node:timers/promises';
import { giveWay, LONGEST_WAIT_MS } from './precedence';

const LONGEST_TURN_MS = 5;

/** Long computations are done in several turns of the event loop, so that others have theirs in between. */
export class EventLoopTurn {
  private start = performance.now();
  private waitedMs = 0;

  get isLong(): boolean {
    return performance.now() - this.start > LONGEST_TURN_MS;
  }

  /** Ends this turn; what is awaited is the next. It comes after the questions that are being answered, as long as they have not taken too long. */
  async end(): Promise<void> {
    await setImmediate();
    const start = performance.now();
    if (this.waitedMs < LONGEST_WAIT_MS) await giveWay(LONGEST_WAIT_MS - this.waitedMs);
    this.start = performance.now();
    this.waitedMs += this.start - start;
  }
}

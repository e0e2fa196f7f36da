import { DrawdownError } from '../domain/errors';

/** Lets so many pieces of work go on at once; the others wait for their turn, in order. */
export class Turns {
  private underWay = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly mostAtOnce: number,
    private readonly mostWaiting: number,
  ) {}

  /** Refuses (TRY_AGAIN), with the work not begun, where too many wait already. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    await this.turn();
    try {
      return await work();
    } finally {
      this.pass();
    }
  }

  private async turn(): Promise<void> {
    if (this.underWay < this.mostAtOnce) this.underWay += 1;
    else if (this.waiting.length < this.mostWaiting) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else throw new DrawdownError('TRY_AGAIN', 'Too many questions of this kind are waiting already; ask this one again in a moment.');
  }

  /** The turn goes from hand to hand, so that nobody comes in between. */
  private pass(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.underWay -= 1;
  }
}

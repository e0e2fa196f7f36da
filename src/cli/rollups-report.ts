import { rollupDifferenceText, type RollupDifference } from '../domain/rollup';
import type { LocatedCustomer } from '../store/every-customer';
import type { Terminal } from './import-report';

const PLAIN_LINE_EVERY_MS = 5_000;
const DRAWN_LINE_EVERY_MS = 200;
/** Of the differences of one customer, those that --check tells one by one. */
const MOST_SHOWN = 5;

interface Tally {
  changed: number;
  added: number;
  removed: number;
}

/** Counts customers and cells, shows how far the rebuild is, and tells what it did customer by customer. */
export class RollupsReport {
  private readonly all: Tally = { changed: 0, added: 0, removed: 0 };
  private ofCustomer: Tally = { changed: 0, added: 0, removed: 0 };
  private shown: string[] = [];
  private customers = 0;
  private lastLineAt = Date.now();

  constructor(
    private readonly terminal: Terminal,
    private readonly customerCount: number,
    private readonly isCheck: boolean,
  ) {}

  get differenceCount(): number {
    return total(this.all);
  }

  /** Differences of the customer that is being looked at. */
  add(differences: readonly RollupDifference[]): void {
    for (const difference of differences) {
      const kind = difference.found === null ? 'added' : difference.expected === null ? 'removed' : 'changed';
      this.all[kind]++;
      this.ofCustomer[kind]++;
      if (this.shown.length < MOST_SHOWN) this.shown.push(`  ${rollupDifferenceText(difference)}\n`);
    }
    this.progress();
  }

  /** The customer has been looked at. */
  finish({ id, environmentId }: LocatedCustomer): void {
    this.customers++;
    const count = total(this.ofCustomer);
    if (count > 0) {
      const examples = this.isCheck ? [...this.shown, ...(count > this.shown.length ? [`  … and ${count - this.shown.length} more\n`] : [])] : [];
      this.clear();
      this.terminal.stdout.write(`${id} (environment ${environmentId}): ${this.text(this.ofCustomer)}\n${examples.join('')}`);
    }
    this.ofCustomer = { changed: 0, added: 0, removed: 0 };
    this.shown = [];
    this.progress();
  }

  summary(): string {
    this.clear();
    return `${this.customers} ${this.customers === 1 ? 'customer' : 'customers'} looked at: ${this.text(this.all)}\n`;
  }

  private text(tally: Tally): string {
    const { changed, added, removed } = tally;
    if (total(tally) === 0) return 'every cell is right.';
    return this.isCheck
      ? `cells: ${changed} wrong, ${added} missing, ${removed} too many.`
      : `cells: ${changed} changed, ${added} added, ${removed} removed.`;
  }

  /** A line that is drawn again and again where somebody watches, or one now and then. */
  private progress(): void {
    const { isTTY } = this.terminal.stderr;
    const now = Date.now();
    if (now - this.lastLineAt < (isTTY ? DRAWN_LINE_EVERY_MS : PLAIN_LINE_EVERY_MS)) return;
    this.lastLineAt = now;
    const text = `${this.customers} of ${this.customerCount} customers, ${this.text(this.all)}`;
    this.terminal.stderr.write(isTTY ? `\r\u001b[K${text}` : `${text}\n`);
  }

  private clear(): void {
    if (this.terminal.stderr.isTTY) this.terminal.stderr.write('\r\u001b[K');
  }
}

function total({ changed, added, removed }: Tally): number {
  return changed + added + removed;
}

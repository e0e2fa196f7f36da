import { createWriteStream, type WriteStream } from 'node:fs';
import { SingleBar } from 'cli-progress';
import { ImportError } from './import-file';
import type { Outcome } from './import-sender';

/** Where the import speaks: results to `stdout`, everything on the way to `stderr`. */
export interface Terminal {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

export interface Tally {
  /** Of a rehearsal, which sends nothing: lines that became events. */
  readonly readable: number;
  readonly accepted: number;
  readonly known: number;
  readonly refused: number;
  readonly skipped: number;
}

const PLAIN_LINE_EVERY_MS = 5_000;
const MOST_REFUSALS_SHOWN = 3;

/** Counts outcomes, shows how far the import is, and keeps the refusals for the end and for the file of --refused. */
export class ImportReport {
  private readonly tally = { readable: 0, accepted: 0, known: 0, refused: 0, skipped: 0 };
  private readonly codes = new Map<string, { count: number; examples: string[] }>();
  private readonly startedAt = Date.now();
  private readonly bar: SingleBar | null;
  private readonly refusedFile: WriteStream | null;
  private refusedFileError: Error | null = null;
  private unmatched = 0;
  private lastPlainLineAt = Date.now();

  constructor(
    private readonly terminal: Terminal,
    private readonly totalBytes: number,
    refusedPath: string | null,
  ) {
    this.bar = terminal.stderr.isTTY ? startBar(terminal.stderr, totalBytes) : null;
    this.refusedFile = refusedPath === null ? null : createWriteStream(refusedPath);
    this.refusedFile?.on('error', (error) => (this.refusedFileError = error));
  }

  counts(): Tally {
    return { ...this.tally };
  }

  skip(): void {
    this.tally.skipped++;
  }

  /** Outcomes of lines that end, at the latest, `bytes` into the file. */
  add(outcomes: readonly Outcome[], bytes: number): void {
    if (this.refusedFileError) throw new ImportError(`The file of --refused cannot be written: ${this.refusedFileError.message}`);
    for (const outcome of outcomes) {
      this.tally[outcome.status]++;
      if (outcome.status === 'refused') this.keepRefusal(outcome);
      else if (outcome.unmatched) this.unmatched++;
    }
    this.show(bytes);
  }

  hasRefused(code: string): boolean {
    return this.codes.has(code);
  }

  private keepRefusal({ line, problem }: Outcome & { readonly status: 'refused' }): void {
    const known = this.codes.get(problem.code) ?? { count: 0, examples: [] };
    this.codes.set(problem.code, known);
    if (known.count++ < MOST_REFUSALS_SHOWN) known.examples.push(`    line ${line}: ${problem.message}`);
    this.refusedFile?.write(`${JSON.stringify({ line, code: problem.code, message: problem.message })}\n`);
  }

  private show(bytes: number): void {
    const { accepted, known, refused } = this.tally;
    if (this.bar)
      this.bar.update(Math.max(bytes, this.bar.getProgress() * this.totalBytes), { accepted, known, refused, rate: this.linesPerSecond() });
    else if (Date.now() - this.lastPlainLineAt >= PLAIN_LINE_EVERY_MS) {
      this.lastPlainLineAt = Date.now();
      const percent = Math.floor((100 * bytes) / Math.max(1, this.totalBytes));
      this.note(`${percent} %: ${accepted} accepted, ${known} already known, ${refused} refused (${this.linesPerSecond()} lines/s)`);
    }
  }

  private linesPerSecond(): number {
    const { accepted, known, refused } = this.tally;
    return Math.round(((accepted + known + refused) * 1000) / Math.max(1, Date.now() - this.startedAt));
  }

  /** One line on the way, above the bar if there is one. */
  note(text: string): void {
    const isDrawn = this.bar?.isActive;
    this.terminal.stderr.write(isDrawn ? `\r\u001b[K${text}\n` : `${text}\n`);
    if (isDrawn) this.bar?.render();
  }

  /** Ends the display and waits for the file of refusals. */
  async close(): Promise<void> {
    this.bar?.stop();
    const file = this.refusedFile;
    if (file && !this.refusedFileError) await new Promise<void>((resolve) => file.end(resolve));
  }

  summary(isRehearsal: boolean): string {
    const { readable, accepted, known, refused, skipped } = this.tally;
    const total = readable + accepted + known + refused + skipped;
    const parts = [
      ...(isRehearsal ? [`${readable} readable`] : [`${accepted} accepted`, `${known} already known`]),
      ...(skipped > 0 ? [`${skipped} skipped (settled before)`] : []),
      `${refused} refused`,
    ];
    const lines = [`${total} ${total === 1 ? 'line' : 'lines'}: ${parts.join(', ')}.`];
    if (this.unmatched > 0) lines.push(`  No meter matches ${this.unmatched} of them, which are charged to no feature: unmatchedEvents lists them.`);
    for (const [code, { count, examples }] of [...this.codes].sort((a, b) => b[1].count - a[1].count)) {
      lines.push(`  ${code}: ${count}`, ...examples);
      if (count > examples.length)
        lines.push(`    … and ${count - examples.length} more${this.refusedFile ? '' : '; --refused FILE keeps them all'}`);
    }
    return `${lines.join('\n')}\n`;
  }
}

function startBar(stream: NodeJS.WritableStream, totalBytes: number): SingleBar {
  const format = '{bar} {percentage} % | {accepted} accepted, {known} known, {refused} refused | {rate} lines/s | {eta_formatted} left';
  const bar = new SingleBar({ format, stream, hideCursor: true, barsize: 24, clearOnComplete: false, etaBuffer: 50 });
  bar.start(totalBytes, 0, { accepted: 0, known: 0, refused: 0, rate: 0 });
  return bar;
}

import { createHash, type Hash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { ImportError, type UnreadableLine } from './import-file';
import type { MappedLine } from './import-mapping';
import type { Outcome } from './import-sender';

/**
 * How far an import has come: the server has answered every line up to `line`, and keeps all of them but those in `refused`.
 * `digest` is over those lines as they were sent, `options` over everything that says where they went and how they were read.
 */
export interface Checkpoint {
  readonly version: 1;
  readonly options: string;
  readonly line: number;
  readonly digest: string;
  readonly refused: readonly number[];
}

/** Refused lines are tried again by the next run. Where there are more of them than this, the state stays where it is, and the next run begins there. */
export const MOST_REFUSED = 10_000;

export function checkpointPath(file: string): string {
  return `${file}.drawdown-import.json`;
}

/** Null where there is none. Throws ImportError where it belongs to an import with other options. */
export async function loadCheckpoint(path: string, options: string): Promise<Checkpoint | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new ImportError(`${path} cannot be read (${error.code}).`);
  });
  if (text === null) return null;
  const checkpoint = checkpointOf(text);
  if (!checkpoint) throw new ImportError(`${path} is not the state of an import; delete it and run again: what is already there is not added twice.`);
  if (checkpoint.options !== options)
    throw new ImportError(
      `${path} was written with other options, another server or another key. Delete it, or leave --resume out: what is already there is not added twice.`,
    );
  return checkpoint;
}

function checkpointOf(text: string): Checkpoint | null {
  try {
    const value = JSON.parse(text) as Checkpoint;
    return value.version === 1 && Number.isInteger(value.line) && Array.isArray(value.refused) ? value : null;
  } catch {
    return null;
  }
}

/** A digest over the lines so far, in their order. */
export class LineDigest {
  private readonly hash: Hash = createHash('sha256');

  add(line: MappedLine | UnreadableLine): void {
    this.hash.update(`${line.line}\t${'event' in line ? line.event : line.problem.message}\n`);
  }

  value(): string {
    return this.hash.copy().digest('hex');
  }
}

/** Says of each line whether an earlier run has settled it; throws ImportError where the settled part of the file has changed since. */
export class Resumption {
  private readonly refused: ReadonlySet<number>;
  private checked = false;

  constructor(private readonly checkpoint: Checkpoint | null) {
    this.refused = new Set(checkpoint?.refused);
  }

  /** `digest` is over the lines before this one. */
  settles(line: number, digest: LineDigest): boolean {
    if (this.checkpoint === null) return false;
    if (line <= this.checkpoint.line) return !this.refused.has(line);
    this.check(digest);
    return false;
  }

  /** To be called at the end of the file, too: it may have become shorter. */
  check(digest: LineDigest): void {
    if (this.checkpoint === null || this.checked) return;
    this.checked = true;
    if (digest.value() !== this.checkpoint.digest)
      throw new ImportError(
        `The file has changed before line ${this.checkpoint.line}, up to which it was imported. Leave --resume out to send all its lines.`,
      );
  }
}

/** A run of lines whose answers came together. `order` counts 0, 1, 2 … in the order of the file; `digest` is over all lines up to `lastLine`. */
export interface SettledLines {
  readonly order: number;
  readonly lastLine: number;
  readonly digest: string;
  readonly outcomes: readonly Outcome[];
}

/** What of a run of lines is kept until it is its turn. */
interface Step extends Pick<SettledLines, 'lastLine' | 'digest'> {
  readonly refused: readonly number[];
  /** Lines that an earlier run had refused. */
  readonly accepted: readonly number[];
}

/** Follows how far the file is answered without a gap, and writes it beside the file. Its memory does not grow with the file. */
export class CheckpointWriter {
  private readonly waiting = new Map<number, Step>();
  private readonly refused: Set<number>;
  private next = 0;
  private line: number;
  private digest: string;
  private isFull = false;
  private writing: Promise<void> | null = null;
  private changed = false;

  /** `onFull` is told, once, where the state goes no further than this line. */
  constructor(
    private readonly path: string,
    private readonly options: string,
    from: Checkpoint | null,
    private readonly onFull: (line: number) => void,
  ) {
    this.refused = new Set(from?.refused);
    this.line = from?.line ?? 0;
    this.digest = from?.digest ?? new LineDigest().value();
  }

  settle({ order, lastLine, digest, outcomes }: SettledLines): void {
    if (this.isFull) return;
    const refused = outcomes.filter(({ status }) => status === 'refused').map(({ line }) => line);
    const accepted = outcomes.filter(({ line, status }) => status !== 'refused' && this.refused.has(line)).map(({ line }) => line);
    this.waiting.set(order, { lastLine, digest, refused, accepted });
    for (let first = this.waiting.get(this.next); first && !this.isFull; first = this.waiting.get(this.next)) {
      this.advance(first);
      this.waiting.delete(this.next++);
    }
    this.writing ??= this.write();
    // A failure is told by close(); until then it is nobody's rejection.
    this.writing.catch(() => undefined);
  }

  private advance({ lastLine, digest, refused, accepted }: Step): void {
    const added = refused.filter((line) => !this.refused.has(line));
    if (this.refused.size - accepted.length + added.length > MOST_REFUSED) return this.stayHere();
    for (const line of accepted) this.refused.delete(line);
    for (const line of added) this.refused.add(line);
    if (lastLine > this.line) [this.line, this.digest] = [lastLine, digest];
    this.changed = true;
  }

  private stayHere(): void {
    this.isFull = true;
    this.waiting.clear();
    this.onFull(this.line);
  }

  /** Renaming makes the step whole: a crash leaves the old state or the new one. */
  private async write(): Promise<void> {
    while (this.changed) {
      this.changed = false;
      const checkpoint: Checkpoint = { version: 1, options: this.options, line: this.line, digest: this.digest, refused: [...this.refused] };
      await writeFile(`${this.path}.new`, JSON.stringify(checkpoint));
      await rename(`${this.path}.new`, this.path);
    }
    this.writing = null;
  }

  /** Waits until what was settled is on disk. */
  async close(): Promise<void> {
    await this.writing?.catch((error: NodeJS.ErrnoException) => {
      throw new ImportError(`${this.path} cannot be written (${error.code}); without it the import runs, too, if --resume is left out.`);
    });
  }
}

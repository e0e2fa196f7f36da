import { checkpointPath, CheckpointWriter, LineDigest, loadCheckpoint, MOST_REFUSED, Resumption } from './import-checkpoint';
import { columnsOf, fileSize, ImportError, readLines, type FileFormat, type UnreadableLine } from './import-file';
import { mapperOf, missingColumns, type MappedLine, type Mapping } from './import-mapping';
import { ImportReport, type Tally, type Terminal } from './import-report';
import { sendLines, type Outcome, type SenderOptions } from './import-sender';

export interface ImportOptions {
  readonly file: string;
  readonly format: FileFormat;
  readonly delimiter: string;
  readonly mapping: Mapping;
  /** Columns without which no line can be sent. */
  readonly neededColumns: readonly string[];
  readonly url: string;
  readonly key: string;
  readonly concurrency: number;
  readonly retries: number;
  readonly firstWaitMs: number;
  readonly dryRun: boolean;
  /** Keep a state file beside the file, whose `fingerprint` says what it holds for; null: don't. */
  readonly resume: { readonly fingerprint: string } | null;
  readonly refusedPath: string | null;
}

/** Lines that go out in one request; `unreadable` ones are settled without one. */
interface Batch {
  readonly order: number;
  readonly lines: MappedLine[];
  readonly unreadable: UnreadableLine[];
  size: number;
  lastLine: number;
  bytes: number;
  digest: string;
}

const MOST_BATCH_LINES = 1000;
/** Well below the server's limit on a request's body. */
const MOST_BATCH_CHARACTERS = 400_000;
const DRY_RUN_EXAMPLES = 3;

/** Sends a file's lines to the API. Throws ImportError where it cannot begin or go on; what was accepted by then stays. */
export async function importFile(options: ImportOptions, terminal: Terminal): Promise<Tally> {
  const size = await fileSize(options.file);
  const notice = await checkColumns(options);
  const report = new ImportReport(terminal, options.dryRun ? 0 : size, options.refusedPath);
  if (notice) report.note(notice);
  let isComplete = false;
  try {
    await (options.dryRun ? rehearse(options, report, terminal) : send(options, report));
    isComplete = true;
  } finally {
    await report.close();
    const words = options.dryRun ? 'Nothing was sent. ' : isComplete ? '' : 'Not finished. ';
    terminal.stdout.write(words + report.summary(options.dryRun) + hints(options, report));
  }
  return report.counts();
}

/** What the person at the terminal could not know from the refusals themselves. */
function hints({ dryRun, mapping }: ImportOptions, report: ImportReport): string {
  if (dryRun) return 'Customers, features and prices are known to the server alone: whether it accepts the lines is seen when they are sent.\n';
  if (!('source' in mapping.idempotency) || !report.hasRefused('IDEMPOTENCY_KEY_REUSED')) return '';
  return `A line that was changed is never added again. If this is another file of the same name, give it a --source of its own (it was ${mapping.idempotency.source}).\n`;
}

/** The fields of NDJSON may differ from line to line, so that only a needed one must be in the first. Answers a notice about the others. */
async function checkColumns({ file, format, delimiter, mapping, neededColumns }: ImportOptions): Promise<string | null> {
  const columns = await columnsOf(file, format, delimiter);
  if (columns.length === 0) throw new ImportError(`${file} has no ${format === 'csv' ? 'header' : 'line that can be read'}.`);
  const missing = missingColumns(mapping, columns);
  const fatal = format === 'csv' ? missing : missing.filter((column) => neededColumns.includes(column));
  const there = `There are: ${columns.join(', ')}.`;
  if (fatal.length > 0) throw new ImportError(`${file} has no column ${fatal.join(', ')}. ${there}`);
  return missing.length > 0 ? `Note: the first line has no field ${missing.join(', ')}. ${there}` : null;
}

async function rehearse(options: ImportOptions, report: ImportReport, terminal: Terminal): Promise<void> {
  let shown = 0;
  const map = mapperOf(options.mapping);
  for await (const read of readLines(options.file, options.format, options.delimiter)) {
    const line = 'cells' in read ? map(read) : read;
    const outcome: Outcome =
      'event' in line ? { line: line.line, status: 'readable' } : { line: line.line, status: 'refused', problem: line.problem };
    if ('event' in line && shown++ < DRY_RUN_EXAMPLES) terminal.stdout.write(`line ${line.line}: ${line.event}\n`);
    report.add([outcome], line.bytes);
  }
}

async function send(options: ImportOptions, report: ImportReport): Promise<void> {
  const stop = new AbortController();
  const path = checkpointPath(options.file);
  const earlier = options.resume && (await loadCheckpoint(path, options.resume.fingerprint));
  const writer = options.resume && new CheckpointWriter(path, options.resume.fingerprint, earlier, (line) => report.note(stateIsFull(line)));
  const sender = senderOf(options, report, stop.signal);
  const sendOne = async (batch: Batch): Promise<void> => {
    const sent = await sendLines(sender, batch.lines);
    const outcomes = [...batch.unreadable.map(({ line, problem }): Outcome => ({ line, status: 'refused', problem })), ...sent];
    report.add(outcomes, batch.bytes);
    writer?.settle({ order: batch.order, lastLine: batch.lastLine, digest: batch.digest, outcomes });
  };
  try {
    await eachAtOnce(batches(options, new Resumption(earlier), report), options.concurrency, sendOne, stop);
  } finally {
    await writer?.close();
  }
}

function stateIsFull(line: number): string {
  const most = MOST_REFUSED.toLocaleString('en-GB');
  return `More than ${most} lines are refused: --resume remembers no more of them, and begins behind line ${line} next time. What is there by then is not added twice.`;
}

function senderOf({ url, key, retries, firstWaitMs, mapping }: ImportOptions, report: ImportReport, signal: AbortSignal): SenderOptions {
  const onWait = (reason: string, waitMs: number): void => report.note(`${reason} Trying again in ${(waitMs / 1000).toFixed(1)} s.`);
  return { url, key, raw: mapping.what.field === 'eventName', retries, firstWaitMs, onWait, signal };
}

/** Takes the next item only when fewer than `most` are being worked on. The first failure stops the others, is waited out, and is thrown. */
async function eachAtOnce<T>(items: AsyncIterable<T>, most: number, work: (item: T) => Promise<void>, stop: AbortController): Promise<void> {
  const working = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | null = null;
  try {
    for await (const item of items) {
      const task: Promise<void> = work(item)
        .catch((error: unknown) => {
          failure ??= { error };
          stop.abort();
        })
        .finally(() => working.delete(task));
      working.add(task);
      if (working.size >= most) await Promise.race(working);
      if (failure) break;
    }
  } finally {
    await Promise.all(working);
  }
  if (failure) throw (failure as { readonly error: unknown }).error;
}

async function* batches(options: ImportOptions, resumption: Resumption, report: ImportReport): AsyncGenerator<Batch> {
  const map = mapperOf(options.mapping);
  const digest = new LineDigest();
  let batch = emptyBatch(0);
  for await (const read of readLines(options.file, options.format, options.delimiter)) {
    const line = 'cells' in read ? map(read) : read;
    const isSettled = resumption.settles(line.line, digest);
    digest.add(line);
    if (isSettled) report.skip();
    else addTo(batch, line);
    if (!isFull(batch)) continue;
    yield { ...batch, digest: digest.value() };
    batch = emptyBatch(batch.order + 1);
  }
  resumption.check(digest);
  if (batch.lastLine > 0) yield { ...batch, digest: digest.value() };
}

function emptyBatch(order: number): Batch {
  return { order, lines: [], unreadable: [], size: 0, lastLine: 0, bytes: 0, digest: '' };
}

function addTo(batch: Batch, line: MappedLine | UnreadableLine): void {
  if ('event' in line) batch.lines.push(line);
  else batch.unreadable.push(line);
  batch.size += 'event' in line ? line.event.length : 0;
  batch.lastLine = line.line;
  batch.bytes = line.bytes;
}

function isFull({ lines, unreadable, size }: Batch): boolean {
  return lines.length >= MOST_BATCH_LINES || unreadable.length >= MOST_BATCH_LINES || size >= MOST_BATCH_CHARACTERS;
}

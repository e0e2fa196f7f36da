import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable, type Transform } from 'node:stream';
import { parse as csvParser } from 'csv-parse';
import { parse as parseJson } from 'lossless-json';

export const FILE_FORMATS = { csv: 'csv', ndjson: 'ndjson' } as const;
export type FileFormat = keyof typeof FILE_FORMATS;

/** A number of an NDJSON line with the digits it was written with. */
export class NumberText {
  constructor(readonly text: string) {}
}

export type Cell = string | boolean | NumberText;

/** One record of the file: `line` is the number, from 1, of the line it ends on; `bytes` how far into the file that is. */
export interface FileLine {
  readonly line: number;
  readonly bytes: number;
  readonly cells: ReadonlyMap<string, Cell>;
}

export interface LineProblem {
  readonly code: string;
  readonly message: string;
}

export interface UnreadableLine {
  readonly line: number;
  readonly bytes: number;
  readonly problem: LineProblem;
}

/** The import cannot go on: the message is for the person at the terminal. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
}

/** Longer lines are refused (NDJSON) or end the import (CSV, where a forgotten quote would otherwise swallow the file). */
export const MOST_LINE_BYTES = 1024 * 1024;
const MOST_NESTING = 8;
const LINE_FEED = 10;

export function formatOf(path: string): FileFormat | null {
  if (/\.(csv|tsv)$/i.test(path)) return 'csv';
  return /\.(ndjson|jsonl)$/i.test(path) ? 'ndjson' : null;
}

/** The size in bytes. Throws ImportError where the file cannot be read. */
export async function fileSize(path: string): Promise<number> {
  const handle = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw new ImportError(error.code === 'ENOENT' ? `There is no file ${path}.` : `${path} cannot be read (${error.code}).`);
  });
  try {
    const status = await handle.stat();
    if (!status.isFile()) throw new ImportError(`${path} is not a file.`);
    return status.size;
  } finally {
    await handle.close();
  }
}

/** The columns of a CSV header, or the fields of the first NDJSON line that can be read; empty where the file has neither. */
export async function columnsOf(path: string, format: FileFormat, delimiter: string): Promise<string[]> {
  if (format === 'csv') {
    for await (const { record } of csvRecords(createReadStream(path), delimiter)) return headerOf(record);
    return [];
  }
  for await (const line of readNdjson(createReadStream(path))) if ('cells' in line) return [...line.cells.keys()];
  return [];
}

/** The file's records in order, a chunk of the file at a time. */
export function readLines(path: string, format: FileFormat, delimiter: string): AsyncGenerator<FileLine | UnreadableLine> {
  const source = createReadStream(path);
  return format === 'csv' ? readCsv(source, delimiter) : readNdjson(source);
}

interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number; readonly bytes: number };
}

export async function* readCsv(source: Readable, delimiter: string): AsyncGenerator<FileLine | UnreadableLine> {
  let header: string[] | undefined;
  for await (const { record, info } of csvRecords(source, delimiter)) {
    const at = { line: info.lines, bytes: info.bytes };
    if (!header) header = headerOf(record);
    else if (record.length !== header.length)
      yield { ...at, problem: { code: 'LINE_INVALID', message: `The line has ${record.length} cells; the header has ${header.length}.` } };
    else yield { ...at, cells: csvCells(header, record) };
  }
}

async function* csvRecords(source: Readable, delimiter: string): AsyncGenerator<CsvRecord> {
  const parser = csvParser({ bom: true, delimiter, info: true, relax_column_count: true, skip_empty_lines: true, max_record_size: MOST_LINE_BYTES });
  const checked = Readable.from(checkedUtf8(source), { objectMode: false });
  checked.on('error', (error) => parser.destroy(error));
  try {
    yield* checked.pipe(parser as Transform) as AsyncIterable<CsvRecord>;
  } catch (error) {
    throw error instanceof ImportError ? error : new ImportError(csvErrorMessage(error as Error & { code?: string; lines?: number }));
  } finally {
    checked.destroy();
  }
}

/** After a broken quote nobody can say where the next record begins, so that going on could lose or invent lines in silence. */
function csvErrorMessage(error: Error & { code?: string; lines?: number }): string {
  const where = error.lines === undefined ? '' : `Line ${error.lines}: `;
  const reasons: Record<string, string> = {
    CSV_QUOTE_NOT_CLOSED: 'a quoted cell is not closed before the end of the file.',
    CSV_INVALID_CLOSING_QUOTE: 'a cell goes on after its closing quote; a quote inside a quoted cell is written twice.',
    INVALID_OPENING_QUOTE: 'a quote stands inside a cell that is not quoted.',
    CSV_MAX_RECORD_SIZE: `a record is longer than ${MOST_LINE_BYTES} bytes; a quote may be missing.`,
  };
  return `${where}${reasons[error.code ?? ''] ?? error.message} The import stops here; mend the line and run it again: what is already there is not added twice.`;
}

function headerOf(record: readonly string[]): string[] {
  const header = record.map((name) => name.trim());
  const twice = header.find((name, i) => name !== '' && header.indexOf(name) !== i);
  if (twice !== undefined) throw new ImportError(`The header has the column ${JSON.stringify(twice)} twice.`);
  return header;
}

/** Empty cells are absent. */
function csvCells(header: readonly string[], record: readonly string[]): Map<string, Cell> {
  const cells = new Map<string, Cell>();
  for (const [i, name] of header.entries()) if (name !== '' && record[i] !== '') cells.set(name, record[i]!);
  return cells;
}

export async function* readNdjson(source: Readable): AsyncGenerator<FileLine | UnreadableLine> {
  for await (const { line, bytes, text } of textLines(source)) {
    if (text === null) yield { line, bytes, problem: { code: 'LINE_INVALID', message: `The line is longer than ${MOST_LINE_BYTES} bytes.` } };
    else if (text.trim() !== '') {
      const cells = jsonCells(line === 1 ? text.replace(/^\uFEFF/, '') : text);
      yield typeof cells === 'string' ? { line, bytes, problem: { code: 'LINE_INVALID', message: cells } } : { line, bytes, cells };
    }
  }
}

interface TextLine {
  readonly line: number;
  readonly bytes: number;
  /** Null: too long to keep. */
  readonly text: string | null;
}

async function* textLines(source: Readable): AsyncGenerator<TextLine> {
  let parts: Buffer[] = [];
  let length = 0;
  let line = 0;
  let bytes = 0;
  const take = (): TextLine => {
    const text = length > MOST_LINE_BYTES ? null : Buffer.concat(parts).toString('utf8');
    [parts, length] = [[], 0];
    return { line: ++line, bytes, text };
  };
  for await (const chunk of checkedUtf8(source)) {
    let start = 0;
    while (start < chunk.length) {
      const end = chunk.indexOf(LINE_FEED, start);
      const part = chunk.subarray(start, end < 0 ? chunk.length : end);
      length += part.length;
      if (length <= MOST_LINE_BYTES) parts.push(part);
      bytes += part.length + (end < 0 ? 0 : 1);
      start += part.length + 1;
      if (end >= 0) yield take();
    }
  }
  if (length > 0) yield take();
}

/** Other encodings would put garbled names into a ledger that never forgets. */
async function* checkedUtf8(source: Readable): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      decoder.decode(chunk, { stream: true });
      yield chunk;
    }
    decoder.decode();
  } catch (error) {
    const isForeign = (error as NodeJS.ErrnoException).code === 'ERR_ENCODING_INVALID_ENCODED_DATA';
    throw isForeign ? new ImportError('The file is not in UTF-8; convert it first.') : error;
  } finally {
    source.destroy();
  }
}

/** The fields of an object, those of nested objects under names such as `usage.tokens`; a sentence where the text is not such an object. */
function jsonCells(text: string): Map<string, Cell> | string {
  let value: unknown;
  try {
    value = parseJson(text, null, (digits) => new NumberText(digits));
  } catch (error) {
    // The parser recurses; a line of nothing but brackets ends in a RangeError.
    return error instanceof RangeError ? 'The line is nested too deeply.' : `The line is not JSON: ${(error as Error).message}.`;
  }
  if (!isObject(value)) return 'The line is not a JSON object.';
  const cells = new Map<string, Cell>();
  return collectCells(cells, '', value) ?? cells;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof NumberText);
}

function collectCells(cells: Map<string, Cell>, prefix: string, object: Record<string, unknown>): string | undefined {
  if (prefix.split('.').length > MOST_NESTING) return `The field ${prefix} is nested too deeply.`;
  for (const name of Object.keys(object)) {
    const value = object[name];
    const path = prefix + name;
    if (Array.isArray(value)) return `The field ${path} is a list.`;
    if (isObject(value)) {
      const problem = collectCells(cells, `${path}.`, value);
      if (problem) return problem;
    } else if (value !== null) cells.set(path, value as Cell);
  }
  return undefined;
}

import { valueLabel, type GroupValue } from '../domain/breakdown';
import { creditsToText, type Credits } from '../domain/credits';

/** How the rows of an export are written. */
export const EXPORT_FORMATS = { CSV: 'CSV', NDJSON: 'NDJSON' } as const;
export type ExportFormat = keyof typeof EXPORT_FORMATS;

/** A column, which writes its cell of a row in both formats. */
export interface Column<Row> {
  readonly name: string;
  readonly csv: (row: Row) => string;
  readonly json: (row: Row) => string;
}

type Of<Row, Value> = (row: Row) => Value | null;

function column<Row, Value>(name: string, of: Of<Row, Value>, csv: (value: Value) => string, json: (value: Value) => string): Column<Row> {
  const write = (form: (value: Value) => string, absent: string) => (row: Row) => {
    const value = of(row);
    return value === null ? absent : form(value);
  };
  return { name, csv: write(csv, ''), json: write(json, 'null') };
}

/** What is always a text. */
export function textColumn<Row>(name: string, of: Of<Row, string>): Column<Row> {
  return column(name, of, (text) => csvText(text, MEANS_MORE), JSON.stringify);
}

/** What may be a text, a number or a boolean: each is told from the others. */
export function valueColumn<Row>(name: string, of: (row: Row) => GroupValue): Column<Row> {
  const csv = (value: GroupValue) => (typeof value === 'string' ? csvText(value, MEANS_MORE_OR_NO_TEXT) : valueLabel(value)!);
  return column(name, of, csv, (value) => valueLabel(value)!);
}

/** A text in JSON, as amounts are everywhere: a double could not hold it. */
export function amountColumn<Row>(name: string, of: Of<Row, Credits>): Column<Row> {
  return column(name, of, creditsToText, (amount) => `"${creditsToText(amount)}"`);
}

/** Digits that are a text in JSON. */
export function digitsColumn<Row>(name: string, of: Of<Row, string>): Column<Row> {
  return column(
    name,
    of,
    (digits) => digits,
    (digits) => `"${digits}"`,
  );
}

/** Digits that are a number in JSON, too. */
export function numberColumn<Row>(name: string, of: Of<Row, string>): Column<Row> {
  return column(
    name,
    of,
    (digits) => digits,
    (digits) => digits,
  );
}

export function instantColumn<Row>(name: string, of: Of<Row, Date>): Column<Row> {
  return column(
    name,
    of,
    (at) => at.toISOString(),
    (at) => `"${at.toISOString()}"`,
  );
}

/** JSON, which in CSV is a text. */
export function jsonColumn<Row>(name: string, of: Of<Row, string>): Column<Row> {
  return column(
    name,
    of,
    (json) => csvText(json, MEANS_MORE),
    (json) => json,
  );
}

/**
 * Texts that a spreadsheet would take for a formula, also behind spaces or written in full width; the empty text, which would read as absent; and what begins
 * with the apostrophe itself. They get an apostrophe in front, which is how spreadsheets mark a text: taking one away gives every text back.
 */
const MEANS_MORE = /^(?:'|$|\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])/;
/** Besides, in a column that has values of all types: texts that would read as a number or a boolean. */
const MEANS_MORE_OR_NO_TEXT = new RegExp(`${MEANS_MORE.source}|^(?:true|false|[0-9]+(?:\\.[0-9]+)?)$`);
const NEEDS_QUOTES = /[",\r\n]/;

function csvText(text: string, meansMore: RegExp): string {
  return quoted(meansMore.test(text) ? `'${text}` : text);
}

function quoted(text: string): string {
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export interface RowWriter<Row> {
  readonly contentType: string;
  readonly extension: string;
  /** What stands before all rows. */
  readonly head: string;
  readonly row: (row: Row) => string;
}

/** CSV is that of RFC 4180, with a header; NDJSON has one object per line, with the same names in the same order. */
export const ROW_WRITERS: Record<ExportFormat, <Row>(columns: readonly Column<Row>[]) => RowWriter<Row>> = {
  CSV: (columns) => ({
    contentType: 'text/csv; charset=utf-8; header=present',
    extension: 'csv',
    head: `${columns.map(({ name }) => csvText(name, MEANS_MORE)).join(',')}\r\n`,
    row: (row) => `${columns.map(({ csv }) => csv(row)).join(',')}\r\n`,
  }),
  NDJSON: (columns) => {
    const cells = columns.map(({ name, json }) => ({ label: `${JSON.stringify(name)}:`, json }));
    return {
      contentType: 'application/x-ndjson; charset=utf-8',
      extension: 'ndjson',
      head: '',
      row: (row) => `{${cells.map(({ label, json }) => label + json(row)).join(',')}}\n`,
    };
  },
};

/** Far less than a batch, so that a slow reader is seen to read. */
const CHUNK_CHARACTERS = 64 * 1024;

/** The text of an export in pieces, written as they are asked for. */
export async function* writeRows<Row>(writer: RowWriter<Row>, batches: AsyncGenerator<readonly Row[]>): AsyncGenerator<string> {
  let text = writer.head;
  for await (const batch of batches)
    for (const row of batch) {
      text += writer.row(row);
      if (text.length < CHUNK_CHARACTERS) continue;
      yield text;
      text = '';
    }
  if (text !== '') yield text;
}

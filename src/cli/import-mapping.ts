import type { Zone } from 'luxon';
import { NumberText, type Cell, type FileLine, type LineProblem, type UnreadableLine } from './import-file';
import { instantOf } from './import-timestamp';

/** `guess`: CSV cells that are JSON numbers or `true`/`false` are taken as such. `given`: NDJSON values keep their own type. */
export type Typing = 'guess' | 'given' | 'number' | 'text' | 'boolean';

/** One value for the whole file, or a column. */
export type Source = { readonly value: string } | { readonly column: string };

/** Which column means what. */
export interface Mapping {
  readonly customer: Source;
  /** What was used: a feature, or an event of this name, of which meters say what it is usage of. */
  readonly what: { readonly field: 'featureId' | 'eventName'; readonly source: Source };
  readonly resource: Source | null;
  readonly timestamp: { readonly column: string; readonly zone: Zone } | null;
  readonly valueColumn: string | null;
  /** Null: every column that nothing else uses, under its own name. */
  readonly dimensions: readonly { readonly column: string; readonly name: string }[] | null;
  readonly typing: ReadonlyMap<string, Typing>;
  readonly otherTyping: Typing;
  /** A column of keys, or the name under which the file's lines are known for ever: `import:<name>:<line>`. */
  readonly idempotency: { readonly column: string } | { readonly source: string };
}

/** A line as the JSON text of a ReportUsageInput, or of a RawEventInput. It is text from the file to the wire: no digit passes through a JavaScript number. */
export interface MappedLine {
  readonly line: number;
  readonly bytes: number;
  readonly event: string;
}

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const LOOSE_NUMBER = /^([+-]?)0*(\d*)(\.\d*)?([eE][+-]?\d+)?$/;
const TRUE_WORDS = new Set(['true', 't', 'yes', 'y', '1']);
const FALSE_WORDS = new Set(['false', 'f', 'no', 'n', '0']);

export function idempotencyKeyOf(source: string, line: number): string {
  return `import:${source}:${line}`;
}

/** The columns that the mapping names and the file does not have. */
export function missingColumns(mapping: Mapping, columns: readonly string[]): string[] {
  const dimensions = (mapping.dimensions ?? []).map(({ column }) => column);
  return [...new Set([...usedColumns(mapping), ...dimensions, ...mapping.typing.keys()])].filter((column) => !columns.includes(column));
}

/** The columns with a meaning of their own, which are therefore no dimensions by default. */
export function usedColumns(mapping: Mapping): Set<string> {
  const sources = [mapping.customer, mapping.what.source, mapping.resource, mapping.timestamp, mapping.idempotency];
  const columns = sources.flatMap((source) => (source && 'column' in source ? [source.column] : []));
  return new Set(mapping.valueColumn === null ? columns : [...columns, mapping.valueColumn]);
}

/** A function from a line to its event, or to what is wrong with it. */
export function mapperOf(mapping: Mapping): (line: FileLine) => MappedLine | UnreadableLine {
  const used = usedColumns(mapping);
  return (fileLine) => {
    const { line, bytes } = fileLine;
    const fields: string[] = [];
    const problem = addIdentity(fields, mapping, fileLine) ?? addMeasure(fields, mapping, fileLine) ?? addDimensions(fields, mapping, used, fileLine);
    return problem ? { line, bytes, problem } : { line, bytes, event: `{${fields.join(',')}}` };
  };
}

function addIdentity(fields: string[], mapping: Mapping, { line, cells }: FileLine): LineProblem | undefined {
  const { idempotency } = mapping;
  const key = 'column' in idempotency ? textOf(cells.get(idempotency.column)) : idempotencyKeyOf(idempotency.source, line);
  const customer = sourceText(mapping.customer, cells);
  const what = sourceText(mapping.what.source, cells);
  const resource = mapping.resource && sourceText(mapping.resource, cells);
  if (customer === undefined) return emptyColumn(mapping.customer);
  if (what === undefined) return emptyColumn(mapping.what.source);
  if (key === undefined) return emptyColumn(idempotency);
  const ids = { customerId: customer, [mapping.what.field]: what, idempotencyKey: key };
  fields.push(...Object.entries(ids).map(([name, id]) => `"${name}":${JSON.stringify(id)}`));
  if (resource) fields.push(`"resourceId":${JSON.stringify(resource)}`);
  return undefined;
}

function addMeasure(fields: string[], { timestamp, valueColumn }: Mapping, { cells }: FileLine): LineProblem | undefined {
  if (timestamp) {
    const text = textOf(cells.get(timestamp.column));
    if (text === undefined) return emptyColumn(timestamp);
    const instant = instantOf(text, timestamp.zone);
    if (instant === null) return { code: 'TIMESTAMP_INVALID', message: `${quoted(text)} in the column ${timestamp.column} is no timestamp.` };
    fields.push(`"timestamp":"${instant}"`);
  }
  const value = valueColumn === null ? undefined : textOf(cells.get(valueColumn));
  if (value !== undefined) fields.push(`"value":${jsonOf(value, 'guess')}`);
  return undefined;
}

function addDimensions(fields: string[], mapping: Mapping, used: ReadonlySet<string>, { cells }: FileLine): LineProblem | undefined {
  const parts: string[] = [];
  const add = (column: string, name: string, cell: Cell): LineProblem | undefined => {
    const typing = mapping.typing.get(column) ?? mapping.otherTyping;
    const json = jsonOf(cell, typing);
    if (json === null) return { code: 'DIMENSION_INVALID', message: `${quoted(textOf(cell) ?? '')} in the column ${column} is no ${typing}.` };
    parts.push(`${JSON.stringify(name)}:${json}`);
    return undefined;
  };
  for (const [column, name, cell] of dimensionCells(mapping, used, cells)) {
    const problem = add(column, name, cell);
    if (problem) return problem;
  }
  fields.push(`"dimensions":{${parts.join(',')}}`);
  return undefined;
}

function* dimensionCells({ dimensions }: Mapping, used: ReadonlySet<string>, cells: FileLine['cells']): Generator<[string, string, Cell]> {
  if (dimensions === null) {
    for (const [column, cell] of cells) if (!used.has(column)) yield [column, column, cell];
    return;
  }
  for (const { column, name } of dimensions) {
    const cell = cells.get(column);
    if (cell !== undefined) yield [column, name, cell];
  }
}

/** The JSON text of a cell; null where it is not of the wanted type. */
export function jsonOf(cell: Cell, typing: Typing): string | null {
  const text = textOf(cell) ?? '';
  if (typing === 'text') return JSON.stringify(text);
  if (typing === 'number') return jsonNumber(text);
  if (typing === 'boolean') return jsonBoolean(text);
  if (cell instanceof NumberText) return cell.text;
  if (typeof cell === 'boolean') return text;
  const isBare = typing === 'guess' && (text === 'true' || text === 'false' || JSON_NUMBER.test(text));
  return isBare ? text : JSON.stringify(text);
}

/** `007`, `+5` and `.5` are numbers where the user says so; JSON writes them 7, 5 and 0.5. */
function jsonNumber(text: string): string | null {
  const match = LOOSE_NUMBER.exec(text.trim());
  if (!match) return null;
  const [, sign, whole, fraction = '', exponent = ''] = match;
  if (!/\d/.test(text.trim().replace(/[eE].*$/, ''))) return null;
  return `${sign === '-' ? '-' : ''}${whole || '0'}${fraction === '.' ? '' : fraction}${exponent}`;
}

function jsonBoolean(text: string): string | null {
  const word = text.trim().toLowerCase();
  if (TRUE_WORDS.has(word)) return 'true';
  return FALSE_WORDS.has(word) ? 'false' : null;
}

function sourceText(source: Source, cells: FileLine['cells']): string | undefined {
  return 'value' in source ? source.value : textOf(cells.get(source.column));
}

function textOf(cell: Cell | undefined): string | undefined {
  return cell instanceof NumberText ? cell.text : cell?.toString();
}

function emptyColumn(source: Source | { readonly source: string }): LineProblem {
  return { code: 'LINE_INVALID', message: `The column ${'column' in source ? source.column : ''} is empty.` };
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

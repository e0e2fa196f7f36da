import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { LEDGER_COLUMNS } from '../../src/api/export-columns';
import { ROW_WRITERS, textColumn, valueColumn, type Column } from '../../src/api/export-format';
import { valueLabel, type GroupValue } from '../../src/domain/breakdown';
import { Decimal } from '../../src/domain/decimal';

/** Any text, and many that begin with what means more. */
const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .tuple(fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', "'", ' =', '＝', '1', 'true', 'false', '"', ','), fc.string())
    .map((parts) => parts.join('')),
  fc.constantFrom('', "'", 'true', 'false', '0', '12.50', '1e5'),
);
const values: fc.Arbitrary<GroupValue> = fc.oneof(
  texts,
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom('0', '-2', '12345678901234567890.5', '0.000000001').map((digits) => new Decimal(digits)),
);

function written(columns: readonly Column<GroupValue>[], value: GroupValue): string[] {
  const { head, row } = ROW_WRITERS.CSV(columns);
  const rows = parse(head + row(value), { record_delimiter: '\r\n' }) as string[][];
  expect(rows).toHaveLength(2);
  return rows[1]!;
}

/** As docs/exports.md says that a cell is to be read. */
function read(cell: string): string | null {
  if (cell === '') return null;
  return cell.startsWith("'") ? cell.slice(1) : cell;
}

describe('A cell of CSV', () => {
  const columns: Column<GroupValue>[] = [
    textColumn('text', (value) => (typeof value === 'string' ? value : null)),
    valueColumn('value', (value) => value),
    textColumn('last', () => 'end'),
  ];

  test('gives every text back, and is never a formula', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const [cell] = written(columns, text);
        expect(read(cell!)).toBe(text);
        expect(cell).not.toMatch(/^\s*[=+\-@＝＋－＠]|^[\t\r\n]/);
      }),
    );
  });

  test('tells texts, numbers, booleans and none apart where a column has all of them', () => {
    fc.assert(
      fc.property(values, (value) => {
        const cell = written(columns, value)[1]!;
        const isOther = /^(true|false|-?[0-9]+(\.[0-9]+)?)$/.test(cell);
        const label = cell === '' ? null : isOther ? cell : JSON.stringify(read(cell));
        expect(label).toBe(valueLabel(value));
      }),
    );
  });
});

describe('A line of NDJSON', () => {
  test('has the names in the order of the columns, whatever they are called', () => {
    const columns = ['b', '10', '__proto__', '2', 'a "b"'].map((name) => textColumn<string>(name, (text) => text + name));
    const { row } = ROW_WRITERS.NDJSON(columns);
    expect(row('\u2028')).toBe('{"b":"\u2028b","10":"\u202810","__proto__":"\u2028__proto__","2":"\u20282","a \\"b\\"":"\u2028a \\"b\\""}\n');
  });
});

test('docs/exports.md names the columns of a ledger', () => {
  const text = readFileSync(join(__dirname, '..', '..', 'docs', 'exports.md'), 'utf8');
  const paragraph = /\*\*Ledger\*\*: ([\s\S]*?)\n\n/.exec(text)![1]!;
  expect([...paragraph.matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual(LEDGER_COLUMNS.map(({ name }) => name));
});

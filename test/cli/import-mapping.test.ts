import fc from 'fast-check';
import { NumberText, type Cell, type FileLine } from '../../src/cli/import-file';
import { jsonOf, mapperOf, missingColumns, type Mapping, type Typing } from '../../src/cli/import-mapping';
import { zoneOf } from '../../src/cli/import-timestamp';

const WHOLE_FILE: Mapping = {
  customer: { value: 'acme' },
  what: { field: 'featureId', source: { value: 'chat' } },
  resource: null,
  timestamp: null,
  valueColumn: null,
  dimensions: null,
  typing: new Map(),
  otherTyping: 'guess',
  idempotency: { source: 'usage.csv' },
};

function line(cells: Record<string, Cell>): FileLine {
  return { line: 7, bytes: 100, cells: new Map(Object.entries(cells)) };
}

function eventOf(mapping: Partial<Mapping>, cells: Record<string, Cell>): string {
  const mapped = mapperOf({ ...WHOLE_FILE, ...mapping })(line(cells));
  return 'event' in mapped ? mapped.event : `${mapped.problem.code}: ${mapped.problem.message}`;
}

describe('a line', () => {
  test('becomes an event whose key says file and line', () => {
    expect(eventOf({}, { model: 'gpt', tokens: '12' })).toBe(
      '{"customerId":"acme","featureId":"chat","idempotencyKey":"import:usage.csv:7","dimensions":{"model":"gpt","tokens":12}}',
    );
  });

  test('takes customer, feature, resource, timestamp, value and key from columns, which are then no dimensions', () => {
    const mapping: Partial<Mapping> = {
      customer: { column: 'who' },
      what: { field: 'featureId', source: { column: 'what' } },
      resource: { column: 'where' },
      timestamp: { column: 'when', zone: zoneOf('UTC')! },
      valueColumn: 'much',
      idempotency: { column: 'id' },
    };
    expect(eventOf(mapping, { who: 'w', what: 'f', where: 'r', when: '2023-11-16 18:17:03.9799600', much: '1.50', id: 'k', other: 'o' })).toBe(
      '{"customerId":"w","featureId":"f","idempotencyKey":"k","resourceId":"r","timestamp":"2023-11-16T18:17:03.979Z","value":1.50,"dimensions":{"other":"o"}}',
    );
  });

  test('keeps the named dimensions only, under their new names, where --dimension is given', () => {
    const dimensions = [
      { column: 'a', name: 'first' },
      { column: 'absent', name: 'absent' },
    ];
    expect(eventOf({ dimensions }, { a: 'x', b: 'y' })).toContain('"dimensions":{"first":"x"}');
  });

  test('is refused where a needed cell is empty, a timestamp is none or a dimension has another type than the user said', () => {
    expect(eventOf({ customer: { column: 'who' } }, { a: 'x' })).toBe('LINE_INVALID: The column who is empty.');
    expect(eventOf({ timestamp: { column: 'when', zone: zoneOf('UTC')! } }, { when: 'noon' })).toBe(
      'TIMESTAMP_INVALID: "noon" in the column when is no timestamp.',
    );
    expect(eventOf({ typing: new Map([['n', 'number' as const]]) }, { n: 'many' })).toBe('DIMENSION_INVALID: "many" in the column n is no number.');
  });

  test('cannot break out of the JSON it becomes, whatever its cells hold', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary', minLength: 1 })), (cells) => {
        const event = JSON.parse(eventOf({ otherTyping: 'text' }, cells)) as { dimensions: unknown };
        expect(Object.entries(event.dimensions as object)).toEqual(Object.entries(JSON.parse(JSON.stringify(cells)) as object));
      }),
    );
  });
});

describe('a cell', () => {
  test.each<[Cell, Typing, string | null]>([
    ['0.12345678901234567890', 'guess', '0.12345678901234567890'],
    ['-1.50e+10', 'guess', '-1.50e+10'],
    ['007', 'guess', '"007"'],
    ['+5', 'guess', '"+5"'],
    ['1,000', 'guess', '"1,000"'],
    ['NaN', 'guess', '"NaN"'],
    ['true', 'guess', 'true'],
    ['True', 'guess', '"True"'],
    ['42', 'text', '"42"'],
    [new NumberText('1.0'), 'given', '1.0'],
    ['42', 'given', '"42"'],
    [false, 'given', 'false'],
    [new NumberText('1'), 'text', '"1"'],
    ['007', 'number', '7'],
    ['+5.', 'number', '5'],
    ['-.50', 'number', '-0.50'],
    ['000', 'number', '0'],
    [' 1e3 ', 'number', '1e3'],
    ['.', 'number', null],
    ['-', 'number', null],
    ['e5', 'number', null],
    ['0x10', 'number', null],
    ['Yes', 'boolean', 'true'],
    ['0', 'boolean', 'false'],
    ['maybe', 'boolean', null],
  ])('%p taken as %s is %s', (cell, typing, json) => {
    expect(jsonOf(cell, typing)).toBe(json);
  });
});

test('columns that the file does not have are named, each once', () => {
  const mapping: Mapping = { ...WHOLE_FILE, customer: { column: 'who' }, valueColumn: 'x', dimensions: [{ column: 'x', name: 'x' }] };
  expect(missingColumns({ ...mapping, typing: new Map([['y', 'text']]) }, ['who', 'z'])).toEqual(['x', 'y']);
});

import { Readable } from 'node:stream';
import { MOST_LINE_BYTES, NumberText, readCsv, readNdjson, type FileLine, type UnreadableLine } from '../../src/cli/import-file';

/** Chunks of three bytes, so that every boundary falls inside of something. */
function source(text: string | Buffer): Readable {
  const bytes = Buffer.from(text);
  return Readable.from(
    (function* () {
      for (let i = 0; i < bytes.length; i += 3) yield bytes.subarray(i, i + 3);
    })(),
    { objectMode: false },
  );
}

async function all(lines: AsyncIterable<FileLine | UnreadableLine>): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const line of lines) found.push('cells' in line ? [line.line, Object.fromEntries(line.cells)] : [line.line, line.problem.message]);
  return found;
}

describe('a CSV file', () => {
  test('gives its lines with their numbers, empty cells absent, empty lines left out', async () => {
    expect(await all(readCsv(source('\uFEFFa, b\r\n1,"x ""y"""\r\n\r\n,é\r\n'), ','))).toEqual([
      [2, { a: '1', b: 'x "y"' }],
      [4, { b: 'é' }],
    ]);
  });

  test('keeps the number of a line when the file is appended to', async () => {
    const before = await all(readCsv(source('a,b\n1,"x\ny"\n3,4'), ','));
    const after = await all(readCsv(source('a,b\n1,"x\ny"\n3,4\n5,6\n'), ','));
    expect(after).toEqual([...before, [5, { a: '5', b: '6' }]]);
  });

  test('refuses a line with another number of cells, and reads on', async () => {
    expect(await all(readCsv(source('a,b\n1\n1,2,3\n4,5\n'), ','))).toEqual([
      [2, 'The line has 1 cells; the header has 2.'],
      [3, 'The line has 3 cells; the header has 2.'],
      [4, { a: '4', b: '5' }],
    ]);
  });

  test('ends the import at a broken quote, because nothing after it can be trusted', async () => {
    await expect(all(readCsv(source('a,b\n1,2\n3,"open\n5,6\n'), ','))).rejects.toThrow(/a quoted cell is not closed/);
    await expect(all(readCsv(source('a,b\n1,"2" x\n'), ','))).rejects.toThrow(/^Line 2: a cell goes on after its closing quote/);
    await expect(
      all(readCsv(Readable.from([Buffer.from(`a\n"${'x'.repeat(MOST_LINE_BYTES + 10)}"\n`)], { objectMode: false }), ',')),
    ).rejects.toThrow(/longer than/);
  });

  test('must not have a column twice', async () => {
    await expect(all(readCsv(source('a,b,a\n1,2,3\n'), ','))).rejects.toThrow('The header has the column "a" twice.');
  });

  test('must be in UTF-8', async () => {
    await expect(all(readCsv(source(Buffer.from('a\ncaf\xe9\n', 'latin1')), ','))).rejects.toThrow('not in UTF-8');
  });
});

describe('an NDJSON file', () => {
  test('gives the fields of each line, nested ones under dotted names, nulls absent', async () => {
    expect(await all(readNdjson(source('{"a":"é","n":{"b":true,"c":null}}\r\n\n{"x":""}')))).toEqual([
      [1, { a: 'é', 'n.b': true }],
      [3, { x: '' }],
    ]);
  });

  test('keeps every digit of a number', async () => {
    expect(await all(readNdjson(source('{"n":0.12345678901234567890,"e":1E+3}')))).toEqual([
      [1, { n: new NumberText('0.12345678901234567890'), e: new NumberText('1E+3') }],
    ]);
  });

  test('refuses a line that is no object, has a list, is too deep or too long, and reads on', async () => {
    const long = `{"a":"${'x'.repeat(MOST_LINE_BYTES)}"}`;
    const deep = '['.repeat(200_000);
    const nested = `${'{"a":'.repeat(20)}1${'}'.repeat(20)}`;
    const lines = await all(
      readNdjson(Readable.from([Buffer.from(`{\n3\n{"a":[1]}\n${deep}\n${nested}\n${long}\n{"a":"b"}\n`)], { objectMode: false })),
    );
    expect(lines.map((line) => (line as [number, unknown])[0])).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(lines[0]).toEqual([1, expect.stringContaining('not JSON')]);
    expect(lines.slice(1)).toEqual([
      [2, 'The line is not a JSON object.'],
      [3, 'The field a is a list.'],
      [4, 'The line is nested too deeply.'],
      [5, expect.stringContaining('nested too deeply')],
      [6, `The line is longer than ${MOST_LINE_BYTES} bytes.`],
      [7, { a: 'b' }],
    ]);
  });

  test('takes __proto__ for a name like any other', async () => {
    const [line] = await all(readNdjson(source('{"__proto__":"x","constructor":"y"}')));
    expect(Object.getOwnPropertyNames((line as [number, object])[1])).toContain('constructor');
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});

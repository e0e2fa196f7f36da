import type { Database } from '../src/store/database';

const TYPES = 'int8 int8 text timestamptz timestamptz int4 int4 int8 int8 jsonb numeric numeric numeric int8 int4'.split(' ');

/**
 * The floor: rows such as those of `usage_event`, with the same columns, keys and indexes, by nothing but INSERT … SELECT unnest over one
 * connection. Answers rows per second.
 */
export async function insertPlainRows(database: Database, batches: number, size: number): Promise<number> {
  await database.pool.query('DROP TABLE IF EXISTS floor_event');
  await database.pool.query('CREATE TABLE floor_event (LIKE usage_event INCLUDING ALL)');
  const text = `INSERT INTO floor_event SELECT * FROM unnest(${TYPES.map((type, index) => `$${index + 1}::${type}[]`).join(', ')})`;
  const client = await database.pool.connect();
  try {
    const start = performance.now();
    for (let batch = 0; batch < batches; batch++) await client.query({ name: 'floor', text, values: columns(batch, size) });
    return (batches * size) / ((performance.now() - start) / 1000);
  } finally {
    client.release();
  }
}

function columns(batch: number, size: number): string[] {
  const column = (of: (n: number) => string) => `{${Array.from({ length: size }, (_, index) => of(batch * size + index)).join(',')}}`;
  const at = new Date().toISOString();
  return [
    column((n) => `${n % size}`),
    column((n) => `${1_000_000_000_000 + n}`),
    column((n) => `event-${n}`),
    column(() => at),
    column(() => at),
    column(() => '1'),
    column(() => '1'),
    column((n) => `${n % size}`),
    column((n) => `${n % 12_000}`),
    column((n) => `"{\\"input\\":${100 + (n % 4_000)},\\"output\\":${n % 700}}"`),
    column(() => '1'),
    column((n) => `${n % 97}.25`),
    column((n) => `${1_000_000_000 - n}.75`),
    column((n) => `${n}`),
    column(() => '1'),
  ];
}

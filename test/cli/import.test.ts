import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { importCommand } from '../../src/cli/import';

/** One request as the counterpart saw it: each event's key and its text. */
interface Request {
  readonly key: string;
  readonly events: readonly { readonly idempotencyKey: string; readonly dimensions: Record<string, unknown> }[];
  readonly body: string;
}

/** Behaves as the API does on the wire; `answer` may put something else in place of an answer. */
class Counterpart {
  readonly requests: Request[] = [];
  readonly kept = new Map<string, string>();
  answer: (request: Request, nth: number) => { status: number; body: unknown } | 'hang up' | null = () => null;
  private readonly server: Server = createServer((request, response) => {
    void read(request).then((seen) => {
      this.requests.push(seen);
      const other = this.answer(seen, this.requests.length);
      if (other === 'hang up') return request.socket.destroy();
      const { status, body } = other ?? {
        status: 200,
        body: { data: { report: { results: seen.events.map((event) => this.keep(event)) } } },
      };
      return response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });

  private keep(event: Request['events'][number]): unknown {
    const text = JSON.stringify(event);
    const before = this.kept.get(event.idempotencyKey);
    if (event.dimensions['bad']) return { duplicate: false, error: { code: 'DIMENSION_MISSING', message: 'No.' } };
    if (before !== undefined && before !== text) return { duplicate: false, error: { code: 'IDEMPOTENCY_KEY_REUSED', message: 'Other content.' } };
    this.kept.set(event.idempotencyKey, text);
    return { duplicate: before !== undefined, error: null };
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/graphql`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

async function read(request: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString('utf8');
  const { variables } = JSON.parse(body) as { variables: { input: Pick<Request, 'events'> } };
  return { key: String(request.headers['x-api-key']), events: variables.input.events, body };
}

let folder: string;
let counterpart: Counterpart;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'import-'));
  counterpart = new Counterpart();
  await counterpart.listen();
});

afterEach(async () => {
  process.exitCode = 0;
  await counterpart.close();
  await rm(folder, { recursive: true });
});

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

interface Ended {
  readonly out: string;
  readonly err: string;
  readonly code: number;
}

async function run(...args: string[]): Promise<Ended> {
  const texts = { out: '', err: '' };
  const into = (name: 'out' | 'err'): Writable => new Writable({ write: (chunk, _encoding, done) => ((texts[name] += String(chunk)), done()) });
  process.exitCode = 0;
  await importCommand({ stdout: into('out'), stderr: into('err') }).parseAsync(['--url', counterpart.url, '--key', 'dk_test', ...args], {
    from: 'user',
  });
  return { ...texts, code: process.exitCode };
}

const SAME = ['--customer', 'acme', '--feature', 'chat'];

function lines(count: number, from = 1): string {
  return Array.from({ length: count }, (_, i) => `${from + i}\n`).join('');
}

test('every line arrives once, at most 1,000 per request, with its digits', async () => {
  const path = await file('usage.csv', `n,exact\n${Array.from({ length: 2500 }, (_, i) => `${i},0.12345678901234567890\n`).join('')}`);
  const { out, code } = await run(path, ...SAME);
  expect(code).toBe(0);
  expect(out).toBe('2500 lines: 2500 accepted, 0 already known, 0 refused.\n');
  expect(counterpart.requests.map(({ events }) => events.length).sort()).toEqual([1000, 1000, 500]);
  expect(counterpart.kept.size).toBe(2500);
  expect(counterpart.requests[0]!.body).toContain('"exact":0.12345678901234567890}');
  expect(counterpart.requests.every(({ key }) => key === 'dk_test')).toBe(true);
});

test('a second run adds nothing, and a file that was appended to adds its new lines only', async () => {
  const path = await file('usage.csv', `n\n${lines(10)}`);
  await run(path, ...SAME);
  expect((await run(path, ...SAME)).out).toBe('10 lines: 0 accepted, 10 already known, 0 refused.\n');
  await file('usage.csv', `n\n${lines(13)}`);
  expect((await run(path, ...SAME)).out).toBe('13 lines: 3 accepted, 10 already known, 0 refused.\n');
  expect(counterpart.kept.size).toBe(13);
});

test('a line that was changed is refused, and another --source makes another file of it', async () => {
  const path = await file('usage.csv', `n\n1\n2\n`);
  await run(path, ...SAME);
  await file('usage.csv', `n\n1\n3\n`);
  const { out, code } = await run(path, ...SAME);
  expect(code).toBe(1);
  expect(out).toContain('2 lines: 0 accepted, 1 already known, 1 refused.\n  IDEMPOTENCY_KEY_REUSED: 1\n    line 3: Other content.\n');
  expect(out).toContain('If this is another file of the same name, give it a --source of its own (it was usage.csv).');
  expect((await run(path, ...SAME, '--source', 'corrected')).out).toBe('2 lines: 2 accepted, 0 already known, 0 refused.\n');
});

test('refused lines are told with line, code and message, and kept in the file of --refused; the others arrive', async () => {
  const path = await file('usage.ndjson', '{"n":1}\n{"n":\n{"bad":true}\n{"n":4}\n');
  const refused = join(folder, 'refused.ndjson');
  const { out, code } = await run(path, ...SAME, '--refused', refused);
  expect(code).toBe(1);
  expect(out).toContain('4 lines: 2 accepted, 0 already known, 2 refused.');
  expect(out).toContain('  DIMENSION_MISSING: 1\n    line 3: No.\n');
  const kept = (await readFile(refused, 'utf8')).trim().split('\n');
  expect(kept.map((text) => JSON.parse(text) as unknown)).toEqual([
    { line: 2, code: 'LINE_INVALID', message: expect.stringContaining('not JSON') },
    { line: 3, code: 'DIMENSION_MISSING', message: 'No.' },
  ]);
});

test('TRY_AGAIN, a lost connection and a 5xx are tried again until the outcome is known', async () => {
  const path = await file('usage.csv', `n\n${lines(5)}`);
  counterpart.answer = (_request, nth) => {
    if (nth === 1) return 'hang up';
    if (nth === 2) return { status: 503, body: 'away' };
    return nth === 3 ? { status: 200, body: { errors: [{ message: 'Again.', extensions: { code: 'TRY_AGAIN' } }] } } : null;
  };
  const { out, err, code } = await run(path, ...SAME);
  expect(code).toBe(0);
  expect(out).toBe('5 lines: 5 accepted, 0 already known, 0 refused.\n');
  expect(err).toContain('The server answers HTTP 503. Trying again in');
});

test('of a request, only the events that were told to try again are sent again', async () => {
  const path = await file('usage.csv', `n\n${lines(3)}`);
  counterpart.answer = ({ events }, nth) => {
    const results = events.map((_, i) => ({ duplicate: false, error: i === 1 ? { code: 'TRY_AGAIN', message: 'Again.' } : null }));
    return nth === 1 ? { status: 200, body: { data: { report: { results } } } } : null;
  };
  expect((await run(path, ...SAME)).out).toBe('3 lines: 3 accepted, 0 already known, 0 refused.\n');
  expect(counterpart.requests[1]!.events.map(({ idempotencyKey }) => idempotencyKey)).toEqual(['import:usage.csv:3']);
});

test('a request that is too large is sent in halves, down to the one event that is', async () => {
  const path = await file('usage.csv', `n\n${lines(9)}`);
  counterpart.answer = ({ events }) => (events.some(({ dimensions }) => dimensions['n'] === 4) ? { status: 413, body: '' } : null);
  const { out } = await run(path, ...SAME);
  expect(out).toContain('9 lines: 8 accepted, 0 already known, 1 refused.');
  expect(out).toContain('line 5: The event is larger than the server accepts.');
});

test('a refused key, a server that is no Drawdown, and a server that is away end the import with a word why', async () => {
  const path = await file('usage.csv', 'n\n1\n');
  counterpart.answer = () => ({
    status: 200,
    body: { errors: [{ message: 'The request has no valid API key.', extensions: { code: 'UNAUTHENTICATED' } }] },
  });
  const keyRefused = await run(path, ...SAME);
  expect(keyRefused.code).toBe(2);
  expect(keyRefused.err).toContain('The server refuses the API key: The request has no valid API key.');
  counterpart.answer = () => ({ status: 404, body: { hello: 'world' } });
  expect((await run(path, ...SAME)).err).toContain("does not answer like Drawdown's GraphQL API (HTTP 404)");
  const away = await run(path, ...SAME, '--url', 'http://127.0.0.1:1/graphql', '--retries', '1');
  expect(away.code).toBe(2);
  expect(away.err).toContain('http://127.0.0.1:1/graphql cannot be reached');
  expect(away.err).toContain('Gave up after 2 attempts');
});

test.each([
  [['absent.csv', ...SAME], 'There is no file absent.csv.'],
  [['usage.dat', ...SAME], 'give --format csv or --format ndjson'],
  [['usage.csv', '--feature', 'chat'], 'Whose usage is it? Give --customer ID or --customer-column COLUMN.'],
  [['usage.csv', ...SAME, '--customer-column', 'n'], 'Give --customer or --customer-column, not both.'],
  [['usage.csv', ...SAME, '--key', 'naïve'], 'The API key has characters that no key has.'],
  [['usage.csv', ...SAME, '--url', 'localhost:4000'], 'is not an address'],
])('%j cannot begin: %s', async (args, message) => {
  const { err, code } = await run(...args);
  expect(code).toBe(2);
  expect(err).toContain(message);
});

test('a missing column is named beside the columns that there are', async () => {
  const csv = await run(await file('usage.csv', 'when,tokens\n1,2\n'), ...SAME, '--timestamp-column', 'time', '--number', 'token');
  expect(csv.code).toBe(2);
  expect(csv.err).toContain('usage.csv has no column time, token. There are: when, tokens.');
  const ndjson = await run(await file('usage.ndjson', '{"a":1}\n{"b":2}\n'), ...SAME, '--dimension', 'b');
  expect(ndjson.code).toBe(0);
  expect(ndjson.err).toContain('Note: the first line has no field b. There are: a.');
  expect(counterpart.requests.at(-1)!.events.map(({ dimensions }) => dimensions)).toEqual([{}, { b: 2 }]);
});

test('--dry-run makes events of the lines, shows the first ones, sends nothing and claims nothing to be accepted', async () => {
  const { out, code } = await run(await file('usage.csv', 'n,m\n1,a\n2\n3,b\n'), ...SAME, '--dry-run');
  expect(code).toBe(1);
  expect(out).toContain('line 2: {"customerId":"acme","featureId":"chat","idempotencyKey":"import:usage.csv:2","dimensions":{"n":1,"m":"a"}}');
  expect(out).toContain('Nothing was sent. 3 lines: 2 readable, 1 refused.');
  expect(out).toContain('whether it accepts the lines is seen when they are sent');
  expect(counterpart.requests).toEqual([]);
});

describe('--resume', () => {
  test('skips what is settled and sends refused lines again', async () => {
    const path = await file('usage.ndjson', '{"n":1}\n{"bad":true}\n{"n":3}\n');
    await run(path, ...SAME, '--resume');
    await file('usage.ndjson', '{"n":1}\n{"bad":true}\n{"n":3}\n{"n":4}\n');
    const { out } = await run(path, ...SAME, '--resume');
    expect(out).toContain('4 lines: 1 accepted, 0 already known, 2 skipped (settled before), 1 refused.');
    expect(counterpart.requests.at(-1)!.events.map(({ idempotencyKey }) => idempotencyKey)).toEqual([
      'import:usage.ndjson:2',
      'import:usage.ndjson:4',
    ]);
  });

  test('never skips a line behind one whose outcome is not known', async () => {
    const path = await file('usage.csv', `n\n${lines(3500)}`);
    counterpart.answer = ({ events }) => (events[0]!.idempotencyKey === 'import:usage.csv:1002' ? { status: 503, body: '' } : null);
    expect((await run(path, ...SAME, '--resume', '--retries', '1')).code).toBe(2);
    counterpart.answer = () => null;
    const { out } = await run(path, ...SAME, '--resume');
    expect(out).toMatch(/^3500 lines: \d+ accepted, \d+ already known, 1000 skipped \(settled before\), 0 refused\.\n$/);
    expect(counterpart.kept.size).toBe(3500);
  });

  test('remembers up to 10,000 refused lines, says once that it remembers no more, and goes on behind the last line it stands for', async () => {
    const path = await file('usage.ndjson', '{"n":0}\n'.repeat(3000) + '{"bad":true}\n'.repeat(12_500) + '{"n":1}\n'.repeat(500));
    const first = await run(path, ...SAME, '--resume');
    expect(first.out).toContain('16000 lines: 3500 accepted, 0 already known, 12500 refused.');
    expect(first.err.match(/--resume remembers no more of them, and begins behind line 13000 next time/g)).toHaveLength(1);
    const state = JSON.parse(await readFile(`${path}.drawdown-import.json`, 'utf8')) as { line: number; refused: number[] };
    expect([state.line, state.refused.length]).toEqual([13_000, 10_000]);
    const second = await run(path, ...SAME, '--resume');
    expect(second.out).toContain('16000 lines: 0 accepted, 500 already known, 3000 skipped (settled before), 12500 refused.');
    expect(counterpart.kept.size).toBe(3500);
  });

  test('notices that the settled part of the file has changed, or that the file is shorter', async () => {
    const path = await file('usage.csv', `n\n${lines(20)}`);
    await run(path, ...SAME, '--resume');
    for (const text of [`n\n7\n${lines(19, 2)}`, `n\n${lines(5)}`]) {
      await file('usage.csv', text);
      const { err, code } = await run(path, ...SAME, '--resume');
      expect(code).toBe(2);
      expect(err).toContain('The file has changed before line 21');
    }
    expect(counterpart.requests).toHaveLength(1);
  });

  test('does not hold for another server, key or reading of the file', async () => {
    const path = await file('usage.csv', 'n\n1\n');
    await run(path, ...SAME, '--resume');
    const { err, code } = await run(path, ...SAME, '--resume', '--key', 'dk_other');
    expect(code).toBe(2);
    expect(err).toContain('was written with other options, another server or another key');
    expect(await readFile(`${path}.drawdown-import.json`, 'utf8')).not.toContain('dk_');
  });
});

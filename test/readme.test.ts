import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { importCommand } from '../src/cli/import';
import { planCommand } from '../src/cli/plan';
import { fillDemo, markForDemo } from '../src/demo';
import { testDatabase } from './support/database';
import { testServer, type TestServer } from './support/server';
import { subscribeWith, websocketClient, type Subscription } from './support/subscriber';
import { onTerminal } from './support/terminal';

interface Block {
  /** The language and whatever else follows the fence. */
  readonly info: string;
  readonly text: string;
  readonly line: number;
}

interface Example {
  readonly name: string;
  readonly run: (server: TestServer) => Promise<void>;
}

let server: TestServer;
let folder: string;
/** The last that examples answered. */
let sequence: string;
let subscription: Subscription;
let token: string;

beforeAll(async () => {
  server = await testServer(await testDatabase());
  folder = await mkdtemp(join(tmpdir(), 'readme-'));
  const { database, collector, key, id } = server;
  await markForDemo(database, key, new Date());
  await fillDemo({ database, collector, environmentId: id, onProgress: () => undefined }, new Date());
}, 120_000);

afterAll(() => rm(folder, { recursive: true }));

function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  const fence = /^```(.*)\n([\s\S]*?)^```$/gm;
  for (const match of markdown.matchAll(fence))
    blocks.push({ info: match[1]!, text: match[2]!, line: markdown.slice(0, match.index).split('\n').length });
  return blocks;
}

/** Documents with their answers, files, and commands with their output, in the order in which they stand. */
function examplesOf(blocks: readonly Block[]): Example[] {
  return blocks.flatMap((block, i): Example[] => {
    const next = blocks[i + 1];
    if (block.info === 'graphql' && block.text.startsWith('subscription'))
      return [
        {
          name: `line ${block.line}: ${operationName(block)}`,
          run: async (to) => void (subscription = subscribeWith(websocketClient(to), block.text, { after: sequence })),
        },
      ];
    if (block.info === 'json told') return [{ name: `line ${block.line}: what is told`, run: () => expectTold(block) }];
    if (block.info === 'graphql') return [{ name: `line ${block.line}: ${operationName(block)}`, run: (to) => runDocument(to, block, next) }];
    if (/^(csv|yaml) /.test(block.info))
      return [{ name: `line ${block.line}: ${block.info}`, run: () => writeFile(join(folder, block.info.split(' ')[1]!), block.text) }];
    if (block.text.startsWith('curl ')) return [{ name: `line ${block.line}: curl`, run: (to) => runCurl(to, block, next) }];
    const command = /^npx drawdown (import|plan)/.exec(block.text)?.[1];
    if (!command) return [];
    return [{ name: `line ${block.line}: npx drawdown ${command}`, run: (to) => runCommand(to, block, next) }];
  });
}

function operationName({ text, line }: Block): string {
  const name = /^(?:query|mutation|subscription) (\w+)/.exec(text)?.[1];
  if (!name) throw new Error(`README.md, line ${line}: the document needs a name.`);
  return name;
}

async function runDocument(to: TestServer, { text, line }: Block, answer: Block | undefined): Promise<void> {
  if (answer?.info !== 'json') throw new Error(`README.md, line ${line}: the answer must follow as json.`);
  const { status: _status, ...body } = await to.graphql(text);
  expect(body).toEqual(withPlaceholders(JSON.parse(answer.text)));
  sequence = body.data?.creditUsage?.sequence ?? sequence;
  token = body.data?.createCustomerToken?.token ?? token;
}

/** What the last subscription told first. */
async function expectTold({ text }: Block): Promise<void> {
  expect(await subscription.next()).toEqual(withPlaceholders(JSON.parse(text)));
  await subscription.stop();
}

/** `"…"` in an answer stands for a text, and `"#"` for a number, that differs from time to time. */
function withPlaceholders(value: unknown): unknown {
  if (value === '…') return expect.any(String);
  if (value === '#') return expect.any(Number);
  if (Array.isArray(value)) return value.map(withPlaceholders);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withPlaceholders(item)]));
}

/** `…` in what a command says stands for what differs from time to time, within a line. */
async function runCommand(to: TestServer, { text }: Block, output: Block | undefined): Promise<void> {
  const [, , command, ...words] = text.replaceAll('\\\n', ' ').trim().split(/\s+/);
  const args = words.map((word) => (/\.(csv|yaml)$/.test(word) ? join(folder, word) : word));
  const address = ['--url', `${to.url}/graphql`, '--key', command === 'import' ? to.keys.WRITER : to.keys.ADMIN];
  const { out, err } = await onTerminal((terminal) =>
    (command === 'import' ? importCommand(terminal) : planCommand(terminal)).parseAsync([...args, ...address], { from: 'user' }),
  );
  if (command === 'plan') expect(err).toBe('');
  const lines = (output?.text ?? '').split('\n').map((line) => line.split('…'));
  const heard = out.split('\n').map((line, i) => (lines[i] && isLike(line, lines[i]) ? lines[i].join('…') : line));
  expect(heard.join('\n')).toBe(output?.text);
}

function isLike(line: string, [start = '', ...rest]: readonly string[]): boolean {
  return rest.length === 0 ? line === start : line.startsWith(start) && line.endsWith(rest.at(-1)!);
}

/** Only what the examples use: texts in quotes, `-H`, `-d`, `--data-urlencode`, `-G`. */
async function runCurl(to: TestServer, { text }: Block, output: Block | undefined): Promise<void> {
  const words = [...text.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, single, double, plain]) =>
    (single ?? double ?? plain)!.replace('$KEY', to.keys.READER).replace('$TOKEN', token),
  );
  const valuesOf = (...options: string[]) => words.filter((_, i) => options.includes(words[i - 1]!));
  const url = new URL(words.find((word) => word.startsWith('http'))!.replace('http://127.0.0.1:4000', to.url));
  const data = valuesOf('-d', '--data-urlencode');
  const headers = Object.fromEntries(valuesOf('-H').map((header) => header.split(': ') as [string, string]));
  if (words.includes('-G')) for (const one of data) url.searchParams.set(one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1));
  const answer = await fetch(url, words.includes('-G') ? { headers } : { method: 'POST', headers, body: data[0]! });
  expect((await answer.text()).replaceAll('\r\n', '\n').trimEnd()).toBe(output?.text.trimEnd());
}

test('every example of the README does what the README says', async () => {
  const examples = examplesOf(blocksOf(await readFile(join(__dirname, '..', 'README.md'), 'utf8')));
  expect(examples.length).toBeGreaterThan(10);
  for (const { name, run } of examples)
    await run(server).catch((error: Error) => {
      throw new Error(`README.md, ${name}: ${error.message}`);
    });
}, 120_000);

test('every file and folder that the README names is there', async () => {
  const readme = await readFile(join(__dirname, '..', 'README.md'), 'utf8');
  const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((match) => match[1]!);
  expect(links.length).toBeGreaterThan(3);
  expect(links.filter((link) => !existsSync(join(__dirname, '..', link)))).toEqual([]);
});

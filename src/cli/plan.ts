import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Command, Option } from 'commander';
import { zoneOf, instantOf } from './import-timestamp';
import { ApiClient } from './api-client';
import { addApiOptions, apiAddress, type ApiFlags } from './api-options';
import { catalogTree } from './catalog';
import { compareCatalogs, complainOfCatalog, differenceLines, isAnyDifferent, plansWithOtherRates } from './catalog-differences';
import { downloadCatalog, inTurn } from './catalog-download';
import { readCatalog } from './catalog-reading';
import { formatOfCatalog, readTree, writeTree, type CatalogFormat, type FileProblem } from './catalog-tree';
import { CommandError } from './command-error';
import type { Terminal } from './import-report';
import { planSteps, pushCatalog, type Publishing } from './plan-push';
import { reviewLines, type Comparison } from './plan-review';

/** 0: nothing differs, or all was done. 1: diff found differences, or the question was not answered with yes. 2: it could not begin or go on. */
const EXIT_DIFFERENCES = 1;
const EXIT_STOPPED = 2;

/** Where a question can be asked. */
export interface PlanTerminal extends Terminal {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
}

interface DiffFlags extends ApiFlags {
  readonly customers?: string;
}

interface PushFlags extends ApiFlags {
  readonly affects?: string;
  readonly effectiveAt?: string;
  readonly yes: boolean;
}

const HELP = `
The file holds currencies, features with their meters and declared dimensions, and plans with the rates and formula tests of their published version.
What it names, it says as a whole; what it does not name, or of a plan without "rates" the prices, is left as it is. Nothing is ever archived.
pull writes the same bytes as long as nothing was published. push saves a draft and publishes it as it was reviewed; a draft with changes of somebody
else is not touched.

Exit code: 0 where nothing differs or all was done, 1 where diff found differences or the question of push was not answered with yes, 2 where the file
has problems, the server refuses, or a plan has a draft of somebody else.`;

/** `drawdown plan`: a client of the public API like any other. */
export function planCommand(terminal: PlanTerminal = process): Command {
  const command = new Command('plan')
    .description('Keep currencies, features and plans in a file, through the GraphQL API.')
    .addHelpText('after', HELP);
  const sub = (name: string, description: string) =>
    addApiOptions(command.command(name).description(description).argument('<file>', 'a .yaml, .yml or .json file'), 'READER; to push, ADMIN');
  sub('pull', 'Write what is published into the file, in place of what it has.').action((file: string, flags: ApiFlags) =>
    run(terminal, () => pull(file, flags, terminal)),
  );
  sub('diff', 'Show what pushing the file would change, with the review of each plan; change nothing.')
    .option('--customers <ids>', 'customers, separated by commas, whom the impact is to tell of, too')
    .action((file: string, flags: DiffFlags) => run(terminal, () => diff(file, flags, terminal)));
  sub('push', 'Show the same, ask, and make the server as the file says.')
    .option('--affects <whom>', 'whom new prices affect: NEW_CUSTOMERS, ALL_CUSTOMERS, or ids of customers separated by commas')
    .option('--effective-at <instant>', 'from when on new prices are in force, such as 2027-01-01T00:00:00Z (default: now)')
    .addOption(new Option('--yes', 'do not ask').default(false))
    .action((file: string, flags: PushFlags) => run(terminal, () => push(file, flags, terminal)));
  return command;
}

async function run(terminal: PlanTerminal, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    terminal.stderr.write(`${error.message}\n`);
    process.exitCode = EXIT_STOPPED;
  }
}

async function pull(file: string, flags: ApiFlags, { stdout }: PlanTerminal): Promise<void> {
  const format = formatOf(file);
  const { catalog } = await downloadCatalog(clientOf(flags));
  await writeFile(file, writeTree(catalogTree(catalog), format)).catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`${file} cannot be written (${error.code}).`);
  });
  const { currencies, features, plans } = catalog;
  stdout.write(
    `${file}: ${counted(currencies.size, 'currency', 'currencies')}, ${counted(features.size, 'feature')}, ${counted(plans.size, 'plan')}.\n`,
  );
}

function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}

async function diff(file: string, flags: DiffFlags, { stdout }: PlanTerminal): Promise<void> {
  const api = clientOf(flags);
  const comparison = await compare(api, file);
  await show(api, comparison, flags.customers?.split(',') ?? null, file, stdout);
  if (isAnyDifferent(comparison.differences)) process.exitCode = EXIT_DIFFERENCES;
}

async function push(file: string, flags: PushFlags, terminal: PlanTerminal): Promise<void> {
  const api = clientOf(flags);
  const publishing = publishingOf(flags);
  const comparison = await compare(api, file);
  await show(api, comparison, publishing?.customerIds ?? null, file, terminal.stdout);
  if (!isAnyDifferent(comparison.differences)) return;
  const { differences } = comparison;
  if (plansWithOtherRates(differences).length > 0 && !publishing)
    throw new CommandError('Whom are the new prices to affect? Give --affects NEW_CUSTOMERS, ALL_CUSTOMERS or ids of customers.');
  const scope = publishing ?? { scope: 'NEW_CUSTOMERS' as const, customerIds: null, effectiveAt: null };
  await requireCustomers(api, scope.customerIds ?? []);
  const steps = await planSteps(api, differences, scope);
  if (!flags.yes && !(await isConfirmed(terminal))) {
    terminal.stdout.write('Nothing was changed.\n');
    process.exitCode = EXIT_DIFFERENCES;
    return;
  }
  await pushCatalog(api, differences, steps, scope, (line) => terminal.stdout.write(`${line}\n`));
}

/** Reads the file and the server. Throws CommandError with all that is wrong with the file, by line. */
async function compare(api: ApiClient, file: string): Promise<Comparison> {
  const format = formatOf(file);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(error.code === 'ENOENT' ? `There is no file ${file}.` : `${file} cannot be read (${error.code}).`);
  });
  const { tree, problems, placeOf } = readTree(text, format);
  if (tree === null && problems.length > 0) throw problemsError(file, problems);
  const found = [...problems];
  const complain = (path: string, message: string) => void found.push({ ...placeOf(path), path, message });
  const catalog = readCatalog(tree, complain);
  const server = await downloadCatalog(api);
  complainOfCatalog(catalog, server, complain);
  if (found.length > 0) throw problemsError(file, found);
  return { file: catalog, server, differences: compareCatalogs(catalog, server), placeOf };
}

function problemsError(file: string, problems: readonly FileProblem[]): CommandError {
  const ordered = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
  const lines = ordered.map(({ line, column, path, message }) => `${file}:${line}:${column}: ${path && `${path}: `}${message}`);
  return new CommandError(lines.join('\n'));
}

/** Throws CommandError with what stands against publishing. */
async function show(
  api: ApiClient,
  comparison: Comparison,
  customerIds: readonly string[] | null,
  file: string,
  stdout: NodeJS.WritableStream,
): Promise<void> {
  const { differences } = comparison;
  const { lines, problems } = await reviewLines(api, comparison, customerIds);
  for (const line of [...differenceLines(differences), ...lines]) stdout.write(`${line}\n`);
  if (!isAnyDifferent(differences)) stdout.write('The server is as the file says: there is nothing to change.\n');
  if (differences.unnamed.length > 0) stdout.write(`Not in the file, and left as it is: ${differences.unnamed.join(', ')}.\n`);
  if (problems.length > 0) throw problemsError(file, problems);
}

function formatOf(file: string): CatalogFormat {
  const format = formatOfCatalog(file);
  if (format) return format;
  throw new CommandError(`The name ${basename(file)} does not say what the file is: it must end with .yaml, .yml or .json.`);
}

function clientOf(flags: ApiFlags): ApiClient {
  const { url, key } = apiAddress(flags, (message) => new CommandError(message));
  return new ApiClient(url, key);
}

function publishingOf({ affects, effectiveAt }: PushFlags): Publishing | null {
  const instant = effectiveAt === undefined ? null : instantOf(effectiveAt, zoneOf('UTC')!);
  if (effectiveAt !== undefined && (instant === null || new Date(instant) <= new Date()))
    throw new CommandError(`--effective-at ${effectiveAt} is not an instant of the future such as 2027-01-01T00:00:00Z.`);
  if (affects === undefined) return null;
  if (affects === 'NEW_CUSTOMERS' || affects === 'ALL_CUSTOMERS') return { scope: affects, customerIds: null, effectiveAt: instant };
  return { scope: 'CUSTOMERS', customerIds: [...new Set(affects.split(',').map((id) => id.trim()))], effectiveAt: instant };
}

async function requireCustomers(api: ApiClient, ids: readonly string[]): Promise<void> {
  const document = 'query Customer($id: ID!) { customer(id: $id) { id } }';
  const found = await inTurn(ids, async (id) => (await api.ask<{ customer: unknown }>(document, new Map([['id', id]]))).customer);
  const missing = ids.filter((_, index) => found[index] === null);
  if (missing.length > 0) throw new CommandError(`There is no customer ${missing.join(', ')}.`);
}

async function isConfirmed({ stdin, stdout }: PlanTerminal): Promise<boolean> {
  if (!stdin.isTTY) throw new CommandError('There is no terminal to ask on; give --yes where this is meant.');
  const asking = createInterface({ input: stdin, output: stdout });
  try {
    return /^y(es)?$/i.test((await asking.question('Make the server so? (yes/no) ')).trim());
  } finally {
    asking.close();
  }
}

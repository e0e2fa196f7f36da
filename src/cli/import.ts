import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Zone } from 'luxon';
import { addApiOptions, requireKey, requireUrl, type ApiFlags } from './api-options';
import { FILE_FORMATS, formatOf, ImportError, type FileFormat } from './import-file';
import { usedColumns, type Mapping, type Source, type Typing } from './import-mapping';
import type { Terminal } from './import-report';
import { importFile, type ImportOptions } from './import-run';
import { zoneOf } from './import-timestamp';

/** 0: every line is there. 1: some lines were refused. 2: the import could not begin or go on. */
const EXIT_REFUSED_LINES = 1;
const EXIT_STOPPED = 2;
const FIRST_WAIT_MS = 250;
/** With `import:` and a line number it stays within an idempotency key's length. */
const MOST_SOURCE_LENGTH = 200;

interface Flags extends ApiFlags {
  readonly format?: FileFormat;
  readonly delimiter?: string;
  readonly customer?: string;
  readonly customerColumn?: string;
  readonly feature?: string;
  readonly featureColumn?: string;
  readonly event?: string;
  readonly eventColumn?: string;
  readonly resource?: string;
  readonly resourceColumn?: string;
  readonly timestampColumn?: string;
  readonly timestampZone?: Zone;
  readonly valueColumn?: string;
  readonly dimension?: readonly { column: string; name: string }[];
  readonly number?: readonly string[];
  readonly text?: readonly string[];
  readonly boolean?: readonly string[];
  readonly idempotencyColumn?: string;
  readonly source?: string;
  readonly concurrency: number;
  readonly retries: number;
  readonly dryRun?: boolean;
  readonly resume?: boolean;
  readonly refused?: string;
}

const HELP = `
Every line becomes one usage event, or with --event one raw event. A line's idempotency key is import:SOURCE:LINE, so that the same file can be imported again at any time:
what is there is not added twice, and of a file that was appended to only the new lines are added. A line that was changed since is refused
(IDEMPOTENCY_KEY_REUSED), never added again. The content of the file is not part of the key: next month's usage.csv needs a --source of its own,
or a name of its own.

Several requests are in flight at once, so that lines may be deducted in another order than the file's; --concurrency 1 keeps the order.

Exit code: 0 all lines are there, 1 some were refused, 2 the import could not begin or go on.`;

/** `drawdown import`: a client of the public API like any other. */
export function importCommand(terminal: Terminal = process): Command {
  const command = new Command('import')
    .description('Report the lines of a CSV or NDJSON file as usage, through the GraphQL API.')
    .argument('<file>', 'a .csv, .tsv, .ndjson or .jsonl file in UTF-8');
  addApiOptions(command, 'WRITER or ADMIN')
    .addOption(new Option('--format <format>', 'where the name of the file does not say it').choices(Object.values(FILE_FORMATS)))
    .option('--delimiter <character>', 'between CSV cells (default: a comma, in .tsv files a tab)');
  addMappingOptions(command);
  addRunningOptions(command);
  return command.addHelpText('after', HELP).action((file: string, flags: Flags) => run(file, flags, terminal));
}

function addMappingOptions(command: Command): void {
  command
    .option('--customer <id>', 'the customer of all lines')
    .option('--customer-column <column>', 'the column with the customer id')
    .option('--feature <id>', 'the feature of all lines')
    .option('--feature-column <column>', 'the column with the feature id')
    .option('--event <name>', 'in place of a feature: the name of all lines as raw events, which meters of features match')
    .option('--event-column <column>', 'the column with the name of the event')
    .option('--resource <id>', 'the resource of all lines')
    .option('--resource-column <column>', 'the column with the resource id; empty: none')
    .option('--timestamp-column <column>', 'the column with the instant (default: the instant of receipt)')
    .option('--timestamp-zone <zone>', 'zone of timestamps that name none (default: UTC)', parseZone)
    .option('--value-column <column>', 'the column with the reported value (default: 1)')
    .option('--dimension <column[=name]>', 'a column to keep as dimension; repeatable (default: every column not used otherwise)', collectDimension)
    .option('--number <column>', 'take a dimension as number; repeatable', collect)
    .option('--text <column>', 'take a dimension as text, even where it looks like a number; repeatable', collect)
    .option('--boolean <column>', 'take a dimension as boolean (true, yes, 1 …); repeatable', collect)
    .option('--idempotency-column <column>', 'the column with the idempotency key (default: made of source and line number)')
    .option('--source <name>', 'the name by which the lines of this file are known (default: the name of the file)');
}

function addRunningOptions(command: Command): void {
  command
    .option('--concurrency <requests>', 'requests in flight at once', wholeNumber(1, 32), 4)
    .option('--retries <times>', 'how often to repeat a request when the server is away or asks for it', wholeNumber(0, 100), 8)
    .option('--dry-run', 'read every line, make an event of it and show the first few; send nothing, ask the server nothing')
    .option('--resume', 'keep the state in FILE.drawdown-import.json and skip what an earlier run has settled')
    .option('--refused <file>', 'write the refused lines here, as NDJSON with line, code and message');
}

async function run(file: string, flags: Flags, terminal: Terminal): Promise<void> {
  try {
    const { refused } = await importFile(importOptions(file, flags), terminal);
    if (refused > 0) process.exitCode = EXIT_REFUSED_LINES;
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    terminal.stderr.write(`${error.message}\n`);
    process.exitCode = EXIT_STOPPED;
  }
}

/** Judges the options as a whole. Throws ImportError with what is missing or contradicts. */
export function importOptions(file: string, flags: Flags): ImportOptions {
  const format = flags.format ?? formatOf(file);
  if (!format) throw new ImportError(`The name ${basename(file)} does not say what the file is; give --format csv or --format ndjson.`);
  const mapping = mappingOf(file, format, flags);
  const { url, concurrency, retries, dryRun = false } = flags;
  requireUrl(url, importError);
  const key = dryRun ? '' : requireKey(flags.key, importError);
  const delimiter = flags.delimiter ?? (/\.tsv$/i.test(file) ? '\t' : ',');
  const running = { url, key, concurrency, retries, firstWaitMs: FIRST_WAIT_MS, dryRun, refusedPath: flags.refused ?? null };
  const resume = flags.resume && !dryRun ? { fingerprint: fingerprintOf(mapping, format, delimiter, url, key) } : null;
  return { file, format, delimiter, mapping, neededColumns: [...usedColumns({ ...mapping, resource: null, valueColumn: null })], resume, ...running };
}

function importError(message: string): ImportError {
  return new ImportError(message);
}

function mappingOf(file: string, format: FileFormat, flags: Flags): Mapping {
  const typing = new Map<string, Typing>();
  for (const type of ['number', 'text', 'boolean'] as const) for (const column of flags[type] ?? []) typing.set(column, type);
  return {
    customer: needed(
      'Whose usage is it? Give --customer ID or --customer-column COLUMN.',
      sourceOf('customer', flags.customer, flags.customerColumn),
    ),
    what: whatOf(flags),
    resource: sourceOf('resource', flags.resource, flags.resourceColumn),
    timestamp: flags.timestampColumn === undefined ? null : { column: flags.timestampColumn, zone: flags.timestampZone ?? zoneOf('UTC')! },
    valueColumn: flags.valueColumn ?? null,
    dimensions: flags.dimension ?? null,
    typing,
    otherTyping: format === 'csv' ? 'guess' : 'given',
    idempotency: flags.idempotencyColumn === undefined ? { source: sourceName(file, flags) } : { column: flags.idempotencyColumn },
  };
}

function sourceOf(name: string, value: string | undefined, column: string | undefined): Source | null {
  if (value !== undefined && column !== undefined) throw new ImportError(`Give --${name} or --${name}-column, not both.`);
  if (value !== undefined) return { value };
  return column === undefined ? null : { column };
}

function whatOf(flags: Flags): Mapping['what'] {
  const feature = sourceOf('feature', flags.feature, flags.featureColumn);
  const event = sourceOf('event', flags.event, flags.eventColumn);
  if (feature && event) throw new ImportError('Lines are usage of a feature or raw events: give --feature or --event, not both.');
  if (!event) return { field: 'featureId', source: needed('Usage of which feature is it? Give --feature ID or --feature-column COLUMN.', feature) };
  if (flags.valueColumn !== undefined) throw new ImportError('How much a raw event is, its meters say: leave --value-column out.');
  return { field: 'eventName', source: event };
}

function needed(question: string, source: Source | null): Source {
  if (!source) throw new ImportError(question);
  return source;
}

function sourceName(file: string, flags: Flags): string {
  const source = flags.source ?? basename(file);
  if (source.length < 1 || source.length > MOST_SOURCE_LENGTH) throw new ImportError(`--source must have 1 to ${MOST_SOURCE_LENGTH} characters.`);
  return source;
}

/** A state file skips lines only for the same server, key and reading of the file: another environment has not seen them. */
function fingerprintOf(mapping: Mapping, format: FileFormat, delimiter: string, url: string, key: string): string {
  const { timestamp, typing, ...rest } = mapping;
  const reading = { ...rest, typing: [...typing], timestamp: timestamp && { column: timestamp.column, zone: timestamp.zone.name } };
  return createHash('sha256')
    .update(JSON.stringify([reading, format, delimiter, url, key]))
    .digest('hex');
}

function parseZone(name: string): Zone {
  const zone = zoneOf(name);
  if (!zone) throw new InvalidArgumentError('It is a zone such as UTC, Europe/London or +02:00.');
  return zone;
}

function collect(column: string, before: readonly string[] = []): string[] {
  return [...before, column];
}

function collectDimension(text: string, before: Flags['dimension'] = []): Flags['dimension'] {
  const equals = text.lastIndexOf('=');
  return [...before, equals > 0 ? { column: text.slice(0, equals), name: text.slice(equals + 1) } : { column: text, name: text }];
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < least || number > most) throw new InvalidArgumentError(`It is a whole number from ${least} to ${most}.`);
    return number;
  };
}

import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { Context } from '../operations/context';
import { exportCreditLedger } from '../operations/export-credit-ledger';
import { exportCreditUsage, type UsageExport } from '../operations/export-credit-usage';
import { exportFocusUsage } from '../operations/export-focus-usage';
import type { Database } from '../store/database';
import type { ExportPace } from '../store/export-session';
import { Turns } from '../store/turns';
import { requireRoles } from './authentication';
import { creditGrantKeys } from './credit-grant.types';
import { withKeys } from './credit-usage-groups';
import { FOCUS_EXPORT_COLUMNS, LEDGER_COLUMNS, usageColumns } from './export-columns';
import { ROW_WRITERS, writeRows, type Column, type ExportFormat, type RowWriter } from './export-format';
import { ExportRequests, type LedgerExportRequest, type UsageExportRequest } from './export-request';
import { parseJson } from './json';
import type { ContextOf } from './request-context';

export interface ExportLimits extends ExportPace {
  /** More than so many at once are told to try again. */
  readonly mostAtOnce: number;
  /** How long a reader may take nothing. */
  readonly stalledMs: number;
  /** How long an export may take in all. */
  readonly longestMs: number;
}

export const EXPORT_LIMITS: ExportLimits = { mostAtOnce: 8, restMs: 2_000, heldMs: 30_000, stalledMs: 60_000, longestMs: 60 * 60 * 1000 };

export interface ExportOptions {
  readonly contextOf: ContextOf;
  readonly schema: GraphQLSchema;
  /** Whether clients may ask for the schema. Where they may not, errors do not suggest names either. */
  readonly introspection: boolean;
  /** The longest body, in bytes; a longer one is answered with 413. */
  readonly mostBodyBytes: number;
  readonly limits: ExportLimits;
}

/** An export that has begun: what is refused was refused before. */
interface Opened {
  readonly name: string;
  readonly asOf: Date;
  readonly writer: Pick<RowWriter<never>, 'contentType' | 'extension'>;
  readonly text: AsyncGenerator<string>;
}

type Open = (database: Database, context: Context, request: FastifyRequest, signal: AbortSignal) => Promise<Opened>;

/**
 * Serves `creditUsage` and `creditLedger` as files, of all series or entries instead of a page: POST with a JSON body, GET with the same in the address.
 * An export that cannot be ended ends its connection, so that what has come can never be taken for the whole.
 */
export async function serveExports(app: FastifyInstance, options: ExportOptions): Promise<void> {
  const { contextOf, schema, introspection, mostBodyBytes, limits } = options;
  const requests = new ExportRequests(schema, !introspection);
  const turns = new Turns(limits.mostAtOnce, 0);
  const answers = new Set<ServerResponse>();
  const routes: [url: string, open: Open][] = [
    ['/export/credit-usage', (database, context, request, signal) => openUsage(database, context, requests.usage(request), limits, signal)],
    ['/export/credit-ledger', (database, context, request, signal) => openLedger(database, context, requests.ledger(request), limits, signal)],
  ];
  const handler = (open: Open) => async (request: FastifyRequest, reply: FastifyReply) => {
    const caller = await contextOf(request);
    requireRoles(caller, ['CUSTOMER']);
    const { services, context } = caller;
    answers.add(reply.raw);
    reply.raw.once('close', () => answers.delete(reply.raw));
    await turns.take(() => send(reply, limits, (signal) => open(services.database, context, request, signal)));
    return reply;
  };
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('application/json', { parseAs: 'string', bodyLimit: mostBodyBytes }, async (_request: FastifyRequest, text: string) =>
      parseJson(text),
    );
    // An export may go on for long after the server was asked to stop, and can be asked for again.
    scope.addHook('preClose', async () => answers.forEach((answer) => answer.destroy()));
    for (const [url, open] of routes) scope.route({ method: ['GET', 'POST'], url, exposeHeadRoute: false, handler: handler(open) });
  });
}

async function openUsage(database: Database, context: Context, request: UsageExportRequest, pace: ExportPace, signal: AbortSignal): Promise<Opened> {
  const { format, columns, points, focus: billing } = request;
  const wish = { input: withKeys(request.input), points };
  if (columns === 'FOCUS') {
    const opened = await exportFocusUsage(database, context, { ...wish, billing }, pace, signal);
    return usageFile(opened, format, () => FOCUS_EXPORT_COLUMNS);
  }
  const opened = await exportCreditUsage(database, context, wish, pace, signal);
  return usageFile(opened, format, () => usageColumns(opened.query));
}

function usageFile<Row>({ query, batches }: UsageExport<Row>, format: ExportFormat, columns: () => readonly Column<Row>[]): Opened {
  const writer = ROW_WRITERS[format](columns());
  const { scope, currencyId, range, snapshot } = query;
  const name = [
    'credit-usage',
    scope.customerIds?.length === 1 ? scope.customerIds[0]! : scope.customerIds ? 'several' : 'all',
    currencyId,
    ...[range.from, range.to].map((at) => at.toISOString().slice(0, 10)),
  ];
  return { name: name.join('_'), asOf: snapshot.asOf, writer, text: writeRows(writer, batches) };
}

async function openLedger(
  database: Database,
  context: Context,
  request: LedgerExportRequest,
  pace: ExportPace,
  signal: AbortSignal,
): Promise<Opened> {
  const { input, format } = request;
  const grant = typeof input.grantId === 'string' ? (creditGrantKeys(input.grantId) ?? 'UNKNOWN') : input.grantId;
  const batches = await exportCreditLedger(database, context, { ...input, grant }, pace, signal);
  const writer = ROW_WRITERS[format](LEDGER_COLUMNS);
  const name = `credit-ledger_${input.customerId}_${context.now.toISOString().slice(0, 10)}`;
  return { name, asOf: context.now, writer, text: writeRows(writer, batches) };
}

/** Resolves when the answer has been taken or its connection has ended, which ends the work, too. */
async function send(reply: FastifyReply, limits: ExportLimits, open: (signal: AbortSignal) => Promise<Opened>): Promise<void> {
  const answer = reply.raw;
  const abort = new AbortController();
  const closed = new Promise<void>((done) => answer.once('close', done)).then(() => abort.abort());
  const opened = await open(abort.signal).catch((error: unknown) => {
    if (!abort.signal.aborted) throw error;
  });
  if (!opened) return void reply.hijack(); // nobody is there to be answered
  const { name, asOf, writer, text } = opened;
  void reply
    .header('content-type', writer.contentType)
    .header('content-disposition', `attachment; filename="${name.replace(/[^\w.-]/g, '_')}.${writer.extension}"`)
    .header('cache-control', 'no-store')
    .header('x-content-type-options', 'nosniff')
    .header('drawdown-as-of', asOf.toISOString())
    .send(Readable.from(text, { objectMode: false }));
  const watch = watchReader(answer, limits);
  await closed;
  clearInterval(watch.stalled);
  clearTimeout(watch.tooLong);
}

/** Ends the connection of a reader that takes nothing for long, or takes too long in all. */
function watchReader(answer: ServerResponse, { stalledMs, longestMs }: ExportLimits): { stalled: NodeJS.Timeout; tooLong: NodeJS.Timeout } {
  let written = -1;
  const look = (): void => {
    const now = answer.socket?.bytesWritten ?? 0;
    if (answer.writableNeedDrain && now === written) answer.destroy();
    written = now;
  };
  return { stalled: setInterval(look, stalledMs), tooLong: setTimeout(() => answer.destroy(), longestMs) };
}

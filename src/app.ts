import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { serveGraphiql } from './api/graphiql';
import { serveGraphql } from './api/apollo';
import { EXPORT_LIMITS, serveExports, type ExportLimits } from './api/export';
import type { Services } from './api/context';
import { transportAnswer } from './api/errors';
import { requestContexts } from './api/request-context';
import { buildApiSchema } from './api/schema';
import { serveWebApp } from './api/web-app';
import { serveSubscriptions } from './api/websocket';
import { BacktestFeed } from './operations/backtest-feed';
import { BacktestRunner } from './operations/backtest-runner';
import { RollupBuilder } from './operations/rollup-builder';
import { UsageCollector } from './operations/usage-collector';
import { UsageFeed } from './operations/usage-feed';
import { createServer, MOST_BODY_BYTES } from './server';
import type { Database } from './store/database';
import { DimensionDictionary } from './store/dimension-sets';
import { PriceBook } from './store/price-book';
import { Readiness } from './store/readiness';

export interface AppOptions {
  readonly database: Database;
  readonly log: Logger;
  readonly introspection: boolean;
  /** The clock of everything. */
  readonly now: () => Date;
  readonly exportLimits?: ExportLimits;
}

/** The rooms, composed: everything of the process but the database below and the port above. */
export interface App {
  readonly server: FastifyInstance;
  readonly services: Services;
  /** Stops accepting, answers what was accepted, and lets the collector finish. The database is the caller's. */
  close(): Promise<void>;
}

const PAGES_FOLDER = join(__dirname, '..', 'dist', 'web');

export async function createApp({ database, log, introspection, now, exportLimits = EXPORT_LIMITS }: AppOptions): Promise<App> {
  const readiness = new Readiness(database);
  const stores = { database, prices: new PriceBook(), dictionary: new DimensionDictionary() };
  const collector = new UsageCollector(stores, (error) => log.error({ err: error }, 'a report could not be charged'));
  const feed = new UsageFeed(database, now, (error) => log.warn({ err: error }, 'new usage could not be looked for'));
  const backtests = new BacktestRunner(database, now, (error) => log.error({ err: error }, 'a back-test could not be done'));
  const backtestFeed = new BacktestFeed(database, (error) => log.warn({ err: error }, 'back-tests could not be looked at'));
  const services: Services = { database, collector, feed, backtests, backtestFeed };
  const builder = new RollupBuilder(database, (error) => log.warn({ err: error }, 'a rollup could not be built'));
  const server = createServer({ log, readinessProblems: () => readiness.problems(), answerError: transportAnswer });
  const schema = buildApiSchema();
  const door = { contextOf: requestContexts(services, now), schema, introspection, mostBodyBytes: MOST_BODY_BYTES };
  const apollo = await serveGraphql(server, { ...door, log: server.log });
  await serveExports(server, { ...door, limits: exportLimits });
  const subscriptions = serveSubscriptions(server, { services, now, schema, introspection, log: server.log, mostMessageBytes: MOST_BODY_BYTES });
  await serveGraphiql(server, join(PAGES_FOLDER, 'graphiql'));
  await serveWebApp(server, join(PAGES_FOLDER, 'app'));
  const close = async (): Promise<void> => {
    await subscriptions.close();
    await server.close();
    await feed.idle();
    await backtestFeed.idle();
    await backtests.stop();
    await builder.close();
    await apollo.stop();
    await collector.drain();
  };
  backtests.start();
  builder.start();
  return { server, services, close };
}

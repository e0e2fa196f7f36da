import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { createApp, type App } from './app';
import { ConfigError, readConfig, type Config } from './config';
import { fillDemo, markForDemo } from './demo';
import { createLog } from './log';
import { createFirstEnvironment, FIRST_ENVIRONMENT_ID } from './operations/create-first-environment';
import { Shutdown } from './shutdown';
import { Database } from './store/database';
import { startEmbeddedPostgres } from './store/embedded-postgres';
import { migrate } from './store/migrate';
import { requirePostgresVersion } from './store/postgres-version';

const DATABASE_WAIT_MS = 30_000;
const DATABASE_POLL_MS = 500;

async function main(): Promise<void> {
  const config = readConfig();
  const log = createLog(config.logLevel);
  const shutdown = new Shutdown(log);
  try {
    await start(config, log, shutdown);
  } catch (error) {
    if (shutdown.underWay) return;
    log.debug({ err: error }, 'the start failed');
    process.stderr.write(`${startProblem(error, config)}\n`);
    await shutdown.stop(1);
  }
}

async function start(config: Config, log: Logger, shutdown: Shutdown): Promise<void> {
  const place = await openPlace(config, shutdown);
  await whenReachable(() => requirePostgresVersion(place.connectionString));
  const applied = await migrate(place.connectionString);
  if (applied.length > 0) log.info({ migrations: applied }, 'migrations applied');
  const database = new Database({ connectionString: place.connectionString, connections: config.connections });
  shutdown.add(() => database.close());
  const app = await createApp({ database, log, introspection: config.introspection, now: () => new Date() });
  shutdown.add(() => app.close());
  await app.server.listen({ host: config.host, port: config.port });
  const withDemo = config.demo && place.isEmbedded;
  const firstKey = await makeFirstEnvironment(database, withDemo);
  if (withDemo) await fillDemo({ ...app.services, environmentId: FIRST_ENVIRONMENT_ID, onProgress: showProgress }, new Date());
  say(welcome(app, config, place, firstKey));
  log.info({ addresses: app.server.addresses() }, 'listening');
}

interface DatabasePlace {
  readonly connectionString: string;
  readonly isEmbedded: boolean;
}

async function openPlace({ databaseUrl, dataFolder }: Config, shutdown: Shutdown): Promise<DatabasePlace> {
  if (databaseUrl !== null) return { connectionString: databaseUrl, isEmbedded: false };
  const onUnexpectedExit = (message: string): void => shutdown.fail(new Error(message));
  const postgres = await startEmbeddedPostgres({ folder: dataFolder, onUnexpectedExit });
  shutdown.add(() => postgres.stop());
  return { connectionString: postgres.connectionString, isEmbedded: true };
}

/** A database that is started together with us may need a moment longer. */
async function whenReachable<T>(work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + DATABASE_WAIT_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!/ECONNREFUSED|EAI_AGAIN|ENOTFOUND|starting up|P1001/.test(`${errorCode(error)} ${String(error)}`) || Date.now() > deadline) throw error;
    }
    await sleep(DATABASE_POLL_MS);
  }
}

/** Says the first admin key, if it has just been made, as soon as it exists: it is not kept anywhere. */
async function makeFirstEnvironment(database: Database, withDemo: boolean): Promise<string | null> {
  const first = await createFirstEnvironment(database, new Date(), withDemo ? markForDemo : undefined);
  if (!first) return null;
  say(
    `\nThe first admin key of environment ${first.environment.id}, shown only this once:\n\n  ${first.secret}\n\nIt goes into the header X-API-Key. "npx drawdown keys" makes more.\n`,
  );
  return first.secret;
}

let shownPercent = -1;

/** One line that is rewritten on a terminal; elsewhere a line per quarter. */
function showProgress(done: number, total: number): void {
  const percent = Math.floor((100 * done) / Math.max(1, total));
  const step = process.stdout.isTTY ? 1 : 25;
  if (percent < shownPercent + step && percent !== 100) return;
  if (percent === shownPercent) return;
  shownPercent = percent;
  const text = `Filling in the demo (DRAWDOWN_DEMO=off prevents it): ${percent} %`;
  process.stdout.write(process.stdout.isTTY ? `\r${text}${percent === 100 ? '\n' : ''}` : `${text}\n`);
}

/** The addresses of the pages carry the first key behind `#`, which a browser sends nowhere. */
function welcome({ server }: App, { host }: Config, place: DatabasePlace, firstKey: string | null): string {
  const { port } = server.server.address() as AddressInfo;
  const base = `http://${host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host}:${port}`;
  const url = new URL(place.connectionString);
  const key = firstKey === null ? '' : `#key=${firstKey}`;
  const isLocal = host === '127.0.0.1' || host === '::1' || host === 'localhost';
  return [
    'Drawdown is ready.',
    `  Web app   ${base}/app${key}`,
    `  GraphQL   ${base}/graphql`,
    `  GraphiQL  ${base}/graphiql${key}`,
    `  Database  ${place.isEmbedded ? 'embedded PostgreSQL' : 'PostgreSQL'} at ${url.host}${url.pathname}`,
    ...(isLocal ? ['  Only this machine can reach it; HOST=0.0.0.0 opens it to others.'] : []),
    '',
  ].join('\n');
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function startProblem(error: unknown, config: Config): string {
  const code = errorCode(error);
  if (code === 'EADDRINUSE') return `Port ${config.port} on ${config.host} is in use. Stop what uses it, or choose another with PORT.`;
  if (code === 'EACCES' && config.port < 1024) return `Port ${config.port} needs special rights. Choose one above 1023 with PORT.`;
  return `Drawdown cannot start: ${error instanceof Error ? error.message : String(error)}`;
}

function errorCode(error: unknown): string {
  return String((error as { code?: unknown }).code ?? '');
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof ConfigError ? `The settings are wrong:\n${error.message}` : String((error as Error).stack)}\n`);
  process.exit(1);
});

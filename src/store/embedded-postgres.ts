import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, openSync, closeSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { findPostgresBinaries, launcherFor, postgresUser, type Launch, type PostgresBinaries, type PostgresUser } from './postgres-binaries';

export interface EmbeddedPostgresOptions {
  /** Everything it keeps is in this folder: the cluster, its password, its log. */
  readonly folder: string;
  /** PostgreSQL settings besides our own. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Called when PostgreSQL ends without having been asked to. */
  readonly onUnexpectedExit?: (message: string) => void;
}

/** A PostgreSQL that belongs to this process. */
export interface EmbeddedPostgres {
  /** Of the database `drawdown`. */
  readonly connectionString: string;
  stop(): Promise<void>;
}

/** An eighth of the machine's memory, of which PostgreSQL's manual would give it a quarter, and no more than breakdowns make use of. */
function sharedBuffersMiB(memoryBytes: number): number {
  return Math.round(Math.min(Math.max(memoryBytes / 2 ** 20 / 8, 128), 1024));
}

/** Speed only; what makes commits durable stays as PostgreSQL ships it. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: `${sharedBuffersMiB(totalmem())}MB`,
  work_mem: '16MB',
  maintenance_work_mem: '128MB',
  max_wal_size: '4GB',
  checkpoint_timeout: '15min',
  random_page_cost: '1.1',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

const USER = 'drawdown';
const DATABASE = 'drawdown';
/** Whoever holds this advisory lock (in database postgres) owns the folder; it falls with the owner's connection, so it cannot go stale. */
const OWNER_LOCK = 4_472_617_711;
const START_TIMEOUT_MS = 60_000;
const POLL_MS = 25;
/** PostgreSQL and initdb take nothing from our surroundings. (Windows programs do not start without some of it.) */
const PLAIN_ENVIRONMENT = process.platform === 'win32' ? undefined : { LC_ALL: 'C', PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin' };

export class FolderInUseError extends Error {
  constructor(folder: string) {
    super(
      `The data folder ${folder} is in use by another Drawdown process. Stop that process, or give this one a folder of its own with DRAWDOWN_DATA. ` +
        'To run several processes on one database, set DATABASE_URL.',
    );
  }
}

/** Starts PostgreSQL on the folder, making the cluster at the first start, and keeps it until `stop`. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const place = new Place(options.folder);
  const binaries = findPostgresBinaries();
  const user = postgresUser();
  mkdirSync(place.folder, { recursive: true });
  await stopOrphan(place);
  if (!existsSync(place.cluster)) createCluster(place, binaries, user);
  const server = await startServer(place, launcherFor(user, binaries, place.cluster), binaries.postgres, options);
  try {
    const owner = await takeOwnership(place, server.port);
    await createDatabase(owner);
    return { connectionString: place.url(server.port, DATABASE), stop: () => server.stop(owner) };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** How to reach the PostgreSQL that another process runs on the folder; null when none runs. */
export async function runningPostgres(folder: string): Promise<string | null> {
  const place = new Place(folder);
  const running = place.runningServer();
  if (!running) return null;
  const url = place.url(running.port, DATABASE);
  const client = await connectWithin(url, START_TIMEOUT_MS, () => place.runningServer() === null);
  await client.end();
  return url;
}

/** The files of a data folder. */
class Place {
  readonly folder: string;
  readonly cluster: string;
  readonly log: string;

  constructor(folder: string) {
    this.folder = resolve(folder);
    this.cluster = join(this.folder, 'postgres');
    this.log = join(this.folder, 'postgres.log');
  }

  /** The password is random and kept beside the cluster, readable by its owner only. */
  password(): string {
    const path = join(this.folder, 'password');
    if (!existsSync(path)) writeFileSync(path, randomBytes(24).toString('base64url'), { mode: 0o600, flag: 'wx' });
    return readFileSync(path, 'utf8');
  }

  url(port: number, database: string): string {
    return `postgresql://${USER}:${this.password()}@127.0.0.1:${port}/${database}`;
  }

  get pidFile(): string {
    return join(this.cluster, 'postmaster.pid');
  }

  /** What postmaster.pid says, when that process is alive and really is the PostgreSQL of this folder. */
  runningServer(): { pid: number; port: number } | null {
    if (!existsSync(this.pidFile)) return null;
    const lines = readFileSync(this.pidFile, 'utf8').split('\n');
    const [pid, port] = [Number(lines[0]), Number(lines[3])];
    return Number.isInteger(pid) && pid > 0 && port > 0 && commandOf(pid).includes(this.cluster) ? { pid, port } : null;
  }

  logTail(): string {
    return existsSync(this.log) ? readFileSync(this.log, 'utf8').split('\n').slice(-12).join('\n').trim() : '';
  }
}

/** The command line of a process, '' when it is gone. A number in a file proves nothing: after a restart it may belong to somebody else. */
function commandOf(pid: number): string {
  if (process.platform === 'linux') {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    } catch {
      return '';
    }
  }
  return spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? '';
}

/**
 * A PostgreSQL that runs without an owner was left behind by a process that was killed: it is stopped (nothing committed is lost).
 * One with an owner belongs to a living process. An owner may just be about to take its lock, so "none" is only believed the second time.
 */
async function stopOrphan(place: Place): Promise<void> {
  const running = place.runningServer();
  if (!running) {
    rmSync(place.pidFile, { force: true }); // stale, or there is none
    return;
  }
  const client = await connectWithin(place.url(running.port, 'postgres'), START_TIMEOUT_MS, () => place.runningServer() === null);
  try {
    if ((await isOwned(client)) || (await sleep(500, false)) || (await isOwned(client))) throw new FolderInUseError(place.folder);
  } finally {
    await client.end();
  }
  process.kill(running.pid, 'SIGINT');
  await waitUntil(() => place.runningServer() === null, START_TIMEOUT_MS, 'A PostgreSQL left behind on the data folder does not stop.');
}

async function isOwned(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ owned: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND (classid::bigint << 32) + objid::bigint = ${OWNER_LOCK}) AS owned`,
  );
  return rows[0]!.owned;
}

/** Made beside its place and moved there when complete, so that a start that was killed leaves no half cluster. */
function createCluster(place: Place, binaries: PostgresBinaries, user: PostgresUser | null): void {
  const draft = join(place.folder, `postgres.new-${randomBytes(4).toString('hex')}`);
  const passwordFile = `${draft}.password`;
  mkdirSync(draft, { mode: 0o700 });
  writeFileSync(passwordFile, place.password(), { mode: 0o600 });
  try {
    if (user) for (const path of [draft, passwordFile]) chownSync(path, user.uid, user.gid);
    initdb(launcherFor(user, binaries, draft), binaries.initdb, draft, passwordFile);
    renameSync(draft, place.cluster);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (existsSync(place.cluster)) throw new FolderInUseError(place.folder); // another process made it meanwhile
    throw error;
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** Texts sort by code point, on every machine alike. */
function initdb(launch: Launcher, program: string, cluster: string, passwordFile: string): void {
  const args = ['--pgdata', cluster, '--username', USER, '--pwfile', passwordFile, '--auth=scram-sha-256', '--encoding=UTF8'];
  args.push('--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8');
  const { command, args: words, ...user } = launch(program, args);
  const result = spawnSync(command, words, { ...user, cwd: '/', encoding: 'utf8', env: PLAIN_ENVIRONMENT });
  if (result.status !== 0) throw new Error(`initdb failed: ${result.error?.message ?? `${result.stdout}\n${result.stderr}`.trim()}`);
}

type Launcher = ReturnType<typeof launcherFor>;

interface Server {
  readonly port: number;
  stop(owner?: Client): Promise<void>;
}

async function startServer(place: Place, launch: Launcher, program: string, options: EmbeddedPostgresOptions): Promise<Server> {
  const port = await freePort();
  const child = spawnServer(place, launch(program, serverArguments(place, port, { ...SETTINGS, ...options.settings })));
  let stopping = false;
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const killWithUs = (): void => void child.kill('SIGINT');
  process.once('exit', killWithUs);
  const stop = async (owner?: Client): Promise<void> => {
    stopping = true;
    await owner?.end().catch(() => undefined);
    child.kill('SIGINT');
    await ended;
    process.off('exit', killWithUs); // not before: we may be made to exit at any moment
  };
  try {
    const client = await connectWithin(place.url(port, 'postgres'), START_TIMEOUT_MS, () => child.exitCode !== null || child.signalCode !== null);
    await client.end();
  } catch (error) {
    await stop();
    const tail = place.logTail();
    if (tail.includes('postmaster.pid" already exists')) throw new FolderInUseError(place.folder);
    throw new Error(`PostgreSQL did not start on ${place.cluster}: ${(error as Error).message}\n${tail}`);
  }
  void ended.then(() => stopping || options.onUnexpectedExit?.(`PostgreSQL ended by itself. The end of ${place.log}:\n${place.logTail()}`));
  return { port, stop };
}

function serverArguments(place: Place, port: number, settings: Readonly<Record<string, string>>): string[] {
  return ['-D', place.cluster, '-p', String(port), ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

/** In a process group of its own: Ctrl-C must reach us first, so that requests are drained while the database is still there. */
function spawnServer(place: Place, { command, args, ...user }: Launch): ChildProcess {
  const log = openSync(place.log, 'w', 0o600);
  try {
    return spawn(command, args, { ...user, cwd: '/', detached: true, stdio: ['ignore', log, log], env: PLAIN_ENVIRONMENT });
  } finally {
    closeSync(log);
  }
}

async function takeOwnership(place: Place, port: number): Promise<Client> {
  const client = new Client({ connectionString: place.url(port, 'postgres'), application_name: 'drawdown owner', keepAlive: true });
  client.on('error', () => undefined); // the exit of PostgreSQL is noticed by its process
  await client.connect();
  const { rows } = await client.query<{ taken: boolean }>(`SELECT pg_try_advisory_lock(${OWNER_LOCK}) AS taken`);
  if (rows[0]!.taken) return client;
  await client.end();
  throw new FolderInUseError(place.folder);
}

async function createDatabase(client: Client): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
  if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
}

/** PostgreSQL refuses connections while it starts or recovers; that is waited for. */
async function connectWithin(url: string, timeoutMs: number, hasEnded: () => boolean): Promise<Client> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      if (Date.now() > deadline || hasEnded() || !isTemporary(error)) throw error;
    }
    await sleep(POLL_MS);
  }
}

function isTemporary(error: unknown): boolean {
  const code = (error as { code?: string }).code;
  return code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === '57P03' || code === undefined;
}

async function waitUntil(condition: () => boolean, timeoutMs: number, message: string): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(message);
    await sleep(POLL_MS);
  }
}

export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    });
  });
}

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { testDatabaseUrl } from '../support/database';
import { launch, startProcess, temporaryFolder, type ServerProcess } from '../support/process';

const PROJECT = join(__dirname, '..', '..');
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

beforeAll(() => {
  execFileSync(process.execPath, [join(PROJECT, 'scripts', 'build.js'), 'if-stale'], { stdio: 'ignore' });
}, 300_000);

async function get(server: ServerProcess, path: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(server.base() + path);
  return { status: response.status, body: await response.json() };
}

async function graphql(server: ServerProcess, query: string, key: string): Promise<unknown> {
  const response = await fetch(`${server.base()}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': key },
    body: JSON.stringify({ query }),
  });
  return response.json();
}

async function stop(server: ServerProcess, signal: NodeJS.Signals = 'SIGTERM') {
  server.child.kill(signal);
  return server.exited;
}

/** Of processes whose command line names the folder. */
function processesOf(folder: string): string {
  return execFileSync(
    '/bin/sh',
    ['-c', 'for p in /proc/[0-9]*; do tr "\\0" " " < $p/cmdline 2>/dev/null | grep -F -- "$1" | grep -v grep; done; true', 'sh', `-D ${folder}/`],
    {
      encoding: 'utf8',
    },
  );
}

const createCurrency = 'mutation { createCurrency(input: { id: "kept", name: "Kept" }) { currency { id } } }';
const readCurrency = '{ currency(id: "kept") { id } }';

describe('with its own PostgreSQL', () => {
  const folder = temporaryFolder();
  let key = '';

  test('a first start shows an admin key once, keeps it out of the log, and stops cleanly on SIGTERM', async () => {
    const server = await startProcess({ environment: { DRAWDOWN_DATA: folder } });
    key = server.key()!;
    expect(key).toMatch(/^dd_/);
    expect(await get(server, '/health')).toEqual({ status: 200, body: { status: 'alive' } });
    expect(await get(server, '/ready')).toEqual({ status: 200, body: { status: 'ready' } });
    await graphql(server, createCurrency, key);
    expect(await graphql(server, readCurrency, key)).toEqual({ data: { currency: { id: 'kept' } } });
    expect(await stop(server)).toEqual({ code: 0, signal: null });
    expect(server.said().stderr).not.toContain(key);
    if (process.platform === 'linux') expect(processesOf(folder)).toBe('');
  }, 120_000);

  test('a second start keeps data and key, shows no key, and fills no demo into what began without', async () => {
    const server = await startProcess({ environment: { DRAWDOWN_DATA: folder, DRAWDOWN_DEMO: 'on' } });
    expect(server.key()).toBeNull();
    expect(server.said().stdout).not.toContain('demo');
    expect(await graphql(server, readCurrency, key)).toEqual({ data: { currency: { id: 'kept' } } });
    await stop(server);
  }, 120_000);

  test('the same signal delivered twice is one wish', async () => {
    const server = await startProcess({ environment: { DRAWDOWN_DATA: folder } });
    server.child.kill('SIGTERM');
    expect(await stop(server)).toEqual({ code: 0, signal: null });
  }, 120_000);

  test('a second process on the same folder gets a clear error and does no harm', async () => {
    const server = await startProcess({ environment: { DRAWDOWN_DATA: folder } });
    const second = launch({ environment: { DRAWDOWN_DATA: folder } });
    expect(await second.exited).toEqual({ code: 1, signal: null });
    expect(second.said().stderr).toContain(`The data folder ${folder} is in use by another Drawdown process.`);
    expect(await graphql(server, readCurrency, key)).toEqual({ data: { currency: { id: 'kept' } } });
    await stop(server);
  }, 120_000);

  test('SIGKILL loses nothing that was answered, and the next start takes over the PostgreSQL that was left behind', async () => {
    const server = await startProcess({ environment: { DRAWDOWN_DATA: folder } });
    await graphql(server, createCurrency.replace('kept', 'killed'), key);
    await stop(server, 'SIGKILL');
    const next = await startProcess({ environment: { DRAWDOWN_DATA: folder } });
    expect(await graphql(next, readCurrency.replace('kept', 'killed'), key)).toEqual({ data: { currency: { id: 'killed' } } });
    await stop(next);
  }, 120_000);

  test('keys are listed, added and revoked beside the running server, and without it', async () => {
    const server = await startProcess({ environment: { DRAWDOWN_DATA: folder } });
    const added = await keys(['add', '--role', 'READER', '--name', 'for the test']);
    const secret = /^dd_\S{43}$/m.exec(added)![0];
    const id = /id ([0-9a-f-]{36})\./.exec(added)![1]!;
    expect(await graphql(server, readCurrency, secret)).toEqual({ data: { currency: { id: 'kept' } } });
    expect(await keys(['list'])).toContain('for the test');
    await stop(server);
    expect(await keys(['revoke', id])).toContain('is revoked');
    expect(await keys(['list'])).not.toContain('for the test');
    expect(await keys(['list', '--all'])).toContain('for the test (revoked');
  }, 120_000);

  async function keys(words: readonly string[]): Promise<string> {
    const command = launch({
      environment: { DRAWDOWN_DATA: folder },
      command: [process.execPath, join(PROJECT, 'dist', 'cli.js'), 'keys', ...words],
    });
    const { code } = await command.exited;
    if (code !== 0) throw new Error(command.said().stderr);
    return command.said().stdout;
  }
});

describe('npm start', () => {
  test('passes SIGTERM on and ends when the server has ended', async () => {
    const folder = temporaryFolder();
    const server = await startProcess({ environment: { DRAWDOWN_DATA: folder }, command: ['npm', 'start'] });
    await stop(server);
    expect(server.said().stderr).toContain('"stopping"');
    await expect(fetch(`${server.base()}/health`)).rejects.toThrow();
    if (process.platform === 'linux') expect(processesOf(folder)).toBe('');
  }, 240_000);
});

(isRoot ? describe : describe.skip)('as an ordinary user', () => {
  test('a start needs no rights but those to its folder', async () => {
    const server = await startProcess({ environment: { DRAWDOWN_DATA: temporaryFolder(NOBODY) }, uid: NOBODY });
    expect(await get(server, '/ready')).toMatchObject({ status: 200 });
    expect(await stop(server)).toEqual({ code: 0, signal: null });
  }, 120_000);
});

describe('on a DATABASE_URL', () => {
  test('two processes share one database, and one of them makes the first key', async () => {
    const environment = { DATABASE_URL: await testDatabaseUrl({ migrated: false }) };
    const servers = await Promise.all([startProcess({ environment }), startProcess({ environment })]);
    const shown = servers.map((server) => server.key()).filter((key) => key !== null);
    expect(shown).toHaveLength(1);
    await graphql(servers[0]!, createCurrency, shown[0]!);
    for (const server of servers) expect(await graphql(server, readCurrency, shown[0]!)).toEqual({ data: { currency: { id: 'kept' } } });
    expect(await Promise.all(servers.map((server) => stop(server)))).toEqual([
      { code: 0, signal: null },
      { code: 0, signal: null },
    ]);
  }, 120_000);

  test('/ready refuses a database that does not keep what it commits, and says why', async () => {
    const url = await testDatabaseUrl();
    await administrate(url, `ALTER DATABASE ${new URL(url).pathname.slice(1)} SET synchronous_commit = off`);
    const server = await startProcess({ environment: { DATABASE_URL: url } });
    expect(await get(server, '/ready')).toEqual({
      status: 503,
      body: { status: 'not ready', problems: ['The database has synchronous_commit off: what was answered could be lost.'] },
    });
    expect(await get(server, '/health')).toMatchObject({ status: 200 });
    await stop(server);
  }, 120_000);

  test('/ready names migrations that are missing', async () => {
    const url = await testDatabaseUrl();
    const server = await startProcess({ environment: { DATABASE_URL: url } });
    await administrate(url, 'UPDATE _prisma_migrations SET finished_at = NULL');
    expect(await get(server, '/ready')).toMatchObject({
      status: 503,
      body: { problems: [expect.stringMatching(/^Migrations are not applied: \d+_initial/)] },
    });
    await stop(server);
  }, 120_000);

  async function administrate(url: string, sql: string): Promise<void> {
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query(sql);
    await client.end();
  }
});

describe('a start that cannot be', () => {
  test('names every setting that is wrong', async () => {
    const server = launch({ environment: { PORT: '99999', DRAWDOWN_DEMO: 'maybe', DATABASE_URL: 'mysql://x' } });
    expect(await server.exited).toEqual({ code: 1, signal: null });
    for (const name of ['PORT', 'DRAWDOWN_DEMO', 'DATABASE_URL']) expect(server.said().stderr).toContain(`\n${name} must be`);
  }, 60_000);

  test('says that the port is in use', async () => {
    const environment = { DATABASE_URL: await testDatabaseUrl() };
    const server = await startProcess({ environment });
    const port = new URL(server.base()).port;
    const second = launch({ environment: { ...environment, PORT: port } });
    expect(await second.exited).toEqual({ code: 1, signal: null });
    expect(second.said().stderr).toContain(`Port ${port} on 127.0.0.1 is in use.`);
    await stop(server);
  }, 120_000);
});

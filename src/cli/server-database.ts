import { existsSync } from 'node:fs';
import { readConfig } from '../config';
import { Database } from '../store/database';
import { runningPostgres, startEmbeddedPostgres } from '../store/embedded-postgres';

/** The database of the server: DATABASE_URL, or the embedded one, which is started for the moment when the server is not running. */
export async function withDatabase(work: (database: Database) => Promise<void>): Promise<void> {
  const { databaseUrl, dataFolder } = readConfig();
  const running = databaseUrl ?? (await runningPostgres(dataFolder));
  if (running !== null) return withConnection(running, work);
  if (!existsSync(dataFolder))
    throw new Error(`There is no database in ${dataFolder} yet: start the server once, or set DRAWDOWN_DATA or DATABASE_URL.`);
  const postgres = await startEmbeddedPostgres({ folder: dataFolder });
  try {
    await withConnection(postgres.connectionString, work);
  } finally {
    await postgres.stop();
  }
}

async function withConnection(connectionString: string, work: (database: Database) => Promise<void>): Promise<void> {
  const database = new Database({ connectionString, connections: 4 });
  try {
    await work(database);
  } finally {
    await database.close();
  }
}

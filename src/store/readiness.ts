import type { Database } from './database';
import { migrationNames } from './migrate';

/** Settings without which a commit that was answered could be lost. */
const DURABILITY_SETTINGS = ['fsync', 'full_page_writes', 'synchronous_commit'];
const MOST_WAIT_MS = 5_000;

/** Why the database cannot be trusted with reports at the moment; empty when it can. Questions asked at the same time share one answer. */
export class Readiness {
  private readonly migrations = migrationNames();
  private asking: Promise<string[]> | null = null;

  constructor(private readonly database: Database) {}

  problems(): Promise<string[]> {
    this.asking ??= this.ask().finally(() => (this.asking = null));
    return this.asking;
  }

  private async ask(): Promise<string[]> {
    try {
      return await within(MOST_WAIT_MS, this.askDatabase());
    } catch {
      return ['The database cannot be reached.'];
    }
  }

  private async askDatabase(): Promise<string[]> {
    const { pool } = this.database;
    const off = await pool.query<{ name: string }>("SELECT name FROM pg_settings WHERE name = ANY($1) AND setting = 'off' ORDER BY name", [
      DURABILITY_SETTINGS,
    ]);
    const problems = off.rows.map(({ name }) => `The database has ${name} off: what was answered could be lost.`);
    const applied = await this.appliedMigrations();
    const missing = this.migrations.filter((name) => !applied.has(name));
    return missing.length === 0 ? problems : [...problems, `Migrations are not applied: ${missing.join(', ')}.`];
  }

  private async appliedMigrations(): Promise<Set<string>> {
    const sql = 'SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL';
    const { rows } = await this.database.pool.query<{ migration_name: string }>(sql);
    return new Set(rows.map((row) => row.migration_name));
  }
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, fail) => (timer = setTimeout(() => fail(new Error('timed out')), milliseconds)));
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import type { Pool } from 'pg';
import type { MigrationDirectory, MigrationList, SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg';

const PRISMA_FOLDER = join(__dirname, '..', '..', 'prisma');
const SCHEMA_PATH = join(PRISMA_FOLDER, 'schema.prisma');
const MIGRATIONS_FOLDER = join(PRISMA_FOLDER, 'migrations');
/** The engine waits 10 s for another process's migrations; longer ones are waited for by asking again, for up to 5 minutes. */
const LOCK_TIMED_OUT = 'P1002';
const MOST_LOCK_ATTEMPTS = 30;
const NO_FILTER = { externalTables: [], externalEnums: [] };

/**
 * Applies the migrations that the database does not have yet and returns their names.
 * It is Prisma's own engine (as WebAssembly, so that nothing is downloaded), with its table and its advisory lock: processes that start together wait for each other.
 */
export async function migrate(connectionString: string): Promise<string[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const input = { migrationsList: migrationList(), filters: NO_FILTER };
      return await withEngine(connectionString, async (engine) => (await engine.applyMigrations(input)).appliedMigrationNames);
    } catch (error) {
      if ((error as { code?: string }).code !== LOCK_TIMED_OUT || attempt === MOST_LOCK_ATTEMPTS) throw error;
    }
  }
}

/** The names of the migrations in the project, oldest first. */
export function migrationNames(): string[] {
  return readdirSync(MIGRATIONS_FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/**
 * The SQL that would turn what the migrations make into what schema.prisma says: a new migration, to be completed by hand; null when they are the same.
 * The migrations are tried out on the database given, which must be empty.
 */
export async function migrationDrift(emptyDatabase: string): Promise<string | null> {
  const from = { tag: 'migrations' as const, ...migrationList() };
  const to = { tag: 'schemaDatamodel' as const, files: [{ path: SCHEMA_PATH, content: readFileSync(SCHEMA_PATH, 'utf8') }] };
  const result = await withEngine(emptyDatabase, (engine) => engine.diff({ from, to, script: true, exitCode: true, filters: NO_FILTER }));
  return result.exitCode === 0 ? null : result.stdout;
}

async function withEngine<T>(connectionString: string, work: (engine: SchemaEngine) => Promise<T>): Promise<T> {
  const { SchemaEngine } = await loadEngine();
  const factory = new MigrationAdapterFactory(connectionString);
  const datamodels: [string, string][] = [[SCHEMA_PATH, readFileSync(SCHEMA_PATH, 'utf8')]];
  const engine = await SchemaEngine.new({ datamodels }, () => undefined, bindMigrationAwareSqlAdapterFactory(factory));
  try {
    return await work(engine);
  } finally {
    engine.free();
    await factory.close(); // the engine leaves its connections open, and with them its lock
  }
}

type Adapter = Awaited<ReturnType<PrismaPg['connect']>>;

/** What the adapter does for every query; not in its types. */
interface QueryingAdapter {
  performIO(query: unknown): Promise<{ fields: { dataTypeID: number }[] }>;
}

const PG_CHAR = 18;
const PG_TEXT = 25;

/**
 * Prisma's own adapter, put right in four places. One connection, because the engine's advisory lock belongs to a connection.
 * The "shadow" database, where the engine tries migrations out, is the one given: there is none to make, and none to forget.
 * A script goes to PostgreSQL whole, which makes it one transaction: the adapter would cut it at every semicolon, those in function bodies too.
 * The type "char" of PostgreSQL's catalogs, which the adapter does not know, is passed as character.
 */
class MigrationAdapterFactory extends PrismaPg {
  private readonly pools: Pool[] = [];

  constructor(connectionString: string) {
    super({ connectionString, max: 1, application_name: 'drawdown migrations' });
  }

  override async connect(): ReturnType<PrismaPg['connect']> {
    const adapter = await super.connect();
    const pool = adapter.underlyingDriver();
    this.pools.push(pool);
    adapter.executeScript = async (script) => void (await pool.query(script));
    nameCharColumns(adapter);
    return adapter;
  }

  override connectToShadowDb(): ReturnType<PrismaPg['connect']> {
    return this.connect();
  }

  async close(): Promise<void> {
    for (const pool of this.pools) if (!pool.ended) await pool.end();
  }
}

/** The engine asks one thing after the other, so the columns noted by a query are those of the answer being made. */
function nameCharColumns(adapter: Adapter): void {
  const querying = adapter as unknown as QueryingAdapter;
  const performIO = querying.performIO.bind(adapter);
  const queryRaw = adapter.queryRaw.bind(adapter);
  let charColumns: number[] = [];
  querying.performIO = async (query) => {
    const result = await performIO(query);
    charColumns = result.fields.flatMap((field, index) => (field.dataTypeID === PG_CHAR ? [index] : []));
    for (const index of charColumns) result.fields[index]!.dataTypeID = PG_TEXT;
    return result;
  };
  adapter.queryRaw = async (query) => {
    const result = await queryRaw(query);
    for (const index of charColumns) result.columnTypes[index] = ColumnTypeEnum.Character;
    return result;
  };
}

type EngineModule = typeof import('@prisma/schema-engine-wasm/schema_engine_bg');
let loaded: Promise<EngineModule> | undefined;

/** Loaded only when needed: the engine is large, and a running server has no more use for it. */
function loadEngine(): Promise<EngineModule> {
  loaded ??= instantiateEngine();
  return loaded;
}

/** The package's own entry imports the .wasm file as a module, which Node cannot do yet; its parts are put together here. */
async function instantiateEngine(): Promise<EngineModule> {
  const path = require.resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const engine = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const bytes = readFileSync(path.replace(/\.js$/, '.wasm'));
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': importsOf(engine) });
  const glue = engine as unknown as { __wbg_set_wasm(exports: WebAssembly.Exports): void };
  glue.__wbg_set_wasm(instance.exports);
  (instance.exports['__wbindgen_start'] as () => void)();
  return engine;
}

/** The engine forgets to clear the timer of its lock, which would keep the process from ending for 10 s. */
function importsOf(engine: object): WebAssembly.ModuleImports {
  const imports = { ...engine } as Record<string, WebAssembly.ImportValue>;
  for (const name of Object.keys(imports))
    if (name.startsWith('__wbg_setTimeout_'))
      imports[name] = (callback: () => void, milliseconds: number) => setTimeout(callback, milliseconds >>> 0).unref();
  return imports;
}

function migrationList(): MigrationList {
  return {
    baseDir: MIGRATIONS_FOLDER,
    lockfile: { path: 'migration_lock.toml', content: readFileSync(join(MIGRATIONS_FOLDER, 'migration_lock.toml'), 'utf8') },
    shadowDbInitScript: '',
    migrationDirectories: migrationNames().map(migrationDirectory),
  };
}

function migrationDirectory(name: string): MigrationDirectory {
  const content = readFileSync(join(MIGRATIONS_FOLDER, name, 'migration.sql'), 'utf8');
  return { path: name, migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: content } } };
}

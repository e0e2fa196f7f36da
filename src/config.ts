import { join } from 'node:path';
import { z } from 'zod';

/** Everything the process is told from outside. This is the only file that reads the environment. */
export interface Config {
  /** The PostgreSQL to use; null: the embedded one in `dataFolder`. */
  readonly databaseUrl: string | null;
  readonly dataFolder: string;
  readonly host: string;
  readonly port: number;
  /** Whether a new embedded database is filled with a demo. */
  readonly demo: boolean;
  readonly logLevel: LogLevel;
  /** Connections of the hot path; the catalog has four of its own. */
  readonly connections: number;
  /** Whether clients may ask for the schema; GraphiQL needs it. */
  readonly introspection: boolean;
}

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const PROJECT_FOLDER = join(__dirname, '..');

/** `on`/`off`, and what people also write. */
const onOff = z
  .string()
  .toLowerCase()
  .pipe(z.enum(['on', 'off', 'true', 'false', '1', '0'], { error: 'must be on or off' }))
  .transform((text) => text === 'on' || text === 'true' || text === '1');

function wholeNumber(least: number, most: number): z.ZodType<number> {
  const message = `must be a whole number from ${least} to ${most}`;
  return z.string().regex(/^\d+$/, message).transform(Number).pipe(z.number().min(least, message).max(most, message));
}

const schema = z.object({
  DATABASE_URL: z
    .string()
    .refine((text) => /^postgres(ql)?:/.test(text) && URL.canParse(text), 'must be an address such as postgresql://user:password@host:5432/database')
    .optional(),
  DRAWDOWN_DATA: z.string().default(join(PROJECT_FOLDER, '.drawdown')),
  HOST: z.string().default('127.0.0.1'),
  PORT: wholeNumber(0, 65_535).default(4000),
  DRAWDOWN_DEMO: onOff.default(true),
  DRAWDOWN_INTROSPECTION: onOff.default(true),
  DRAWDOWN_CONNECTIONS: wholeNumber(2, 200).default(10),
  LOG_LEVEL: z.enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(', ')}` }).default('info'),
});

export class ConfigError extends Error {}

/** Reads the settings from the environment; an empty one counts as absent. Throws ConfigError, which names every setting that is wrong. */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ''));
  const result = schema.safeParse(given);
  if (!result.success) throw new ConfigError(result.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}.`).join('\n'));
  const settings = result.data;
  return {
    databaseUrl: settings.DATABASE_URL ?? null,
    dataFolder: settings.DRAWDOWN_DATA,
    host: settings.HOST,
    port: settings.PORT,
    demo: settings.DRAWDOWN_DEMO,
    logLevel: settings.LOG_LEVEL,
    connections: settings.DRAWDOWN_CONNECTIONS,
    introspection: settings.DRAWDOWN_INTROSPECTION,
  };
}

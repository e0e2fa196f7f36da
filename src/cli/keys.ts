import { Command, Option } from 'commander';
import { ROLES, type Role } from '../domain/role';
import { createApiKey } from '../operations/create-api-key';
import { revokeApiKey } from '../operations/revoke-api-key';
import type { Database } from '../store/database';
import { findEnvironment } from '../store/environments';
import { everyApiKey, type LocatedApiKey } from '../store/every-api-key';
import { withDatabase } from './server-database';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** `drawdown keys`: for whoever is on the server's machine, which is proof enough. Works while the server runs. */
export function keysCommand(write: (text: string) => void = (text) => void process.stdout.write(text)): Command {
  const command = new Command('keys').description('List, add and revoke API keys, on the machine of the server.');
  command
    .command('list')
    .description('List API keys; their secrets are not kept anywhere.')
    .option('--environment <id>', 'only those of this environment')
    .option('--all', 'revoked ones too', false)
    .action((flags: ListFlags) => withDatabase((database) => list(database, flags, write)));
  command
    .command('add')
    .description('Add an API key and show its secret, this once.')
    .option('--environment <id>', 'environment of the key', 'main')
    .addOption(new Option('--role <role>', 'what it may do').choices(Object.values(ROLES)).makeOptionMandatory())
    .requiredOption('--name <name>', 'what it is for')
    .action((flags: AddFlags) => withDatabase((database) => add(database, flags, write)));
  command
    .command('revoke')
    .description('Revoke an API key; a running server refuses it from then on (within a second).')
    .argument('<id>', 'the id that "keys list" shows')
    .action((id: string) => withDatabase((database) => revoke(database, id, write)));
  return command;
}

interface ListFlags {
  readonly environment?: string;
  readonly all: boolean;
}

interface AddFlags {
  readonly environment: string;
  readonly role: Role;
  readonly name: string;
}

async function list(database: Database, flags: ListFlags, write: (text: string) => void): Promise<void> {
  const keys = await everyApiKey(database, flags.environment === undefined ? {} : { environmentId: flags.environment });
  const shown = keys.filter((key) => flags.all || !key.revokedAt);
  const rows = [['id', 'environment', 'role', 'begins with', 'created', 'name'], ...shown.map(rowOf)];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  for (const row of rows)
    write(
      `${row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd()}\n`,
    );
}

function rowOf(key: LocatedApiKey): string[] {
  const name = key.revokedAt ? `${key.name} (revoked ${key.revokedAt.toISOString()})` : key.name;
  return [key.id, key.environmentId, key.role, key.prefix, key.createdAt.toISOString(), name];
}

async function add(database: Database, { environment: id, role, name }: AddFlags, write: (text: string) => void): Promise<void> {
  const environment = await findEnvironment(database, id);
  if (!environment || environment.archivedAt) throw new Error(`There is no environment ${id}.`);
  const context = { environmentKey: environment.key, environmentId: environment.id, now: new Date() };
  const { apiKey, secret } = await createApiKey(database, context, { name, role });
  write(`${secret}\n\n${role} key of environment ${id}, id ${apiKey.id}. The secret is shown only this once.\n`);
}

async function revoke(database: Database, id: string, write: (text: string) => void): Promise<void> {
  const [key] = UUID.test(id) ? await everyApiKey(database, { id }) : [];
  if (!key) throw new Error(`There is no API key ${id}; "keys list" shows their ids.`);
  await revokeApiKey(database, { environmentKey: key.environmentKey, environmentId: key.environmentId, now: new Date() }, id);
  write(`The key ${id} (${key.name}) is revoked.\n`);
}

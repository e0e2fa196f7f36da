import { Command } from 'commander';
import { compareRollups, repairRollups } from '../operations/rebuild-rollups';
import type { Database } from '../store/database';
import { findEnvironment } from '../store/environments';
import { countCustomers, everyCustomer, type CustomerFilter } from '../store/every-customer';
import { Readiness } from '../store/readiness';
import { asOnlyRebuild } from '../store/rollup-repair';
import type { Terminal } from './import-report';
import { RollupsReport } from './rollups-report';
import { withDatabase } from './server-database';

/** 0: every cell is right, or was made so. 1: --check found differences. 2: the command could not begin or go on. */
const EXIT_DIFFERENCES = 1;
const EXIT_STOPPED = 2;

interface Flags {
  readonly environment?: string;
  readonly customer?: string;
  readonly check: boolean;
}

const HELP = `
Servers may run and report meanwhile; what is right is not touched. It can be stopped and run again at any time.
Exit code: 0 where every cell is right or was made so, 1 where --check found differences, 2 where the command could not begin or go on.`;

/** `drawdown rollups`: for whoever is on the server's machine. Works while the server runs. */
export function rollupsCommand(terminal: Terminal = process): Command {
  const command = new Command('rollups').description('Compare the sums that breakdowns are made of with events and ledger, and repair them.');
  command
    .command('rebuild')
    .description('Compare every cell with what events and draws add up to, and repair those that are not exactly that, missing or too many.')
    .option('--environment <id>', 'only customers of this environment')
    .option('--customer <id>', 'only this customer (of every environment that has one of this id, where none is given)')
    .option('--check', 'change nothing; tell what differs', false)
    .addHelpText('after', HELP)
    .action((flags: Flags) => run(flags, terminal));
  return command;
}

async function run(flags: Flags, terminal: Terminal): Promise<void> {
  try {
    await withDatabase((database) => rebuild(database, flags, terminal));
  } catch (error) {
    terminal.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = EXIT_STOPPED;
  }
}

async function rebuild(database: Database, flags: Flags, terminal: Terminal): Promise<void> {
  const problems = await new Readiness(database).problems();
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const filter = { environmentId: flags.environment ?? null, customerId: flags.customer ?? null };
  const report = new RollupsReport(terminal, await countKnown(database, filter), flags.check);
  if (flags.check) await check(database, filter, report);
  else if (!(await asOnlyRebuild(database, () => repair(database, filter, report)))) throw new Error('Another rebuild is under way; let it finish.');
  terminal.stdout.write(report.summary());
  if (flags.check && report.differenceCount > 0) process.exitCode = EXIT_DIFFERENCES;
}

/** How many customers are meant; throws where the environment or the customer does not exist. */
async function countKnown(database: Database, filter: CustomerFilter): Promise<number> {
  const { environmentId, customerId } = filter;
  if (environmentId !== null && !(await findEnvironment(database, environmentId))) throw new Error(`There is no environment ${environmentId}.`);
  const count = await countCustomers(database, filter);
  if (count === 0 && customerId !== null)
    throw new Error(`There is no customer ${customerId}${environmentId === null ? '' : ` in the environment ${environmentId}`}.`);
  return count;
}

async function check(database: Database, filter: CustomerFilter, report: RollupsReport): Promise<void> {
  for await (const customer of everyCustomer(database, filter)) {
    await compareRollups(database, customer.key, (found) => Promise.resolve(report.add(found)));
    report.finish(customer);
  }
}

async function repair(database: Database, filter: CustomerFilter, report: RollupsReport): Promise<void> {
  for await (const customer of everyCustomer(database, filter)) {
    await compareRollups(database, customer.key, async (found) => report.add(await repairRollups(database, customer.key, found)));
    report.finish(customer);
  }
}

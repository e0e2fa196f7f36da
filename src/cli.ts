import { Command } from 'commander';
import { importCommand } from './cli/import';
import { keysCommand } from './cli/keys';
import { planCommand } from './cli/plan';
import { rollupsCommand } from './cli/rollups';

const program = new Command('drawdown')
  .description('The command line of Drawdown. "npm start" starts the server.')
  .addCommand(keysCommand())
  .addCommand(importCommand())
  .addCommand(planCommand())
  .addCommand(rollupsCommand())
  .showHelpAfterError();

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});

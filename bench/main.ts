import { benchApp } from './app';
import { benchBacktest } from './backtest';
import { benchBreakdown } from './breakdown';
import { benchCardinality } from './cardinality';
import { benchFormulas } from './formula';
import { benchReporting } from './reporting';

/** `npm run bench` measures all; `npm run bench -- reporting` one part. */
const PARTS: Record<string, () => void | Promise<void>> = {
  formula: benchFormulas,
  reporting: benchReporting,
  breakdown: benchBreakdown,
  cardinality: benchCardinality,
  backtest: benchBacktest,
  app: benchApp,
};

async function main(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !PARTS[name]);
  if (unknown.length > 0) throw new Error(`There is no part ${unknown.join(', ')}. The parts are ${Object.keys(PARTS).join(', ')}.`);
  for (const name of names.length > 0 ? names : Object.keys(PARTS)) {
    console.log(`\n${name}`);
    await PARTS[name]!();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});

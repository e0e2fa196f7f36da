#!/usr/bin/env node
// `npx drawdown …`: works in a fresh clone after `npm ci`, because it builds first where that is needed.
process.env.NODE_ENV ??= 'production';
try {
  require('../scripts/build.js').buildIfStale();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
require('../dist/cli.js');

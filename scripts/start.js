// `npm start`. The server runs in this very process, so that a signal to it needs no forwarding.
const { buildIfStale } = require('./build.js');

process.env.NODE_ENV ??= 'production';
try {
  buildIfStale();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
require('../dist/main.js');

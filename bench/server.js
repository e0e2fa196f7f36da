// The server under measurement, in a process of its own: the whole app on the database, or, with the argument `without-database`, the same API whose
// collector answers from memory (keys are looked up all the same). Told by DATABASE_URL; sends { url } to its parent, and its peak resident memory when asked.
const { createApp } = require('../dist/app');
const { serveGraphql } = require('../dist/api/apollo');
const { requestContexts } = require('../dist/api/request-context');
const { transportAnswer } = require('../dist/api/errors');
const { usageReportFrom } = require('../dist/domain/usage-report');
const { createLog } = require('../dist/log');
const { createServer, MOST_BODY_BYTES } = require('../dist/server');
const { Database } = require('../dist/store/database');

/** Reads reports as the real one does, and charges nothing. */
class MemoryCollector {
  async report(context, raws) {
    return raws.map((raw) => ({ duplicate: false, event: eventOf(usageReportFrom(raw, context.now), context.now) }));
  }
}

function eventOf(report, receivedAt) {
  const charge = { rate: null, parameters: [], cost: report.value, draws: [], balanceAfter: report.value };
  return { ...report, customerKey: 1n, key: 1n, featureKey: 1, poolKey: 1n, currencyKey: 1, currencyId: 'credits', receivedAt, charge };
}

/** The whole app, as `npm start` has it. */
async function startApp(parts) {
  const app = await createApp({ ...parts, introspection: true });
  return app.server;
}

/** The same API with a collector that answers from memory. */
async function startWithoutDatabase({ database, log, now }) {
  const server = createServer({ log, readinessProblems: async () => [], answerError: transportAnswer });
  const services = { database, collector: new MemoryCollector() };
  await serveGraphql(server, { contextOf: requestContexts(services, now), log: server.log, introspection: true, mostBodyBytes: MOST_BODY_BYTES });
  return server;
}

async function main(withoutDatabase) {
  const database = new Database({ connectionString: process.env.DATABASE_URL, connections: 10 });
  const parts = { database, log: createLog('warn'), now: () => new Date() };
  const server = await (withoutDatabase ? startWithoutDatabase(parts) : startApp(parts));
  process.on('message', () => process.send({ peakResidentBytes: process.resourceUsage().maxRSS * 1024 }));
  process.on('disconnect', () => process.exit(0));
  process.send({ url: await server.listen({ port: 0, host: '127.0.0.1' }) });
}

main(process.argv[2] === 'without-database');

// The server under measurement, in a process of its own: the whole app on the database, and beside it, in the same process, the same API whose
// collector answers from memory. Told by DATABASE_URL; sends { url, memoryUrl } to its parent, and its peak resident memory when asked.
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

async function main() {
  const log = createLog('warn');
  const database = new Database({ connectionString: process.env.DATABASE_URL, connections: 10 });
  const now = () => new Date();
  const app = await createApp({ database, log, introspection: true, now });
  const url = await app.server.listen({ port: 0, host: '127.0.0.1' });
  const memory = createServer({ log, readinessProblems: async () => [], answerError: transportAnswer });
  const services = { database, collector: new MemoryCollector() };
  const contextOf = requestContexts(services, now);
  await serveGraphql(memory, { contextOf, log: memory.log, introspection: true, mostBodyBytes: MOST_BODY_BYTES });
  const memoryUrl = await memory.listen({ port: 0, host: '127.0.0.1' });
  process.on('message', () => process.send({ peakResidentBytes: process.resourceUsage().maxRSS * 1024, residentBytes: process.memoryUsage().rss }));
  process.on('disconnect', () => process.exit(0));
  process.send({ url, memoryUrl });
}

main();

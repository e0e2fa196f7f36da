// An embedded ClickHouse (npm chdb) in a process of its own, so that its memory and threads are not the bench's. Told { sql }, answers { ms, text }.
// The package is no dependency: it brings half a gigabyte. Where it is not installed, the process says so and ends.
let chdb;
try {
  chdb = require(process.argv[3]);
} catch (error) {
  process.send({ missing: error.message.split('\n', 1)[0] });
  process.exit(0);
}

const session = new chdb.Session(process.argv[2]);
process.on('message', ({ sql, format }) => {
  const start = performance.now();
  try {
    const text = session.query(sql, format);
    process.send({ ms: performance.now() - start, text });
  } catch (error) {
    process.send({ error: error.message });
  }
});
process.on('disconnect', () => process.exit(0));
process.send({ ready: true });

import type { Writable } from 'node:stream';
import type { PoolClient } from 'pg';

/** What is sent to the database before the event loop turns goes out at once: each message by itself would cost a system call, and wake the other side up. */
export function sendTogether(client: PoolClient): void {
  const stream = streamOf(client);
  stream.cork();
  process.nextTick(() => stream.uncork());
}

/** Of what is sent together, lets that go which there is so far: the database begins with it while more is being put together. */
export function sendSoFar(client: PoolClient): void {
  const stream = streamOf(client);
  if (stream.writableCorked === 0) return; // nothing is held back any more
  stream.uncork();
  stream.cork();
}

function streamOf(client: PoolClient): Writable {
  return (client as unknown as { readonly connection: { readonly stream: Writable } }).connection.stream;
}

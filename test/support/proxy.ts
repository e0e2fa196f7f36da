import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A TCP way to PostgreSQL that can be made to break right after a COMMIT has gone through, before its answer comes back. */
export interface CommitProxy {
  readonly connectionString: string;
  /** The next COMMIT reaches PostgreSQL, its answer never arrives. */
  loseNextCommit(): void;
  close(): Promise<void>;
}

/** A simple query message: `Q`, its length, `COMMIT`, NUL. */
const COMMIT = Buffer.from('Q\0\0\0\x0bCOMMIT\0', 'latin1');

export async function commitProxy(connectionString: string): Promise<CommitProxy> {
  const target = new URL(connectionString);
  const sockets = new Set<Socket>();
  let losesNext = false;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    let isLost = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    client.on('data', (data) => {
      if (losesNext && data.includes(COMMIT)) [losesNext, isLost] = [false, true];
      upstream.write(data);
    });
    upstream.on('data', (data) => (isLost ? client.destroy() : client.write(data)));
    client.on('close', () => upstream.end());
    upstream.on('close', () => client.destroy());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const through = new URL(connectionString);
  through.port = String((server.address() as AddressInfo).port);
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise((done) => server.close(done));
  };
  return { connectionString: through.href, loseNextCommit: () => void (losesNext = true), close };
}

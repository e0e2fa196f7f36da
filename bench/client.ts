import { connect, type Socket } from 'node:net';

/**
 * One kept-alive HTTP/1.1 connection that sends ready-made bodies, opened anew where the server has closed it for being idle. It does as little as it can,
 * because it shares the machine with what it measures.
 */
export class Connection {
  private socket: Socket;
  private received: Buffer = Buffer.alloc(0);
  private answer: { resolve: (body: Buffer) => void; reject: (error: Error) => void } | null = null;

  constructor(
    private readonly url: string,
    private readonly key: string,
  ) {
    this.socket = this.open();
  }

  private open(): Socket {
    const { hostname, port } = new URL(this.url);
    const socket = connect(Number(port), hostname);
    socket.setNoDelay(true);
    socket.on('data', (data) => this.take(data));
    socket.on('error', (error) => this.answer?.reject(error));
    socket.on('close', () => this.answer?.reject(new Error('The server has closed the connection.')));
    return socket;
  }

  post(body: string): Promise<Buffer> {
    const head = `POST /graphql HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\nx-api-key: ${this.key}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
    return new Promise((resolve, reject) => {
      this.answer = { resolve, reject };
      if (this.socket.closed || this.socket.readableEnded) this.socket = this.open();
      this.socket.write(head + body);
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private take(data: Buffer): void {
    this.received = this.received.length === 0 ? data : Buffer.concat([this.received, data]);
    const headEnd = this.received.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const head = this.received.toString('latin1', 0, headEnd);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    const bodyEnd = headEnd + 4 + length;
    if (this.received.length < bodyEnd) return;
    const body = this.received.subarray(headEnd + 4, bodyEnd);
    this.received = this.received.subarray(bodyEnd);
    const { answer } = this;
    this.answer = null;
    if (head.startsWith('HTTP/1.1 200') && !body.includes('"errors":')) answer?.resolve(body);
    else answer?.reject(new Error(`${head.split('\r\n', 1)[0]}: ${body.toString('utf8', 0, 500)}`));
  }
}

export interface Rate {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Sends the bodies over so many connections, each waiting for its answer before it sends the next. */
export async function sendAll(url: string, key: string, connections: number, bodies: readonly string[]): Promise<Rate> {
  const open = Array.from({ length: connections }, () => new Connection(url, key));
  const latencies: number[] = [];
  let next = 0;
  const start = performance.now();
  await Promise.all(
    open.map(async (connection) => {
      while (next < bodies.length) {
        const sent = performance.now();
        await connection.post(bodies[next++]!);
        latencies.push(performance.now() - sent);
      }
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  for (const connection of open) connection.close();
  latencies.sort((a, b) => a - b);
  return { perSecond: bodies.length / seconds, p50Ms: quantile(latencies, 0.5), p99Ms: quantile(latencies, 0.99) };
}

export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

export function median(values: readonly number[]): number {
  return quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  );
}

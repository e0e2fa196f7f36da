/** As much of ws as is used here. */
declare module 'ws' {
  import { EventEmitter } from 'node:events';
  import type { IncomingMessage } from 'node:http';
  import type { Duplex } from 'node:stream';

  export class WebSocket extends EventEmitter {
    static readonly OPEN: 1;
    constructor(address: string, protocols?: string | readonly string[], options?: { readonly headers?: Readonly<Record<string, string>> });
    readonly readyState: number;
    readonly protocol: string;
    /** Bytes that were sent and are still here. */
    readonly bufferedAmount: number;
    send(data: string, done: (error?: Error) => void): void;
    ping(): void;
    /** Stops reading. */
    pause(): void;
    resume(): void;
    close(code?: number, reason?: string): void;
    terminate(): void;
  }

  export interface WebSocketServerOptions {
    readonly noServer: true;
    readonly maxPayload: number;
    readonly perMessageDeflate: false;
    readonly handleProtocols: (protocols: Set<string>) => string | false;
  }

  export class WebSocketServer extends EventEmitter {
    constructor(options: WebSocketServerOptions);
    readonly clients: Set<WebSocket>;
    handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, done: (socket: WebSocket) => void): void;
  }
}

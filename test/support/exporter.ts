import type { TestServer } from './server';

/** An export as it came. */
export interface Exported {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Of NDJSON. */
  readonly lines: () => any[];
  /** Of a refusal. */
  readonly error: () => { message: string; extensions: { code: string; kind: string; problems: unknown[]; requestId: string } };
}

export interface Exporter {
  usage(body: unknown, key?: string | null): Promise<Exported>;
  ledger(body: unknown, key?: string | null): Promise<Exported>;
}

/** Asks a server for exports, with the READER key where no other is given, with none where `key` is null. */
export function exporter(server: TestServer): Exporter {
  const post =
    (path: string) =>
    async (body: unknown, key: string | null = server.keys.READER) => {
      const headers = { 'content-type': 'application/json', ...(key === null ? {} : { 'x-api-key': key }) };
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      return exportedFrom(await fetch(`${server.url}/export/${path}`, { method: 'POST', headers, body: text }));
    };
  return { usage: post('credit-usage'), ledger: post('credit-ledger') };
}

export async function exportedFrom(response: Response): Promise<Exported> {
  const text = await response.text();
  const lines = () =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as unknown);
  return { status: response.status, headers: response.headers, text, lines, error: () => JSON.parse(text).errors[0] };
}

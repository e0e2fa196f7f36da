import { parse } from 'lossless-json';
import { ExactNumber } from '../domain/exact-number';
import { CommandError } from './command-error';
import { treeToJson, type Tree, type TreeMap } from './catalog-tree';

/** What the API refuses, with its code and problems. */
export class Refusal extends CommandError {
  constructor(
    message: string,
    readonly code: string,
    readonly problems: readonly { readonly field: string; readonly message: string; readonly line?: ExactNumber; readonly column?: ExactNumber }[],
  ) {
    super(message);
  }
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: { readonly code?: string; readonly problems?: Refusal['problems'] };
  }[];
}

const REQUEST_TIMEOUT_MS = 60_000;

/** The public GraphQL API, as any client sees it. Numbers of answers are ExactNumber, with all their digits. */
export class ApiClient {
  constructor(
    private readonly url: string,
    private readonly key: string,
  ) {}

  /** The data of an answer. Throws Refusal, or CommandError where there is no answer that could be one of the API. */
  async ask<T>(document: string, variables: TreeMap = new Map()): Promise<T> {
    const { status, text } = await this.post(`{"query":${JSON.stringify(document)},"variables":${treeToJson(variables)}}`);
    const answer = answerOf(text);
    const [error] = answer?.errors ?? [];
    if (error) {
      const code = error.extensions?.code ?? '';
      const hint = code === 'UNAUTHENTICATED' || code === 'FORBIDDEN' ? ' Give another key by --key or DRAWDOWN_API_KEY.' : '';
      throw new Refusal(`The server refuses${code && ` (${code})`}: ${error.message}${hint}`, code, error.extensions?.problems ?? []);
    }
    if (!answer?.data) throw new CommandError(`${this.url} does not answer like Drawdown's GraphQL API (HTTP ${status}); is the --url right?`);
    return answer.data as T;
  }

  /** A mutation of one input. */
  async change<T>(name: string, input: TreeMap, selection: string): Promise<T> {
    const inputType = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
    const document = `mutation Change($input: ${inputType}!) { ${name}(input: $input) { ${selection} } }`;
    return (await this.ask<Record<string, T>>(document, new Map<string, Tree>([['input', input]])))[name]!;
  }

  private async post(body: string): Promise<{ status: number; text: string }> {
    const headers = { 'content-type': 'application/json', accept: 'application/json', 'x-api-key': this.key };
    try {
      const response = await fetch(this.url, { method: 'POST', headers, body, signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
      return { status: response.status, text: await response.text() };
    } catch (error) {
      const { name, cause } = error as Error & { cause?: { code?: string } };
      throw new CommandError(`${this.url} cannot be reached (${cause?.code ?? name}).`);
    }
  }
}

function answerOf(text: string): Answer | null {
  try {
    return parse(text, undefined, { parseNumber: (digits) => new ExactNumber(digits) }) as Answer | null;
  } catch {
    return null;
  }
}

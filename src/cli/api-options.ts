import { Option, type Command } from 'commander';

export interface ApiFlags {
  readonly url: string;
  readonly key?: string;
}

/** Where the API is, and who asks: the same for every command that is a client of it. */
export function addApiOptions(command: Command, role: string): Command {
  return command
    .addOption(new Option('--url <url>', 'address of the API').default('http://127.0.0.1:4000/graphql').env('DRAWDOWN_URL'))
    .addOption(new Option('--key <key>', `API key with the role ${role}`).env('DRAWDOWN_API_KEY'));
}

/** Judges both; what is wrong is thrown as the command's own error. */
export function apiAddress({ url, key }: ApiFlags, error: (message: string) => Error): { readonly url: string; readonly key: string } {
  requireUrl(url, error);
  return { url, key: requireKey(key, error) };
}

export function requireUrl(url: string, error: (message: string) => Error): void {
  if (!/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : ''))
    throw error(`--url ${url} is not an address such as http://127.0.0.1:4000/graphql.`);
}

export function requireKey(key: string | undefined, error: (message: string) => Error): string {
  if (!key) throw error('An API key is needed: --key, or DRAWDOWN_API_KEY in the environment.');
  if (!/^[\x21-\x7e]+$/.test(key)) throw error('The API key has characters that no key has.');
  return key;
}

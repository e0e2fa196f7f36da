/** What opens the API: a key of the seller, or a token that shows one customer its own pages. */
export interface Credential {
  readonly kind: 'key' | 'token';
  readonly secret: string;
}

/** Only as long as the tab: nothing is left on the machine. */
const STORED = 'drawdown:credential';
const KEY_PREFIX = 'dd_';

/** From the address, else from this tab's earlier pages. */
export function startingCredential(): Credential | null {
  const given = credentialOfAddress();
  if (!given) return storedCredential();
  keepCredential(given);
  return given;
}

/** What a link brings along as `#key=…` or `#token=…`, which is then wiped from the address. */
export function credentialOfAddress(): Credential | null {
  const given = new URLSearchParams(location.hash.slice(1));
  const key = given.get('key');
  const token = given.get('token');
  if (!key && !token) return null;
  history.replaceState(null, '', location.pathname + location.search);
  return key ? { kind: 'key', secret: key } : { kind: 'token', secret: token! };
}

/** What someone has pasted: keys begin with `dd_`. */
export function credentialFrom(pasted: string): Credential {
  const secret = pasted.trim();
  return { kind: secret.startsWith(KEY_PREFIX) ? 'key' : 'token', secret };
}

export function keepCredential(credential: Credential | null): void {
  if (credential) sessionStorage.setItem(STORED, JSON.stringify(credential));
  else sessionStorage.removeItem(STORED);
}

export function credentialHeaders({ kind, secret }: Credential): Record<string, string> {
  return kind === 'key' ? { 'x-api-key': secret } : { authorization: `Bearer ${secret}` };
}

function storedCredential(): Credential | null {
  const stored = sessionStorage.getItem(STORED);
  return stored === null ? null : (JSON.parse(stored) as Credential);
}

const STORED_KEY = 'drawdown:api-key';
/** What GraphiQL keeps of an earlier visit: its tabs, and what the editors of the tab in front held. */
const EARLIER_VISIT = ['graphiql:tabState', 'graphiql:query', 'graphiql:variables', 'graphiql:headers'];
const HEADER = 'X-API-Key';

/** The key to begin with: from the address (`#key=…`, which is then wiped from it), else the one used last. */
export function startingKey(): string {
  const given = new URLSearchParams(location.hash.slice(1)).get('key');
  if (!given) return localStorage.getItem(STORED_KEY) ?? '';
  history.replaceState(null, '', location.pathname);
  localStorage.setItem(STORED_KEY, given);
  for (const name of EARLIER_VISIT) localStorage.removeItem(name); // they hold the key of an earlier server
  return given;
}

export function headersWith(key: string): string {
  return JSON.stringify({ [HEADER]: key }, null, 2);
}

/** Remembers the key of edited headers for the next visit. */
export function rememberKeyOf(headers: string): void {
  const key = keyOf(headers);
  if (typeof key === 'string' && key) localStorage.setItem(STORED_KEY, key);
}

function keyOf(headers: string): unknown {
  try {
    return (JSON.parse(headers) as Record<string, unknown>)[HEADER];
  } catch {
    return undefined; // half-typed
  }
}

const STORED_KEY = 'drawdown:api-key';
/** Where GraphiQL keeps its tabs between visits. */
const STORED_TABS = 'graphiql:tabState';
/** And what its editors of the tab in front hold. */
const STORED_HEADERS = 'graphiql:headers';
const HEADER = 'X-API-Key';

interface Tab {
  headers?: string | null;
}

/** The key to begin with: from the address (`#key=…`, which is then wiped from it), else the one used last. */
export function startingKey(): string {
  const given = new URLSearchParams(location.hash.slice(1)).get('key');
  if (!given) return localStorage.getItem(STORED_KEY) ?? '';
  history.replaceState(null, '', location.pathname);
  localStorage.setItem(STORED_KEY, given);
  useInStoredTabs(given);
  return given;
}

export function headersWith(key: string): string {
  return JSON.stringify({ [HEADER]: key }, null, 2);
}

/** Remembers the key of edited headers for the next visit. */
export function rememberKeyOf(headers: string): void {
  const key = keyOf(headers);
  if (key) localStorage.setItem(STORED_KEY, key);
}

function keyOf(headers: string): unknown {
  try {
    return (JSON.parse(headers) as Record<string, unknown>)[HEADER];
  } catch {
    return undefined; // half-typed
  }
}

/** Tabs of an earlier visit hold the key of an earlier server. */
function useInStoredTabs(key: string): void {
  try {
    const state = JSON.parse(localStorage.getItem(STORED_TABS) ?? '{}') as { tabs?: Tab[] };
    for (const tab of state.tabs ?? []) tab.headers = headersWith(key);
    if (!state.tabs) return;
    localStorage.setItem(STORED_TABS, JSON.stringify(state));
    localStorage.setItem(STORED_HEADERS, headersWith(key));
  } catch {
    localStorage.removeItem(STORED_TABS);
  }
}

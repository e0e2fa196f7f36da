const BYTES = 16;

/** A key that nobody has used. (`crypto.randomUUID` is there on secure pages only; a server in a local network may have none.) */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(BYTES));
  return `app-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

const SEPARATOR = '\u001f';

/** An opaque id of a thing that has no id of the caller's choice: base64url of the type and the parts that find it. */
export function encodeId(type: string, ...parts: (string | number | bigint)[]): string {
  return Buffer.from([type, ...parts].join(SEPARATOR)).toString('base64url');
}

/** The parts of an id made by `encodeId` for this type; null for any other text. */
export function decodeId(type: string, id: string): string[] | null {
  const [found, ...parts] = Buffer.from(id, 'base64url').toString().split(SEPARATOR);
  if (found !== type || parts.length === 0) return null;
  return encodeId(type, ...parts) === id ? parts : null;
}

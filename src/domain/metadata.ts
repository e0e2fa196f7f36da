import { isStorableText } from './ids';
import type { Problem } from './errors';

/** Free JSON of the caller that is kept and given back, never interpreted. */
export type Metadata = Readonly<Record<string, unknown>>;

export const MOST_METADATA_BYTES = 16 * 1024;
export const MOST_METADATA_DEPTH = 8;
const RESERVED_NAMES = new Set(['__proto__', 'constructor', 'prototype']);

/** Whether both are the same JSON; the order of names means nothing. */
export function sameMetadata(a: Metadata, b: Metadata): boolean {
  return canonicalText(a) === canonicalText(b);
}

function canonicalText(metadata: Metadata): string {
  return JSON.stringify(metadata, (_name, value: unknown) => (isObject(value) ? withSortedNames(value) : value));
}

function withSortedNames(object: Metadata): Metadata {
  const names = Object.keys(object).sort();
  return Object.fromEntries(names.map((name) => [name, object[name]]));
}

/** What is wrong with metadata: an object, bounded in depth before anything walks it whole, then in size; every text storable, every number finite. */
export function metadataProblems(field: string, value: unknown): Problem[] {
  if (!isObject(value)) return [{ field, message: 'must be a JSON object.' }];
  const message = valueProblem(value, MOST_METADATA_DEPTH);
  if (message) return [{ field, message }];
  return Buffer.byteLength(JSON.stringify(value)) > MOST_METADATA_BYTES ? [{ field, message: 'must have at most 16 KB of JSON.' }] : [];
}

function isObject(value: unknown): value is Metadata {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valueProblem(value: unknown, depthLeft: number): string | undefined {
  if (typeof value === 'string') return isStorableText(value) ? undefined : 'must not contain NUL or half of a surrogate pair.';
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'must not contain a number outside the range of a double.';
  if (typeof value !== 'object' || value === null) return undefined;
  if (depthLeft === 0) return `must be at most ${MOST_METADATA_DEPTH} levels deep.`;
  for (const [name, item] of Object.entries(value)) {
    const problem = nameProblem(name) ?? valueProblem(item, depthLeft - 1);
    if (problem) return problem;
  }
  return undefined;
}

function nameProblem(name: string): string | undefined {
  if (RESERVED_NAMES.has(name)) return `must not contain the reserved name ${name}.`;
  return isStorableText(name) ? undefined : 'must not contain NUL or half of a surrogate pair.';
}

export interface Statement {
  readonly text: string;
  readonly values: unknown[];
}

/** Each connection keeps its plans as long as it lives, so there must not be many. What comes after them is planned each time, which takes a millisecond or two. */
const MOST_NAMES = 100;
const MOST_SEEN_ONCE = 1_000;

const names = new Map<string, string>();
const seenOnce = new Set<string>();

/** The statement with a name where it has been asked for before: a connection parses and plans what has a name only once. */
export function plannedOnce(statement: Statement): Statement & { readonly name?: string } {
  const { text } = statement;
  const known = names.get(text);
  if (known !== undefined) return { ...statement, name: known };
  if (names.size >= MOST_NAMES) return statement;
  if (!seenOnce.delete(text)) {
    if (seenOnce.size >= MOST_SEEN_ONCE) seenOnce.clear();
    seenOnce.add(text);
    return statement;
  }
  const name = `breakdown-${names.size + 1}`;
  names.set(text, name);
  return { ...statement, name };
}

import { tokensOf } from './tokens';

/** What a formula reads: names, and texts in `dimension("…")`. */
export function namesIn(formula: string): Set<string> {
  const tokens = tokensOf(formula);
  const textOf = (index: number): string => formula.slice(tokens[index]?.from ?? 0, tokens[index]?.to ?? 0);
  const names = tokens.flatMap(({ kind }, index) => {
    if (kind === 'name') return [textOf(index)];
    return kind === 'function' && textOf(index) === 'dimension' ? [textOf(index + 2).slice(1, -1)] : [];
  });
  return new Set(names);
}

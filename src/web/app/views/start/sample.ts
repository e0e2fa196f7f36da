import { parseExactly, type Dimensions, type DimensionValue } from '../../api/exact-json';
import { tokensOf } from '../../formula/tokens';
import type { DimensionsOfPriceQuery } from '../../generated/start';

type Variable = DimensionsOfPriceQuery['previewFormula']['variables'][number];

/** What step 3 is tried on and, where the price asks for them, the first event reports. */
export const TOKENS = { input_tokens: 1200, output_tokens: 300 };

/** The text of an object; null where it is none (yet). */
export function dimensionsFrom(text: string): Dimensions | null {
  try {
    const value = parseExactly(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Dimensions) : null;
  } catch {
    return null;
  }
}

/** An event as a formula wants it: every dimension that it uses, with what it was tried on or else a value of the type that it needs. */
export function sampleFor(formula: string, variables: readonly Variable[], tried: Dimensions): Dimensions {
  const used = variables
    .filter(({ name }) => name !== 'value')
    .map(({ name, type }) => ({ type, name: name === 'dimensions.value' ? 'value' : name }));
  return Object.fromEntries(used.map(({ name, type }) => [name, tried[name] ?? valueFor(formula, name, type)]));
}

function valueFor(formula: string, name: string, type: Variable['type']): DimensionValue {
  if (type === 'BOOLEAN') return true;
  if (type === 'NUMBER') return Object.hasOwn(TOKENS, name) ? TOKENS[name as keyof typeof TOKENS] : 10;
  return textComparedWith(formula, name) ?? 'sample';
}

/** The first text that a formula compares a dimension with, as in `model == "large"`; null: none. */
function textComparedWith(formula: string, name: string): string | null {
  const tokens = tokensOf(formula);
  const textOf = ({ from, to }: (typeof tokens)[number]): string => formula.slice(from, to);
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'name' || textOf(token) !== name) continue;
    const next = tokens.slice(index + 1).find(({ kind }) => kind !== 'sign' && kind !== 'word');
    if (next?.kind === 'text') return textOf(next).slice(1, -1).replace(/\\(.)/g, '$1');
  }
  return null;
}

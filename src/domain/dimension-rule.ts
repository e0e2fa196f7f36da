import { MOST_DIMENSIONS, nameProblem } from './dimensions';
import type { Problem } from './errors';

/** What a seller has decided about the dimensions of a feature's events: those that are always loose, and those that the server may not loosen. */
export interface DimensionRule {
  readonly looseDimensions: readonly string[];
  readonly rolledUpDimensions: readonly string[];
}

export const NO_DIMENSION_RULE: DimensionRule = { looseDimensions: [], rolledUpDimensions: [] };

/** What of a rule can be judged by itself; lists that are absent are no problem. */
export function dimensionRuleProblems(rule: { readonly [List in keyof DimensionRule]?: readonly string[] | null }): Problem[] {
  const { looseDimensions, rolledUpDimensions } = rule;
  const problems = [...listProblems('looseDimensions', looseDimensions ?? []), ...listProblems('rolledUpDimensions', rolledUpDimensions ?? [])];
  return problems.length > 0 ? problems : disjointProblems({ looseDimensions: looseDimensions ?? [], rolledUpDimensions: rolledUpDimensions ?? [] });
}

/** A dimension cannot be both. */
export function disjointProblems({ looseDimensions, rolledUpDimensions }: DimensionRule): Problem[] {
  const both = looseDimensions.find((name) => rolledUpDimensions.includes(name));
  return both === undefined ? [] : [{ field: 'looseDimensions', message: `and rolledUpDimensions must not both have ${JSON.stringify(both)}.` }];
}

function listProblems(field: string, names: readonly string[]): Problem[] {
  if (names.length > MOST_DIMENSIONS) return [{ field, message: `has ${names.length} names; ${MOST_DIMENSIONS} is the most.` }];
  return names.flatMap((name, index) => {
    const message = nameProblem(name) ?? (names.indexOf(name) < index ? 'is there twice.' : undefined);
    return message === undefined ? [] : [{ field: `${field}.${index}`, message }];
  });
}

/** The names that are loose in the events of a feature, of those that the server has loosened for the customer and those that the seller has named. */
export function looseNames(loosened: ReadonlySet<string>, { looseDimensions, rolledUpDimensions }: DimensionRule): ReadonlySet<string> {
  if (looseDimensions.length === 0 && rolledUpDimensions.length === 0) return loosened;
  const kept = new Set(rolledUpDimensions);
  return new Set([...looseDimensions, ...[...loosened].filter((name) => !kept.has(name))]);
}

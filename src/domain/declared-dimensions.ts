import type { DimensionDeclaration } from './dimension-declaration';
import { dimensionType, isNumber, type Dimensions, type DimensionValue } from './dimensions';
import { DrawdownError, type ErrorCode, type Problem } from './errors';

/** All names of each dimension that has several, the one of today first. */
export type DimensionAliases = readonly (readonly string[])[];

export function aliasesOf(declarations: readonly DimensionDeclaration[]): DimensionAliases {
  return declarations.filter(({ aliases }) => aliases.length > 0).map(({ name, aliases }) => [name, ...aliases]);
}

/** The same dimensions, those that have several names under the one of today. */
export function underTodaysNames(dimensions: Dimensions, aliases: DimensionAliases): Dimensions {
  let renamed: Map<string, DimensionValue> | null = null;
  for (const [today, ...former] of aliases)
    for (const name of former) {
      const value = dimensions.get(name);
      if (value === undefined || dimensions.has(today!)) continue;
      renamed ??= new Map(dimensions);
      renamed.delete(name);
      renamed.set(today!, value);
    }
  return renamed ?? dimensions;
}

/** The same dimensions, those that have several names under each of them: a formula may have been written with any. */
export function underAllNames(dimensions: Dimensions, aliases: DimensionAliases | undefined): Dimensions {
  if (!aliases || aliases.length === 0) return dimensions;
  const all = new Map(dimensions);
  for (const names of aliases) {
    const known = names.find((name) => dimensions.has(name));
    if (known !== undefined) for (const name of names) all.set(name, dimensions.get(known)!);
  }
  return all;
}

/** What is declared of the dimensions of one feature, made ready to hold events to it. */
export class DeclaredDimensions {
  readonly aliases: DimensionAliases;
  private readonly byName: ReadonlyMap<string, DimensionDeclaration>;
  private readonly required: readonly DimensionDeclaration[];

  constructor(readonly declarations: readonly DimensionDeclaration[]) {
    this.aliases = aliasesOf(declarations);
    this.byName = new Map(declarations.map((one) => [one.name, one]));
    this.required = declarations.filter((one) => one.required);
  }

  /** The dimensions of an event as they are kept. Of two names at once both stay, which `refusal` then tells. */
  renamed(dimensions: Dimensions): Dimensions {
    return underTodaysNames(dimensions, this.aliases);
  }

  /** Why an event with these dimensions, renamed already, is not accepted: DIMENSION_MISSING, DIMENSION_TYPE, DIMENSION_NOT_ALLOWED. */
  refusal(dimensions: Dimensions): DrawdownError | null {
    const found: [ErrorCode, Problem[]][] = [
      ['DIMENSION_MISSING', this.missing(dimensions)],
      ['DIMENSION_TYPE', this.each(dimensions, typeProblem)],
      ['DIMENSION_NOT_ALLOWED', [...this.namedTwice(dimensions), ...this.each(dimensions, rangeProblem)]],
    ];
    const code = found.find(([, problems]) => problems.length > 0)?.[0];
    if (!code) return null;
    const problems = found.flatMap(([, some]) => some);
    return new DrawdownError(code, problems.map(({ message }) => message).join(' '), problems);
  }

  private missing(dimensions: Dimensions): Problem[] {
    return this.required
      .filter(({ name }) => !dimensions.has(name))
      .map(({ name }) => ({
        field: `dimensions.${name}`,
        message: `The dimension "${name}" is declared as required, and the event does not have it.`,
      }));
  }

  private namedTwice(dimensions: Dimensions): Problem[] {
    return this.aliases.flatMap((names) => {
      const given = names.filter((name) => dimensions.has(name));
      if (given.length < 2) return [];
      const message = `The dimensions "${given.join('" and "')}" are names of one dimension; give only "${names[0]}".`;
      return [{ field: `dimensions.${given[1]}`, message }];
    });
  }

  private each(dimensions: Dimensions, problemOf: (declaration: DimensionDeclaration, value: DimensionValue) => string | null): Problem[] {
    const problems: Problem[] = [];
    for (const [name, value] of dimensions) {
      const declaration = this.byName.get(name);
      const message = declaration ? problemOf(declaration, value) : null;
      if (message !== null) problems.push({ field: `dimensions.${name}`, message });
    }
    return problems;
  }
}

function typeProblem({ name, type }: DimensionDeclaration, value: DimensionValue): string | null {
  const given = dimensionType(value);
  return given === type ? null : `The dimension "${name}" is declared as ${type}; the event gives a ${given}.`;
}

function rangeProblem({ name, type, lowest, highest, allowedValues }: DimensionDeclaration, value: DimensionValue): string | null {
  if (dimensionType(value) !== type) return null;
  if (isNumber(value)) {
    if (lowest && value.lt(lowest))
      return `The dimension "${name}" is declared to be at least ${lowest.toFixed()}; the event gives ${value.toFixed()}.`;
    if (highest && value.gt(highest))
      return `The dimension "${name}" is declared to be at most ${highest.toFixed()}; the event gives ${value.toFixed()}.`;
  }
  if (!allowedValues || allowedValues.some((one) => (isNumber(one) ? isNumber(value) && one.eq(value) : one === value))) return null;
  return `The dimension "${name}" has a value that is not among those declared.`;
}

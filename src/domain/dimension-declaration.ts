import { Decimal } from './decimal';
import { MOST_DIMENSIONS, nameProblem, valueProblem, type DimensionType, type DimensionValue } from './dimensions';
import type { Problem } from './errors';
import { textProblems } from './ids';

/** What a seller has said about a dimension of a feature's events. Reports that contradict it are refused. */
export interface DimensionDeclaration {
  readonly name: string;
  readonly type: DimensionType;
  readonly description: string | null;
  /** Of a number: the least and the greatest it may be; null: no such bound. */
  readonly lowest: Decimal | null;
  readonly highest: Decimal | null;
  /** Of a text or a number: all that it may be; null: anything of its type. */
  readonly allowedValues: readonly DimensionValue[] | null;
  /** An event without it is refused. */
  readonly required: boolean;
  /** Former names, which mean the same dimension. They are never taken back: events were reported with them. */
  readonly aliases: readonly string[];
}

export interface DimensionDeclarationInput {
  readonly name: string;
  readonly type: DimensionType;
  readonly description?: string | null;
  readonly lowest?: DimensionValue | null;
  readonly highest?: DimensionValue | null;
  readonly allowedValues?: readonly DimensionValue[] | null;
  readonly required: boolean;
  readonly aliases?: readonly string[] | null;
}

export const MOST_ALLOWED_VALUES = 100;
export const MOST_ALIASES = 8;
const MOST_DESCRIPTION_LENGTH = 1000;

/** Reads a declaration; what is wrong with it goes to the problems, and what is read then means nothing. */
export function readDeclaration(input: DimensionDeclarationInput, problems: Problem[]): DimensionDeclaration {
  const given = { description: null, lowest: null, highest: null, allowedValues: null, aliases: null, ...input };
  const { name, type, description, allowedValues, aliases, required } = given;
  const badName = nameProblem(name);
  if (badName !== undefined) problems.push({ field: 'name', message: badName });
  if (typeof description === 'string') problems.push(...textProblems('description', description, MOST_DESCRIPTION_LENGTH));
  const lowest = readBound('lowest', type, given.lowest, problems);
  const highest = readBound('highest', type, given.highest, problems);
  if (lowest && highest && lowest.gt(highest)) problems.push({ field: 'highest', message: 'must not be below lowest.' });
  if (allowedValues) problems.push(...allowedProblems(type, allowedValues, lowest !== null || highest !== null));
  problems.push(...aliasProblems(name, aliases ?? []));
  return { name, type, description, lowest, highest, allowedValues: allowedValues ?? null, required, aliases: aliases ?? [] };
}

function readBound(field: string, type: DimensionType, given: DimensionValue | null, problems: Problem[]): Decimal | null {
  if (given === null) return null;
  const isFit = Decimal.isDecimal(given) && valueProblem(given) === undefined;
  if (type === 'NUMBER' && isFit) return given;
  problems.push({ field, message: type === 'NUMBER' ? 'must be a number that a dimension can have.' : 'can be given for a NUMBER only.' });
  return null;
}

const TYPE_OF_VALUE = { NUMBER: 'object', TEXT: 'string', BOOLEAN: 'boolean' } as const;

function allowedProblems(type: DimensionType, values: readonly DimensionValue[], hasRange: boolean): Problem[] {
  const field = 'allowedValues';
  if (type === 'BOOLEAN') return [{ field, message: 'can be given for a TEXT or a NUMBER only.' }];
  if (hasRange) return [{ field, message: 'cannot be given beside lowest or highest.' }];
  if (values.length < 1 || values.length > MOST_ALLOWED_VALUES) return [{ field, message: `must be 1 to ${MOST_ALLOWED_VALUES} values.` }];
  const texts = values.map(String);
  return values.flatMap((value, index) => {
    const wrongType = typeof value === TYPE_OF_VALUE[type] ? valueProblem(value) : `must be a ${type}.`;
    const message = wrongType ?? (texts.indexOf(texts[index]!) < index ? 'is there twice.' : undefined);
    return message === undefined ? [] : [{ field: `${field}.${index}`, message }];
  });
}

function aliasProblems(name: string, aliases: readonly string[]): Problem[] {
  if (aliases.length > MOST_ALIASES) return [{ field: 'aliases', message: `has ${aliases.length} names; ${MOST_ALIASES} is the most.` }];
  return aliases.flatMap((alias, index) => {
    const twice = alias === name || aliases.indexOf(alias) < index ? 'is there twice.' : undefined;
    const message = nameProblem(alias) ?? twice;
    return message === undefined ? [] : [{ field: `aliases.${index}`, message }];
  });
}

/** What stands against a declaration beside the others of its feature. */
export function siblingProblems(declaration: DimensionDeclaration, all: readonly DimensionDeclaration[]): Problem[] {
  const { name, aliases } = declaration;
  const before = all.find((one) => one.name === name);
  const others = all.filter((one) => one.name !== name);
  const problems: Problem[] = [];
  if (!before && others.length >= MOST_DIMENSIONS)
    problems.push({ field: 'name', message: `A feature has at most ${MOST_DIMENSIONS} declarations.` });
  for (const [field, one] of [['name', name] as const, ...aliases.map((alias, index) => [`aliases.${index}`, alias] as const)]) {
    const other = others.find((sibling) => sibling.name === one || sibling.aliases.includes(one));
    if (other) problems.push({ field, message: `is a name of the declared dimension ${JSON.stringify(other.name)}.` });
  }
  const dropped = before?.aliases.find((alias) => !aliases.includes(alias));
  if (dropped !== undefined)
    problems.push({ field: 'aliases', message: `must keep ${JSON.stringify(dropped)}: events and formulas of before may have it.` });
  return problems;
}

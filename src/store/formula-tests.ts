import { parse } from 'lossless-json';
import { creditsFromNumeric, creditsToText } from '../domain/credits';
import { Decimal } from '../domain/decimal';
import { isNumber, type DimensionValue } from '../domain/dimensions';
import type { FormulaTest, TestedRefusal } from '../domain/formula-test';

interface TestJson {
  readonly name: string;
  readonly value: string;
  readonly dimensions: Record<string, DimensionValue>;
  readonly credits: string | null;
  readonly error: TestedRefusal | null;
}

/** The JSON that a rate keeps its tests in. Amounts are texts; numbers of dimensions are numbers with every digit. */
export function testsToJson(tests: readonly FormulaTest[]): string {
  return `[${tests.map(testToJson).join(',')}]`;
}

function testToJson({ name, value, dimensions, expectedCredits, expectedError }: FormulaTest): string {
  const credits = expectedCredits === null ? null : creditsToText(expectedCredits);
  const pairs = [...dimensions].map(([key, given]) => `${JSON.stringify(key)}:${isNumber(given) ? given.toString() : JSON.stringify(given)}`);
  const plain = JSON.stringify({ name, value: creditsToText(value), credits, error: expectedError });
  return `${plain.slice(0, -1)},"dimensions":{${pairs.join(',')}}}`;
}

export function testsFromJson(text: string): FormulaTest[] {
  const tests = parse(text, undefined, { parseNumber: (digits) => new Decimal(digits) }) as readonly TestJson[];
  return tests.map(({ name, value, dimensions, credits, error }) => ({
    name,
    value: creditsFromNumeric(value),
    dimensions: new Map(Object.entries(dimensions)),
    expectedCredits: credits === null ? null : creditsFromNumeric(credits),
    expectedError: error,
  }));
}

import { readAmount } from './catalog-input';
import { amountRule, creditsFromText, creditsToText, type Credits } from './credits';
import { dimensionProblems, type Dimensions } from './dimensions';
import { dimensionsFromRaw } from './dimensions-input';
import { DrawdownError, type Problem } from './errors';
import { textProblems } from './ids';
import { costByRate } from './price';
import type { Rate } from './rate';
import { plainWarning, type Warning } from './warning';

/** What a formula can refuse an event with. */
export const TESTED_REFUSALS = {
  DIMENSION_MISSING: 'DIMENSION_MISSING',
  DIMENSION_TYPE: 'DIMENSION_TYPE',
  DIVISION_BY_ZERO: 'DIVISION_BY_ZERO',
  CHARGE_OUT_OF_RANGE: 'CHARGE_OUT_OF_RANGE',
} as const;
export type TestedRefusal = keyof typeof TESTED_REFUSALS;

/** An example kept with a rate. Exactly one of the two expectations is there. */
export interface FormulaTest {
  readonly name: string;
  readonly value: Credits;
  readonly dimensions: Dimensions;
  readonly expectedCredits: Credits | null;
  readonly expectedError: TestedRefusal | null;
}

/** What a rate makes of a test now. Exactly one of `credits` and `error` is there. */
export interface FormulaTestResult extends FormulaTest {
  readonly passed: boolean;
  readonly credits: Credits | null;
  readonly error: TestedRefusal | null;
}

/** A test as the wire gives it. */
export interface FormulaTestInput {
  readonly name: string;
  readonly value?: string | null;
  readonly dimensions?: unknown;
  readonly expectedCredits?: string | null;
  readonly expectedError?: TestedRefusal | null;
}

export const MOST_TESTS = 50;
const MOST_TEST_NAME_LENGTH = 255;
const ONE = 10n ** 12n;

type Priced = Pick<Rate, 'pricing' | 'aliases'>;

/** Reads tests; what is wrong with them goes to the problems, and what is read then means nothing. `path` comes before the fields, such as `rates.2.`. */
export function readTests(inputs: readonly FormulaTestInput[], problems: Problem[], path = ''): FormulaTest[] {
  if (inputs.length > MOST_TESTS) problems.push({ field: `${path}tests`, message: `has ${inputs.length} tests; ${MOST_TESTS} is the most.` });
  const names = inputs.map(({ name }) => name);
  return inputs.map((input, index) => {
    const field = `${path}tests.${index}`;
    problems.push(...textProblems(`${field}.name`, input.name, MOST_TEST_NAME_LENGTH));
    if (names.indexOf(input.name) < index) problems.push({ field: `${field}.name`, message: 'is there twice.' });
    return readTest(field, input, problems);
  });
}

function readTest(field: string, { name, ...input }: FormulaTestInput, problems: Problem[]): FormulaTest {
  const value = typeof input.value === 'string' ? creditsFromText(input.value) : ONE;
  if (value === null) problems.push({ field: `${field}.value`, message: amountRule() });
  const { dimensions, problems: shape } = dimensionsFromRaw(input.dimensions);
  const ofDimensions = shape.length > 0 ? shape : dimensionProblems('dimensions', dimensions);
  problems.push(...ofDimensions.map((problem) => ({ ...problem, field: `${field}.${problem.field}` })));
  const [credits, expectedError] = [input.expectedCredits ?? null, input.expectedError ?? null];
  const expectedCredits = credits === null ? null : readAmount(`${field}.expectedCredits`, credits, problems);
  if ((credits === null) === (expectedError === null))
    problems.push({ field, message: 'must have exactly one of expectedCredits and expectedError.' });
  return { name, value: value ?? ONE, dimensions, expectedCredits, expectedError };
}

/** Tries a rate on a test, as a report would be priced. */
export function runTest(rate: Priced, test: FormulaTest): FormulaTestResult {
  try {
    const credits = costByRate(rate, test.value, test.dimensions);
    return { ...test, passed: credits === test.expectedCredits, credits, error: null };
  } catch (error) {
    if (!(error instanceof DrawdownError) || !(error.code in TESTED_REFUSALS)) throw error;
    const code = error.code as TestedRefusal;
    return { ...test, passed: code === test.expectedError, credits: null, error: code };
  }
}

/** A problem for each test that a rate does not pass. */
export function failedTests(field: string, rate: Priced, tests: readonly FormulaTest[]): Problem[] {
  return tests.flatMap((test, index) => {
    const { passed, credits, error } = runTest(rate, test);
    if (passed) return [];
    const expected = outcomeText(test.expectedCredits, test.expectedError);
    return [{ field: `${field}.${index}`, message: `${JSON.stringify(test.name)} gives ${outcomeText(credits, error)}, not ${expected}.` }];
  });
}

/** Failed tests where they do not stand against what is done. */
export function testWarnings(failed: readonly Problem[]): Warning[] {
  return failed.map(({ field, message }) => plainWarning('FORMULA_TEST_FAILED', field, message));
}

function outcomeText(credits: Credits | null, error: TestedRefusal | null): string {
  return credits === null ? String(error) : `${creditsToText(credits)} credits`;
}

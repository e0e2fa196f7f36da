export interface FormulaFunction {
  readonly name: string;
  /** How it is written. */
  readonly usage: string;
  /** What it gives, as a sentence. */
  readonly meaning: string;
  /** What completion writes; the selection goes from field to field. */
  readonly template: string;
}

/** The functions of the language, which test/web/formula.test.ts compares with those that the server knows. */
export const FORMULA_FUNCTIONS: readonly FormulaFunction[] = [
  { name: 'min', usage: 'min(a, b, …)', meaning: 'The least of two or more numbers.', template: 'min(${a}, ${b})' },
  { name: 'max', usage: 'max(a, b, …)', meaning: 'The greatest of two or more numbers.', template: 'max(${a}, ${b})' },
  { name: 'abs', usage: 'abs(x)', meaning: 'The size of x, without its sign.', template: 'abs(${x})' },
  { name: 'ceil', usage: 'ceil(x)', meaning: 'The next whole number up.', template: 'ceil(${x})' },
  { name: 'floor', usage: 'floor(x)', meaning: 'The next whole number down.', template: 'floor(${x})' },
  {
    name: 'round',
    usage: 'round(x, decimals)',
    meaning: 'x to so many decimals, or to a whole number without them; half away from zero.',
    template: 'round(${x}, ${2})',
  },
  {
    name: 'clamp',
    usage: 'clamp(x, lowest, highest)',
    meaning: 'x, but not less than lowest and not more than highest.',
    template: 'clamp(${x}, ${lowest}, ${highest})',
  },
  {
    name: 'if',
    usage: 'if(condition, then, otherwise)',
    meaning: 'One of two values, by a condition; the same as condition ? then : otherwise.',
    template: 'if(${condition}, ${then}, ${otherwise})',
  },
  {
    name: 'coalesce',
    usage: 'coalesce(dimension, default)',
    meaning: 'The first of the dimensions that the event has, or else the default.',
    template: 'coalesce(${dimension}, ${0})',
  },
  { name: 'exists', usage: 'exists(dimension)', meaning: 'Whether the event has the dimension.', template: 'exists(${dimension})' },
  {
    name: 'dimension',
    usage: 'dimension("any key")',
    meaning: 'The dimension of any name, also of one that cannot be written as it is.',
    template: 'dimension("${key}")',
  },
  {
    name: 'tiered',
    usage: 'tiered(x, upTo1, rate1, …, rateN)',
    meaning: 'Each part of x at the rate of the tier it lies in (graduated). The last rate has no bound.',
    template: 'tiered(${x}, ${1000}, ${rate1}, ${rate2})',
  },
  {
    name: 'volume',
    usage: 'volume(x, upTo1, rate1, …, rateN)',
    meaning: 'The whole of x at the rate of the tier it falls into. The last rate has no bound.',
    template: 'volume(${x}, ${1000}, ${rate1}, ${rate2})',
  },
];

export const FUNCTION_NAMES: ReadonlySet<string> = new Set(FORMULA_FUNCTIONS.map(({ name }) => name));

import { creditsFromNumeric, type Credits } from '../credits';
import type { Decimal } from '../decimal';
import type { Dimensions } from '../dimensions';
import { positionOf, type FormulaProblem } from '../formula/problem';

/** What can be doubtful in a formula that is well formed. */
export const FORMULA_WARNING_CODES = {
  CAN_BE_NEGATIVE: 'CAN_BE_NEGATIVE',
  CAN_DIVIDE_BY_ZERO: 'CAN_DIVIDE_BY_ZERO',
  CAN_BE_OUT_OF_RANGE: 'CAN_BE_OUT_OF_RANGE',
  BRANCH_NEVER_TAKEN: 'BRANCH_NEVER_TAKEN',
  VALUE_NEVER_SEEN: 'VALUE_NEVER_SEEN',
  VALUE_NOT_ALLOWED: 'VALUE_NOT_ALLOWED',
  DIMENSION_NEVER_SEEN: 'DIMENSION_NEVER_SEEN',
  DIMENSION_STOPPED: 'DIMENSION_STOPPED',
  DIMENSION_CAN_BE_MISSING: 'DIMENSION_CAN_BE_MISSING',
  DIMENSION_TYPE_DIFFERS: 'DIMENSION_TYPE_DIFFERS',
  DIMENSION_UNUSED: 'DIMENSION_UNUSED',
  CONSTANT_FORMULA: 'CONSTANT_FORMULA',
} as const;
export type FormulaWarningCode = keyof typeof FORMULA_WARNING_CODES;

/** What an event would have to have. */
export interface ExampleEvent {
  readonly value: Credits;
  readonly dimensions: Dimensions;
}

export function exampleOf({ value, dimensions }: { readonly value: Decimal; readonly dimensions: Dimensions }): ExampleEvent {
  return { value: creditsFromNumeric(value.toFixed()), dimensions };
}

export interface FormulaWarning extends FormulaProblem {
  readonly code: FormulaWarningCode;
  /** The variable it is about, by its name in the formula; null where it is about none, or several alike. */
  readonly variable: string | null;
  /** What may have been meant: a name or a value. */
  readonly suggestion: string | null;
  /** An event that leads there. */
  readonly example: ExampleEvent | null;
  /** Whether such events were seen; null where that is not what it is about. */
  readonly seen: boolean | null;
}

export type WarningDetails = Partial<Pick<FormulaWarning, 'variable' | 'suggestion' | 'example' | 'seen'>>;

/** More than these help nobody. */
const MOST_WARNINGS = 20;

/** Warnings of one text; each is told once of a place. */
export class WarningList {
  private readonly found = new Map<string, { offset: number; warning: FormulaWarning }>();

  constructor(readonly text: string) {}

  add(code: FormulaWarningCode, offset: number, message: string, details: WarningDetails = {}): void {
    const id = `${offset} ${code}`;
    if (this.found.size >= MOST_WARNINGS || this.found.has(id)) return;
    const warning = { code, ...positionOf(this.text, offset), message, variable: null, suggestion: null, example: null, seen: null, ...details };
    this.found.set(id, { offset, warning });
  }

  /** Whether it was said that this may have been meant. */
  suggests(name: string): boolean {
    return [...this.found.values()].some(({ warning }) => warning.suggestion === name);
  }

  get size(): number {
    return this.found.size;
  }

  /** In the order of the text. */
  inOrder(): FormulaWarning[] {
    return [...this.found.values()].sort((a, b) => a.offset - b.offset).map(({ warning }) => warning);
  }
}

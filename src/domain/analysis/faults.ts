import { creditsFromResult } from '../credits';
import type { Decimal } from '../decimal';
import type { Dimensions } from '../dimensions';
import { DrawdownError } from '../errors';
import type { Formula } from '../formula/formula';

export type FaultCode = 'CAN_BE_NEGATIVE' | 'CAN_DIVIDE_BY_ZERO' | 'CAN_BE_OUT_OF_RANGE';

/** Why an event would be refused. */
export interface Fault {
  readonly code: FaultCode;
  /** In the text of the formula; null: it is about the result. */
  readonly place: { readonly line: number; readonly column: number } | null;
  readonly message: string;
}

/** What an event leads to: its result, a fault, or a dimension that it lacks or that has another type. */
export type Outcome = { readonly result: Decimal } | { readonly fault: Fault } | { readonly refusal: DrawdownError };

/** Tries a formula on an event as a report would. */
export function outcomeOf(formula: Formula, value: Decimal, dimensions: Dimensions): Outcome {
  let result: Decimal;
  try {
    result = formula.evaluate(value, dimensions);
  } catch (error) {
    return faultOrRefusal(error);
  }
  try {
    creditsFromResult(result);
    return { result };
  } catch (error) {
    if (!(error instanceof DrawdownError)) throw error;
    return { fault: { code: result.lt(0) ? 'CAN_BE_NEGATIVE' : 'CAN_BE_OUT_OF_RANGE', place: null, message: error.message } };
  }
}

function faultOrRefusal(error: unknown): Outcome {
  if (!(error instanceof DrawdownError)) throw error;
  if (error.code !== 'DIVISION_BY_ZERO' && error.code !== 'CHARGE_OUT_OF_RANGE') return { refusal: error };
  const [problem] = error.problems;
  const place = problem?.line !== undefined && problem.column !== undefined ? { line: problem.line, column: problem.column } : null;
  return {
    fault: {
      code: error.code === 'DIVISION_BY_ZERO' ? 'CAN_DIVIDE_BY_ZERO' : 'CAN_BE_OUT_OF_RANGE',
      place,
      message: problem?.message ?? error.message,
    },
  };
}

export function faultText({ code, place }: Fault): string {
  return `${code} ${place ? `${place.line}:${place.column}` : ''}`;
}

import { labelValue } from './breakdown';
import type { DimensionValue } from './dimensions';
import { DrawdownError } from './errors';
import { isStorableText } from './ids';

/** A dimension key that a customer's events have had, and what kinds of values. */
export interface DimensionSeen {
  readonly dimension: string;
  readonly hasText: boolean;
  readonly hasBoolean: boolean;
  readonly hasNumber: boolean;
}

const NUMBER_LABEL = /^-?\d{1,60}(?:\.\d{1,60})?$/;

/** The value in a cursor of a list of values; see `valueLabel`. Refuses: CURSOR_INVALID. */
export function valueOfCursor(label: string): DimensionValue {
  if (label === 'true' || label === 'false' || NUMBER_LABEL.test(label) || isTextLabel(label)) return labelValue(label)!;
  throw new DrawdownError('CURSOR_INVALID');
}

function isTextLabel(label: string): boolean {
  if (!label.startsWith('"')) return false;
  try {
    const text: unknown = JSON.parse(label);
    return typeof text === 'string' && isStorableText(text);
  } catch {
    return false;
  }
}

import { dimensionText, type DimensionValue } from '../api/exact-json';
import { groupDigits } from './amount';

/** The value of a dimension for people: numbers as amounts are written, texts as they are. */
export function shownValue(value: DimensionValue): string {
  return typeof value === 'string' ? value : groupDigits(dimensionText(value));
}
